import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

@Suite("kplan diff for programs and for comments, and what it is told to ignore")
struct DiffFormatTests {
    private static let schema = SchemaValidator.schema("diff-1.schema.json")

    /// A folder with `old.json` and `new.json`, of another command line and another initrd.
    private static func workshop() throws -> CommandWorkshop {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make(["--purgatory", "purgatory.o"])
        try workshop.folder.write(try workshop.folder.read("plan.json"), "old.json")
        try workshop.folder.write(MakeWorkshop.initrd + MakeWorkshop.initrd, "initrd")
        let inputs = MakeWorkshop.inputs().map { $0.hasPrefix("console=") ? "console=ttyAMA0 quiet" : $0 }
        let result = try Kplan.run(
            inputs + ["--purgatory", "purgatory.o", "-o", "new.json"], in: workshop.folder)
        try #require(result.status == 0, "\(result.errors)")
        return workshop.commands
    }

    @Test("What is ignored is left out and said, and the status is as without it")
    func ignoring() throws {
        let workshop = try Self.workshop()
        let some = try workshop.kplan("diff", "old.json", "new.json", "--ignore", "command-line")
        #expect(some.status == 1)
        #expect(!some.output.contains("quiet\" "))
        #expect(some.output.contains("\n  initrd  content changed: 585.9 KiB → 1.1 MiB"))
        #expect(some.output.hasSuffix("\n\nIgnored\n  command line  1 difference\n"))

        let fields = ["initrd", "command-line", "dtb", "page-tables", "purgatory", "entry", "seeds"]
        let all = try Kplan.run(
            ["diff", "old.json", "new.json"] + fields.flatMap { ["--ignore", $0] }, in: workshop.folder,
            environment: ["LC_ALL": "C.UTF-8"])
        #expect(all.status == 1)
        #expect(all.output.contains("\nWhat changed\n  nothing but what is ignored\n"))
        #expect(all.output.contains("\n  seeds         no difference\n"))
        #expect(all.output.contains("\n  kernel  "))
        #expect(!all.output.contains("edited"))

        let same = try workshop.kplan("diff", "old.json", "old.json", "--ignore", "initrd")
        #expect(same.status == 0 && same.output.hasSuffix("\n\nThe plans are the same.\n"))
    }

    @Test func unknownField() throws {
        let workshop = try CommandWorkshop.withPlan()
        let result = try workshop.kplan("diff", "plan.json", "plan.json", "--ignore", "moon")
        #expect(result.status == 64 && result.output.isEmpty)
        for field in DiffField.allCases {
            #expect(result.errors.contains("'\(field.name)'") || result.errors.contains(field.name))
        }
    }

