import Arm64
import KexecPlan
import Testing

@testable import Proof

/// Tables, made by the builder, with what they are due to map.
struct ProofSample {
    var tables: PageTablePlan
    var bytes: [UInt8]
    var base: PhysicalAddress
    var expectation: PageTableExpectation

    /// - Parameters:
    ///   - due: what is mapped, in whole pages, without the tables.
    ///   - base: where the tables are; they map themselves.
    init(_ granule: Granule, _ due: [PageTableExpectation.Due], base: UInt64) throws {
        self.base = PhysicalAddress(base)
        var size: UInt64 = granule.size
        while true {
            let own = try Self.due(base, size, what: "page-tables")
            let all = (due + [own]).sorted { $0.range.start < $1.range.start }
            let built = try TranslationTables(
                granule: granule,
                regions: all.map { IdentityRegion(range: $0.range, memory: $0.memory, access: $0.access) })
            if built.size > size {
                size = built.size
                continue
            }
            // Tables that came out fewer because of where they are leave memory behind them, as in a plan.
            bytes = try built.bytes(root: self.base)
            tables = try Self.plan(built, root: self.base, mapping: all)
            expectation = PageTableExpectation(
                due: all, mappable: AddressRangeSet(all.map(\.range)))
            return
        }
    }

    static func due(
        _ start: UInt64, _ size: UInt64, _ access: Access = .readOnly, _ memory: MemoryType = .normal,
        what: String = "segment"
    ) throws -> PageTableExpectation.Due {
        .init(
            range: try #require(AddressRange(start: PhysicalAddress(start), size: size)), memory: memory,
            access: access, what: what)
    }

    /// What a plan says of tables.
    private static func plan(
        _ built: TranslationTables, root: PhysicalAddress, mapping due: [PageTableExpectation.Due]
    ) throws -> PageTablePlan {
        let control = try #require(
            TranslationControl(granule: built.granule, inputAddressBits: built.inputAddressBits))
        var mappings: [Mapping] = []
        for region in due {
            if let last = mappings.last, last.range.end == region.range.start, last.memory == region.memory,
                last.access == region.access
            {
                mappings[mappings.count - 1].range = try #require(
                    AddressRange(start: last.range.start, end: region.range.end))
            } else {
                mappings.append(
                    Mapping(
                        range: region.range, memory: region.memory, access: region.access, entries: [],
                        purpose: region.what))
            }
        }
        for index in mappings.indices {
            mappings[index].entries = built.entries(in: mappings[index].range).map {
                .init(size: $0.size, count: $0.count)
            }
        }
        return PageTablePlan(
            root: root, granule: built.granule, inputAddressBits: built.inputAddressBits,
            tables: TranslationLevel.allCases.filter { $0 >= built.rootLevel }.map {
                .init(level: $0, count: built.count(at: $0))
            },
            registers: TranslationRegisters(
                mair: MemoryType.mair, tcrEL1: control.el1, tcrEL2: control.el2, tcrEL2E2H: control.el2E2H),
            mappings: mappings)
    }

    /// What the proof finds.
    var proof: PageTableProof {
        PageTableProof(of: tables, bytes: bytes, at: base, expecting: expectation)
    }

    /// The problems that the proof finds, whatever regime they are of.
    var problems: [PageTableFinding.Problem] { proof.findings.map(\.problem) }

    /// A small machine: a console, a kernel of a block and a ragged end, purgatory's three sections.
    static func small(_ granule: Granule = .granule4K) throws -> ProofSample {
        let page = granule.size
        let block = granule.entrySize(at: .level2)
        return try ProofSample(
            granule,
            [
                due(0x900_0000, page, .readWrite, .deviceNGnRE, what: "console"),
                due(granule == .granule64K ? 0x2000_0000 : 0x4000_0000, block + 3 * page, what: "kernel"),
                due(0x6000_0000, page, .readExecute, what: "purgatory .text"),
                due(0x6000_0000 + page, page, what: "purgatory .rodata"),
                due(0x6000_0000 + 2 * page, page, .readWrite, what: "purgatory .bss"),
            ], base: 0x6100_0000)
    }
}
