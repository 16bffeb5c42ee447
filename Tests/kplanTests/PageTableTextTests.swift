import Arm64
import KexecPlan
import Proof
import TestSupport
import Testing

@testable import kplan

@Suite("Page tables as text")
struct PageTableTextTests {
    @Test("Each finding of the proof is one line that says where")
    func findings() throws {
        let texts = try Self.everyProblem().map {
            Messages.text(for: PageTableFinding(problem: $0, regimes: TranslationRegime.allCases))
        }
        #expect(!texts.contains { $0.contains { $0.isNewline } })
        let finding = PageTableFinding(problem: .noWalk(tcr: 0), regimes: [.el1, .el2E2H])
        try ShowGolden.expect(
            (texts + [Messages.text(for: finding)]).joined(separator: "\n"), isIn: "messages-page-tables.txt")
    }

    /// Each problem that the proof may find.
    private static func everyProblem() throws -> [PageTableFinding.Problem] {
        let page = try range(0x4000_0000, 0x4000_1000)
        let root = PhysicalAddress(0x6100_0000)
        let kinds: [PageTableWalk.Irregularity.Kind] = [
            .tableOutside(PhysicalAddress(0x5000_0000)), .tableReachedAgain(root), .reservedForm,
            .reservedBits(0x3000), .ignoredBits(0x400), .hierarchy(0xf8 << 56), .notZero,
        ]
        func irregular(
            _ kind: PageTableWalk.Irregularity.Kind, _ place: UInt64, _ descriptor: UInt64, _ input: UInt64?
        ) -> PageTableFinding.Problem {
            .irregular(
                .init(
                    kind: kind, level: 2, place: PhysicalAddress(place), descriptor: descriptor,
                    input: input.map(PhysicalAddress.init)))
        }
        let structure: [PageTableFinding.Problem] = [
            .noWalk(tcr: 0x80), .controlField(name: "T0SZ", found: 16, due: 25),
            .inputAddressBits(48, due: 39),
            .rootMisaligned(PhysicalAddress(0x6100_0800), alignment: 4096),
            .rootNotFirst(PhysicalAddress(0x6100_1000), first: root),
            .partialTable(size: 0x1008, tableSize: 0x1000), .unreachedTable(root),
            irregular(.unreachable, 0x6100_0ff8, 1, nil),
            irregular(.tableOutside(root), root.rawValue, root.rawValue, 0),
            .tableCount(level: 3, found: 1, fewest: 2),
            .plannedTables(level: 1, planned: 2, found: 1),
            .plannedMapping(page, found: [.init(size: 0x1000, count: 1)], alike: true),
            .plannedMapping(page, found: [.init(size: 0x20_0000, count: 2)], alike: false),
            .plannedMapping(page, found: [], alike: true), .plannedTwice(page), .notPlanned(page),
        ]
        let open = AccessRights(write: true, execute: true, unprivileged: false)
        let shared = AccessRights(write: false, execute: false, unprivileged: true)
        let mapped: [PageTableFinding.Problem] = [
            .conflict(page, "dtb", "purgatory .text"), .beyondAddressBits(page, what: "kernel", bits: 25),
            .notMapped(page, what: "kernel\u{1b}"), .mappedInVain(page), .outsideMemory(page),
            .beyondOutputBits(page, what: "initrd", bits: 32), .notIdentity(page, output: root),
            .memoryType(page, what: "kernel", index: 1, found: .device(.nGnRE), due: .normal),
            .memoryType(page, what: "kernel", index: 2, found: MemoryAttribute(byte: 0x4b), due: .normal),
            .shareability(page, what: "kernel", found: 0, due: 3), .noAccessFlag(page, what: "dtb"),
            .rights(page, what: "dtb", found: open, due: .readOnly),
            .rights(page, what: "dtb", found: shared, due: .readOnly),
            .writableAndExecutable(page), .otherAttributes(page, bits: 1 << 52 | 1 << 11),
        ]
        return structure + kinds.map { irregular($0, 0x6100_1008, 0x5000_0003, 0x4020_0000) } + mapped
    }

    @Test("The trees of the captured machines, with every granule", arguments: MakeGoldenTests.cases)
    func trees(_ test: MakeGoldenTests.Case) throws {
        let workshop = try MakeGoldenTests.workshop(test)
        var trees: [String] = []
        for granule in Granule.allCases {
            let options = Self.options(test.options, granule)
            _ = try workshop.make(options + ["--purgatory", "purgatory.o"])
            let shown = try workshop.commands.kplan("show", "--page-tables", "plan.json")
            #expect(shown.status == 0 && shown.errors.isEmpty)
            trees.append(shown.output)
            let verified = try workshop.commands.kplan("verify", "plan.json", "--purgatory", "purgatory.o")
            #expect(verified.status == 0, "\(verified.output)")
        }
        try ShowGolden.expect(
            String(trees.joined(separator: "\n").dropLast()), isIn: "page-tables-\(test.machine).txt")
    }

    /// Options with another granule, and a page size that goes with it.
    private static func options(_ options: [String], _ granule: Granule) -> [String] {
        var rest: [String] = []
        var index = 0
        while index < options.count {
            if options[index] == "--granule" {
                index += 2
            } else {
                rest.append(options[index])
                index += 1
            }
        }
        return rest + ["--granule", granule.rawValue]
    }
}
