import Arm64
import KexecPlan
import PlanJSON
import Testing

@Suite struct PlanJSONTests {
    @Test func goldenFile() throws {
        let encoded = PlanJSON.encode(SamplePlan.full)
        let golden = try Golden.bytes(Golden.samplePlan, actual: encoded)
        #expect(String(decoding: encoded, as: UTF8.self) == String(decoding: golden, as: UTF8.self))
        #expect(encoded == golden)
        #expect(try PlanJSON.decode(golden) == .kexecLoad(SamplePlan.full))
    }

    @Test(arguments: [
        SamplePlan.full, SamplePlan.bare, SamplePlan.foreign, SamplePlan.series2017, SamplePlan.machines,
        SamplePlan.live,
        extreme,
    ])
    func roundTrip(_ plan: Plan) throws {
        let encoded = PlanJSON.encode(plan)
        let decoded = try PlanJSON.decode(encoded)
        #expect(decoded == .kexecLoad(plan))
        #expect(PlanJSON.encode(decoded) == encoded)
    }

    @Test(arguments: [
        SamplePlan.full, SamplePlan.bare, SamplePlan.foreign, SamplePlan.series2017, SamplePlan.machines,
        SamplePlan.live,
        extreme,
    ])
    func canonicalFormHoldsThePlan(_ plan: Plan) throws {
        let canonical = PlanJSON.canonical(plan)
        #expect(try PlanJSON.decode(canonical) == .kexecLoad(plan))
        #expect(try PlanJSON.canonical(PlanJSON.decode(canonical)) == canonical)
    }

    /// RFC 8785, section 3.2: no white space, keys by UTF-16 code units, the shortest escapes.
    @Test func canonicalForm() {
        var plan = SamplePlan.bare
        plan.request.console = nil
        plan.machine.deviceTree = nil
        plan.request.allowsMMUOff = false
        plan.mmuOff = .noTableBase
        plan.inputs = [
            Input(role: .dtb, name: "a/\"\\\u{8}\u{c}\n\r\t\u{1f}\u{7f}é🦉\u{0}", size: 1, sha256: .zero)
        ]
        plan.machine.memory = MemoryMap(ram: [], reserved: [])
        plan.segments = []
        plan.purgatory = PurgatoryPlan(sections: [], relocations: [], symbols: [])
        let zeros = String(repeating: "0", count: 64)
        #expect(
            String(decoding: PlanJSON.canonical(plan), as: UTF8.self) == #"""
                {"architecture":"arm64","device_tree":{"edits":[],"removed_reservations":[],"uefi":[]},"entry":"0x54003000","format_version":"1.0",\#
                "inputs":[{"name":"a/\"\\\b\f\n\r\t\u001f\#u{7f}é🦉\u0000","role":"dtb",\#
                "sha256":"\#(zeros)","size":"0x1"}],\#
                "kernel":{"image_size":"0x1ab0000","page_size":"4K","placement":"anywhere","text_offset":"0x0"},\#
                "machine":{"device_tree":null,"memory":[],"page_size":"0x1000","reserved":[]},"method":"kexec_load",\#
                "mmu_off":"no-table-base","page_tables":null,\#
                "purgatory":{"contract":"kplan","relocations":[],"sections":[],"symbols":[]},\#
                "request":{"allow_mmu_off":false,"command_line":null,"console":null,"console_source":"given","granule":"4K",\#
                "memory_window":null,"reused_command_line":null,"seeds":"none"},\#
                "runtime_slots":[],"segments":[],"type":"normal"}
                """#)
    }

    /// A later minor version has more keys, wherever; a reader of this one ignores them.
    @Test func keysOfALaterMinorVersionAreIgnored() throws {
        let text = String(decoding: PlanJSON.encode(SamplePlan.full), as: UTF8.self)
            .replacing(#""1.0""#, with: #""1.12""#)
            .replacing("{ ", with: #"{ "new": [ { "address": null } ], "\u0000": 1.5e-3, "é": {}, "#)
        // U+0000 is what a key may not have, whoever adds it.
        #expect(throws: PlanDecodingError.self) { try PlanJSON.decode(Array(text.utf8)) }
        let later = text.replacing(#""\u0000""#, with: #""\u00e9\ud83e\udd89""#)
        #expect(try PlanJSON.decode(Array(later.utf8)) == .kexecLoad(SamplePlan.full))
    }

    /// White space and escapes are the writer's choice, and don't change the plan.
    @Test func otherSpellingsOfTheSamePlan() throws {
        let text = String(decoding: PlanJSON.encode(SamplePlan.full), as: UTF8.self)
        let spread = text.replacing(",\n", with: " \t\r\n,").replacing("{ ", with: "\n{\t")
        #expect(try PlanJSON.decode(Array(spread.utf8)) == .kexecLoad(SamplePlan.full))
        let escaped = text.replacing("entry", with: #"\u0065ntr\u0079"#).replacing("ü", with: #"\u00FC"#)
        #expect(try PlanJSON.decode(Array(escaped.utf8)) == .kexecLoad(SamplePlan.full))
    }

    /// Every enumeration's words, the ends of numbers, and texts that need escapes.
    private static let extreme: Plan = {
        var plan = SamplePlan.full
        plan.request.commandLine = "\u{0}\u{1f}\"\\/\u{7f}\u{2028}é🦉\n"
        plan.request.console = Console(kind: .uart8250Word, address: PhysicalAddress(.max))
        plan.request.seeds = .none
        plan.request.memoryWindow = range(.max - 1, .max)
        plan.kernel.pageSize = .unspecified
        plan.kernel.placement = .nearStartOfRAM
        plan.kernel.textOffset = .max
        plan.inputs = InputRole.allCases.map { Input(role: $0, name: "", size: .max, sha256: .zero) }
        plan.deviceTree.edits.append(chosen("", .text("")))
        plan.deviceTree.edits.append(chosen("", .zeros(.max)))
        plan.purgatory.relocations = RelocationType.allCases.map {
            PlannedRelocation(
                site: .zero, type: $0, symbol: "", addend: $0 == .none ? .min : .max, value: .max)
        }
        plan.pageTables?.granule = .granule64K
        plan.pageTables?.inputAddressBits = 0
        plan.pageTables?.mappings[1].entries = []
        return plan
    }()
}