    @Test("A file that changed is said once; a segment that is not that file is said all the same")
    func saidOnce() throws {
        let plan = try samplePlan()
        var other = plan
        let initrd = try #require(plan.inputs.firstIndex { $0.role == .initrd })
        let segment = try #require(plan.segments.firstIndex { $0.role == .initrd })
        #expect(plan.inputs[initrd].sha256 == plan.segments[segment].sha256)
        other.inputs[initrd].sha256 = digest(99)
        other.segments[segment].sha256 = digest(99)
        let style = Style(width: 1000, color: false, ascii: false)
        func consequences(_ plan: Plan, _ other: Plan) throws -> [String] {
            let lines = try #require(PlanDiff(.kexecLoad(plan), .kexecLoad(other)).lines(style))
            return lines.drop { $0 != "What follows from it" }.dropFirst().map { $0 }
        }
        #expect(try consequences(plan, other).contains("  initrd       not moved"))
        other.segments[segment].sha256 = digest(98)
        #expect(
            try consequences(plan, other).contains {
                $0.hasPrefix("  initrd       content changed: SHA-256 ")
            })
    }

    /// What diff prints can be typed.
    @Test(arguments: DiffField.allCases)
    func fieldNames(field: DiffField) {
        #expect(DiffField(argument: field.name) == field)
        #expect(field.name.allSatisfy { $0 == "-" || $0.isLowercase })
        #expect(DiffField.allCases.count { $0.name == field.name } == 1)
    }

    @Test(
        "The schema takes every kind of difference, and knows every field and kind",
        .enabled(if: SchemaValidator.isAvailable, "needs python3 with jsonschema"))
    func schema() throws {
        #expect(try SchemaValidator.isSchema(Self.schema))
        let workshop = try Self.workshop()
        let options = ["--format", "json", "--ignore", "seeds", "--ignore", "initrd"]
        var documents: [[UInt8]] = []
        for pair in [["old.json", "new.json"], ["new.json", "old.json"], ["new.json", "new.json"]] {
            let result = try Kplan.run(["diff"] + pair + options, in: workshop.folder)
            #expect(result.status == (pair[0] == pair[1] ? 0 : 1))
            documents.append(result.output.utf8.filter { $0 != UInt8(ascii: "\n") })
        }
        for (index, entries) in try Self.everyDifference().enumerated() {
            let document = DiffDocument.encode(
                old: .init(plan: digest(1).hex, file: "a"), new: .init(plan: digest(2).hex, file: "b\n"),
                isSame: false, causes: index == 0 ? [] : entries, consequences: index == 0 ? entries : [],
                ignored: DiffField.allCases.map { ($0.name, 0) }, notes: [("dtb", "not there")])
            documents.append(document.filter { $0 != UInt8(ascii: "\n") })
        }
        let valid = documents.count
        let sound = String(decoding: documents[0], as: UTF8.self)
        for key in ["format_version", "old", "new", "same", "causes", "consequences", "ignored", "notes"] {
            documents.append(Array(sound.replacing("\"\(key)\":", with: "\"other\":").utf8))
        }
        documents.append(Array(sound.replacing("\"kind\": \"", with: "\"kind\": \"moon-").utf8))
        documents.append(Array(sound.replacing("\"field\": \"", with: "\"field\": \"moon-").utf8))
        documents.append(Array(sound.replacing("\"same\": false", with: "\"same\": true").utf8))
        let due = documents.indices.map { $0 < valid }
        #expect(try SchemaValidator.verdicts(documents, schema: Self.schema) == due)
    }

    /// Differences of plans that have little in common, both ways.
    private static func everyDifference() throws -> [[DiffDocument.Entry]] {
        let plan = try samplePlan()
        var other = plan
        other.request = Request(
            commandLine: nil, console: nil, granule: .granule64K, seeds: .none, memoryWindow: nil)
        other.inputs.removeFirst()
        other.machine = Machine(
            pageSize: 65536, memory: MemoryMap(ram: [], reserved: []),
            deviceTree: DeviceTreeIdentity(compatible: ["a"], sha256: digest(9)))
        other.segments.removeLast()
        other.deviceTree.edits.removeFirst()
        other.deviceTree.removedReservations = [try range(0x1000, 0x2000)]
        other.deviceTree.uefi = [UEFIPointer(property: "linux,uefi-system-table", value: 1)]
        other.kernel.imageSize += 1
        other.entry = .zero
        other.pageTables?.registers = nil
        other.pageTables?.tables.removeLast()
        other.pageTables?.mappings.removeLast()
        other.purgatory.sections.removeLast()
        other.purgatory.relocations.removeLast()
        other.purgatory.symbols.removeLast()
        other.purgatory.contract = .kexecTools
        other.runtimeSlots.reverse()
        var without = other
        without.pageTables = nil
        without.mmuOff = .noTableBase
        without.runtimeSlots.removeLast()
        let files = FileLoadPlan(
            type: .crash, request: FileLoadRequest(commandLine: "", flags: [.noCMA], files: .original),
            inputs: [], kernel: .arm64(plan.kernel))
        let trees: [DeviceTreeChange] = [
            .layout,
            .node(path: "/a", try #require(Change(from: nil, to: .init(properties: 1, nodesBelow: 2)))),
            .property(node: "/", name: "b", try #require(Change(from: [1], to: nil))),
            .property(node: "/chosen", name: "rng-seed", try #require(Change(from: [1], to: [2]))),
            .reservation(try #require(Change(from: nil, to: .init(start: 1, size: .max)))),
        ]
        let text = DiffText(style: Style(width: 1000, color: false, ascii: false))
        let plans: [(AnyPlan, AnyPlan)] = [
            (.kexecLoad(plan), .kexecLoad(other)), (.kexecLoad(other), .kexecLoad(without)),
            (.kexecLoad(plan), .kexecFileLoad(files)),
        ]
        return (plans + plans.map { ($1, $0) }).map { old, new in
            let differences =
                PlanComparison(from: old, to: new).differences + trees.map(PlanDifference.givenTree)
            return differences.map {
                .init(field: $0.field.name, difference: $0, texts: text.texts($0))
            }
        }
    }

    @Test("Seeds in a given device tree are not printed, whatever the form")
    func secrets() throws {
        let change = DeviceTreeChange.property(
            node: "/chosen", name: "kaslr-seed", try #require(Change(from: [0xab, 0xcd], to: [0xef, 1, 2])))
        let text = DiffText(style: Style(width: 1000, color: false, ascii: false)).text(change)
        #expect(text == "/chosen/kaslr-seed: 2 bytes, not shown → 3 bytes, not shown")
        let document = DiffDocument.encode(
            old: .init(plan: "", file: ""), new: .init(plan: "", file: ""), isSame: false,
            causes: [.init(field: "dtb", difference: .givenTree(change), texts: [])], consequences: [],
            ignored: [], notes: [])
        #expect(!String(decoding: document, as: UTF8.self).contains("abcd"))
    }
}
