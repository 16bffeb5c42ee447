import Arm64
import BootInputs
import Emitter
import KexecPlan
import Proof
import TestSupport
import Testing

@testable import Planner

/// Which contract an object honours, and what that means for the plan.
@Suite struct ContractTests {
    /// kexec-tools' contract, with nothing of page tables.
    private static let plain = Series2017.source
        .replacing("pgtble_base, purgatory_base,", with: "table_base, base,")
        .replacing("pgtble_base", with: "table_base").replacing("purgatory_base", with: "base")

    private func plan(
        _ source: String, _ granule: Granule = .granule4K, console: Console? = nil,
        allowsMMUOff: Bool = false,
        seeds: SeedPolicy = .none
    ) throws -> Plan {
        try Layout(
            ram: [0x4000_0000..<0x8000_0000], granule: granule, allowsMMUOff: allowsMMUOff, initrd: mebi,
            console: console, seeds: seeds, purgatory: try TestPurgatory.assembled(source)
        ).plan()
    }

    private func expect(
        _ error: PlannerError, _ source: String, _ granule: Granule = .granule4K, console: Console? = nil,
        allowsMMUOff: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: sourceLocation) {
            try plan(source, granule, console: console, allowsMMUOff: allowsMMUOff)
        }
    }

    @Test(arguments: Granule.allCases)
    func withoutTableBaseThereAreNoTables(granule: Granule) throws {
        let plan = try plan(Self.plain, granule)
        #expect(plan.purgatory.contract == .kexecTools)
        #expect(plan.pageTables == nil && plan.segment(.pageTables) == nil)
        #expect(plan.mmuOff == .noTableBase)
        #expect(
            Set(plan.purgatory.symbols.map(\.name)) == [
                "sha256_regions", "sha256_digest", "arm64_kernel_entry", "arm64_dtb_addr", "arm64_sink",
            ])
    }

    @Test func the2017SeriesGetsTablesOf48Bits() throws {
        let console = Console(kind: .pl011, address: PhysicalAddress(0x900_0000))
        let plan = try plan(Series2017.source, console: console)
        let tables = try #require(plan.pageTables)
        #expect(plan.mmuOff == nil)
        #expect(tables.inputAddressBits == 48 && tables.granule == .granule4K && tables.registers == nil)
        #expect(tables.tables.map(\.level) == TranslationLevel.allCases)
        let purgatory = try #require(plan.segment(.purgatory)?.range)
        let own = tables.mappings.filter { $0.access == .readWriteExecute }
        #expect(own.map(\.range) == [purgatory])
        let values = Dictionary(uniqueKeysWithValues: plan.purgatory.symbols.map { ($0.name, $0.value) })
        #expect(values["pgtble_base"] == .number(tables.root.rawValue))
        #expect(values["purgatory_base"] == .number(purgatory.start.rawValue))
        #expect(values["purgatory_len"] == .number(purgatory.size))
    }

    /// With E2H it has 32 bits of physical address: what is beyond is a finding, for that way in alone.
    @Test func the2017SeriesGoesBelow4GiB() throws {
        func planned(_ window: Range<UInt64>?) throws -> (plan: Plan, findings: [PageTableFinding]) {
            let plan = try Layout(
                ram: [gibi..<2 * gibi, 8 * gibi..<64 * gibi], initrd: mebi, window: window,
                purgatory: try TestPurgatory.assembled(Series2017.source)
            ).plan()
            let proof = PageTableProof(
                of: try #require(plan.pageTables), bytes: try Emitter.pageTables(of: plan),
                at: try #require(plan.segment(.pageTables)).address,
                expecting: plan.pageTableExpectation(.granule4K))
            return (plan, proof.findings)
        }
        let low = try planned(nil)
        #expect(low.plan.segments.allSatisfy { $0.address.rawValue < 4 * gibi })
        #expect(low.findings.isEmpty && low.plan.mappingsOutOfReach(.el2E2H).isEmpty)

        let high = try planned(4 * gibi..<64 * gibi)
        #expect(high.plan.segments.allSatisfy { $0.address.rawValue >= 8 * gibi })
        #expect(high.plan.mappingsOutOfReach(.el2E2H) == high.plan.pageTables?.mappings)
        for regime in [TranslationRegime.el1, .el2] { #expect(high.plan.mappingsOutOfReach(regime).isEmpty) }
        let due = high.plan.pageTableExpectation(.granule4K).due
        #expect(
            high.findings
                == due.map {
                    PageTableFinding(
                        problem: .beyondOutputBits($0.range, what: $0.what, bits: 32), regimes: [.el2E2H])
                })
    }

    /// What it doesn't have isn't set.
    @Test func baseAndLengthAreOptional() throws {
        let source = Series2017.source.replacing("purgatory_base", with: "base")
            .replacing("purgatory_len", with: "length")
        let plan = try plan(source)
        #expect(plan.pageTables != nil)
        #expect(!plan.purgatory.symbols.contains { ["purgatory_base", "purgatory_len"].contains($0.name) })
    }

    @Test(arguments: [Granule.granule16K, .granule64K])
    func the2017SeriesHasItsGranule(granule: Granule) {
        expect(.granuleOfContract(granule, due: .granule4K), Series2017.source, granule)
    }

    @Test(arguments: [SeedPolicy.none, .fresh])
    func oneDigestIsOneSlot(seeds: SeedPolicy) throws {
        let slots = try plan(Self.plain, seeds: seeds).runtimeSlots
        #expect(slots.map(\.fill) == (seeds == .none ? [] : [.random, .random, .segmentsDigest]))
    }

    @Test func aConsoleBeyondTheTables() throws {
        let console = Console(kind: .pl011, address: PhysicalAddress(1 << 48))
        expect(
            .consoleBeyondTables(console, mmuIsOptional: true), TestPurgatory.source, console: console)
        // The 2017 series turns the MMU on whatever there is.
        for allowed in [false, true] {
            expect(
                .consoleBeyondTables(console, mmuIsOptional: false), Series2017.source, console: console,
                allowsMMUOff: allowed)
        }
        let off = try plan(TestPurgatory.source, console: console, allowsMMUOff: true)
        #expect(off.pageTables == nil && off.mmuOff == .consoleBeyondTables)
        #expect(!off.purgatory.symbols.contains { $0.name == "pgtble_base" })
        // Without tables there is nothing that it could be beyond.
        #expect(try plan(Self.plain, console: console).mmuOff == .noTableBase)
        // Leave to turn it off is no order to.
        let near = Console(kind: .pl011, address: PhysicalAddress(1 << 48 - 0x1000))
        let on = try plan(TestPurgatory.source, console: near, allowsMMUOff: true)
        #expect(on.pageTables?.inputAddressBits == 48 && on.mmuOff == nil)
    }

    @Test func oneContractAndNotTwo() {
        expect(
            .linking(.noContract),
            Self.plain.replacing("sha256_regions", with: "regions").replacing("sha256_digest", with: "digest")
        )
        expect(
            .linking(.twoContracts("purgatory_regions", "sha256_regions")),
            Self.plain + TestPurgatory.definition("purgatory_regions", 1280))
        expect(
            .linking(.twoContracts("purgatory_sha256", "sha256_digest")),
            Self.plain.replacing("sha256_regions", with: "regions")
                + TestPurgatory.definition("purgatory_sha256", 32))
    }

    @Test(arguments: [
        "sha256_regions", "sha256_digest", "arm64_kernel_entry", "arm64_dtb_addr", "arm64_sink",
    ])
    func everySymbolIsNeeded(name: String) {
        expect(.linking(.missingSymbol(name)), Self.plain.replacing(name, with: "other"))
    }

    @Test(arguments: [("sha256_regions", 256), ("sha256_digest", 32)] as [(String, UInt64)])
    func everySymbolHasItsSize(name: String, size: UInt64) {
        for other in [size - 8, size + 8] {
            expect(
                .linking(.wrongSymbolSize(name, size: other, expected: size)),
                Self.plain.replacing(".size \(name), \(size)", with: ".size \(name), \(other)"))
        }
    }

    /// `skip_checks` may be missing; what would switch the checks off may not be there.
    @Test func checksAreOn() throws {
        #expect(throws: Never.self) { try plan(Self.plain.replacing("skip_checks", with: "other")) }
        expect(.linking(.checksSkipped("skip_checks")), Self.plain.replacing(".word 0", with: ".word 1"))
        expect(
            .linking(.checksSkipped("skip_checks")), Self.plain.replacing(".word 0", with: ".word 1 << 31"))
        expect(
            .linking(.wrongSymbolSize("skip_checks", size: 8, expected: 4)),
            Self.plain.replacing(".size skip_checks, 4", with: ".size skip_checks, 8"))
        #expect(throws: Never.self) {
            try plan(
                Self.plain.replacing(
                    "skip_checks:\n    .word 0", with: ".bss\nskip_checks:\n    .skip 4"))
        }
    }

    /// Its stack is beside its code: that it is all in one section is nothing new.
    @Test func codeMayBeWritten() throws {
        let source = Self.plain.replacing("    .text\n", with: "    .section .wild, \"awx\"\n")
        let section = try #require(try plan(source).purgatory.sections.first)
        #expect(section.name == ".wild" && section.access == .readWriteExecute)
    }
}
