import Arm64
import KexecPlan
import Testing

@testable import kplan

private let id = "4f1c9d0a2b7e8c6d5f3a1b0c9e8d7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e"

private func options(
    width: Int = 80, color: Bool = false, ascii: Bool = false, relocations: Bool = false
) -> ShowOptions {
    ShowOptions(width: width, color: color, ascii: ascii, relocations: relocations)
}

struct ShowTests {
    @Test func drawsTheSample() throws {
        let plan = try samplePlan()
        try ShowGolden.expect(
            render(plan, id: id, options: options(ascii: true)), isIn: "show-sample-80-ascii.txt")
        try ShowGolden.expect(render(plan, id: id, options: options()), isIn: "show-sample-80.txt")
        try ShowGolden.expect(
            render(plan, id: id, options: options(width: 120, color: true, relocations: true)),
            isIn: "show-sample-120-color-relocations.txt")
    }

    @Test func isASCIIWhereAsked() throws {
        var plan = try samplePlan()
        plan.request.commandLine = "größe=1"
        plan.machine.memory.reserved[3].kind = "réservé"
        for relocations in [false, true] {
            let text = render(plan, id: id, options: options(ascii: true, relocations: relocations))
            #expect(text.utf8.allSatisfy { $0 == 10 || (32..<127).contains($0) })
            #expect(text.contains("gr\\u{f6}\\u{df}e=1"))
        }
    }

    @Test func hasNoColourUnlessAsked() throws {
        let plan = try samplePlan()
        #expect(!render(plan, id: id, options: options()).contains("\u{1b}"))
        let colored = render(plan, id: id, options: options(color: true))
        #expect(colored.contains("\u{1b}[32mkernel"))
        #expect(withoutColor(colored) == render(plan, id: id, options: options()))
    }

    /// A plan comes from elsewhere: what it says can't move the cursor, nor turn the text around.
    @Test func showsControlCharactersAsText() throws {
        var plan = try samplePlan()
        let attack = "a\u{1b}[2Jb\rc\nd\u{202e}e\u{9b}f"
        plan.request.commandLine = attack
        plan.inputs[0].name = attack
        plan.machine.memory.reserved[2].kind = attack
        plan.deviceTree.edits.append(
            DeviceTreeEdit(node: attack, property: attack, change: .text(attack)))
        plan.pageTables?.mappings[0].purpose = attack
        plan.purgatory.sections[0].name = attack
        plan.purgatory.relocations[0].symbol = attack
        plan.purgatory.symbols[0].name = attack
        plan.runtimeSlots[0].purpose = attack
        let text = render(plan, id: attack, options: options(width: 200, relocations: true))
        let shown = "a\\u{1b}[2Jb\\u{d}c\\u{a}d\\u{202e}e\\u{9b}f"
        #expect(text.ranges(of: shown).count == 13)
        #expect(
            !text.unicodeScalars.contains {
                $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
            })
    }

    @Test func saysWhatAPlanHasNot() throws {
        var plan = try samplePlan()
        plan.inputs = []
        plan.segments = []
        plan.machine.memory = MemoryMap(ram: [], reserved: [])
        plan.deviceTree = DeviceTreePlan(edits: [])
        plan.pageTables = nil
        plan.purgatory = PurgatoryPlan(sections: [], relocations: [], symbols: [])
        plan.runtimeSlots = []
        plan.request.commandLine = nil
        plan.request.console = nil
        plan.request.memoryWindow = nil
        plan.request.seeds = .none
        try ShowGolden.expect(render(plan, id: id, options: options()), isIn: "show-empty-80.txt")
    }

    @Test func decodesRegistersFromTheirValues() throws {
        let control = try #require(TranslationControl(granule: .granule64K, inputAddressBits: 42))
        let walk = "T0SZ 22, TG0 64K, SH0 inner, ORGN0 WBWA, IRGN0 WBWA"
        #expect(RegisterText.el1(control.el1) == walk + ", EPD1, T1SZ 22, TG1 64K")
        #expect(RegisterText.el2(control.el2) == walk)
        let zero = "T0SZ 0, TG0 4K, SH0 none, ORGN0 NC, IRGN0 NC"
        #expect(RegisterText.el1(0) == zero + ", EPD1 0: TTBR1 is walked")
        #expect(RegisterText.el2(1 << 40) == zero + ", bit 23 not 1, bit 31 not 1, other bits 0x10000000000")
        #expect(RegisterText.mair(MemoryType.mair) == "0: normal, 1: device-nGnRE")
        #expect(RegisterText.mair(0x4400) == "1: 0x44")
    }

    @Test func namesLevelsAsTheKernelDoes() {
        func names(_ granule: Granule, _ bits: Int) -> [String] {
            let root = granule.rootLevel(addressBits: bits)
            return TranslationLevel.allCases.filter { $0 >= root }.map { $0.kernelName(root: root) }
        }
        #expect(names(.granule4K, 48) == ["PGD", "PUD", "PMD", "PTE"])
        #expect(names(.granule4K, 39) == ["PGD", "PMD", "PTE"])
        #expect(names(.granule16K, 36) == ["PGD", "PTE"])
        #expect(names(.granule64K, 42) == ["PGD", "PTE"])
        #expect(names(.granule64K, 48) == ["PGD", "PMD", "PTE"])
    }
}

/// `text` without the sequences that set colours.
func withoutColor(_ text: String) -> String {
    text.split(separator: "\u{1b}[", omittingEmptySubsequences: false).enumerated()
        .map { index, part in
            index == 0 ? String(part) : String(part.drop { $0 != "m" }.dropFirst())
        }
        .joined()
}
