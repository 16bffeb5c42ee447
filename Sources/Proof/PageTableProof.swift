import Arm64
import KexecPlan

/// Holds the bytes of page tables, and the registers that go with them, against what purgatory needs: that it can touch
/// all that it has to, and nothing else, with no more rights than it needs, and that there are no more tables than that
/// takes. Nothing that makes tables is used, only the walker, which reads bytes as the MMU does.
public struct PageTableProof: Sendable {
    /// All that is not as it has to be, registers first; of a kind, the first 1000.
    public let findings: [PageTableFinding]
    /// True where there is more of a kind than is in `findings`.
    public let hasMore: Bool
    /// How many tables a walk reaches: with the registers of EL1, or else with the first ones that ask for a walk.
    public let tableCount: Int
    /// The fewest tables that can map what is due.
    public let fewestTables: Int
    /// How many bytes these tables map.
    public let mappedBytes: UInt64

    /// - Parameters:
    ///   - tables: what the plan says: root, registers, and its own account of the mappings.
    ///   - bytes: the content of the page tables' segment.
    ///   - base: the segment's physical address.
    ///   - expectation: what is to be mapped.
    public init(
        of tables: PageTablePlan, bytes: [UInt8], at base: PhysicalAddress,
        expecting expectation: PageTableExpectation
    ) {
        let due = DueRegions(expectation.due)
        var subject = Subject(
            tables: tables, bytes: bytes, base: base, due: due, mappable: expectation.mappable,
            fewestAddressBits: expectation.fewestAddressBits, outputAddressBits: expectation.outputAddressBits
        )
        var found = Findings()
        for regime in TranslationRegime.allCases {
            var problems = ProblemList()
            subject.addRegisterProblems(regime, to: &problems)
            if let walk = subject.walk(regime) {
                let runs = walk.runs
                let mapped = AddressRangeSet(runs.map(\.input))
                subject.addStructureProblems(walk, to: &problems)
                subject.addMappingProblems(runs, mapped, regime, to: &problems)
                subject.addPlanProblems(walk, runs, mapped, regime, to: &problems)
            }
            found.add(problems, regime)
        }
        findings = found.all
        hasMore = found.hasMore
        let walk = subject.anyWalk
        tableCount = walk?.tables.count ?? 0
        mappedBytes = walk.map { AddressRangeSet($0.runs.map(\.input)).size } ?? 0
        fewestTables = subject.fewestTables?.total ?? 0
    }

    /// Findings by what they are, in the order in which they were met.
    private struct Findings {
        private var order: [PageTableFinding.Problem] = []
        private var regimes: [PageTableFinding.Problem: [TranslationRegime]] = [:]

        private(set) var hasMore = false

        mutating func add(_ found: ProblemList, _ regime: TranslationRegime) {
            hasMore = hasMore || found.hasMore
            for problem in found.problems {
                if regimes[problem] == nil { order.append(problem) }
                if regimes[problem]?.last != regime { regimes[problem, default: []].append(regime) }
            }
        }

        var all: [PageTableFinding] {
            order.map { PageTableFinding(problem: $0, regimes: regimes[$0] ?? []) }
        }
    }

    /// What is judged.
    struct Subject {
        let tables: PageTablePlan
        let bytes: [UInt8]
        let base: PhysicalAddress
        let due: DueRegions
        let mappable: AddressRangeSet
        let fewestAddressBits: Int
        let outputAddressBits: [TranslationRegime: Int]
        let registers: TranslationRegisters
        private var walks: [WalkGeometry: PageTableWalk] = [:]

        init(
            tables: PageTablePlan, bytes: [UInt8], base: PhysicalAddress, due: DueRegions,
            mappable: AddressRangeSet, fewestAddressBits: Int, outputAddressBits: [TranslationRegime: Int]
        ) {
            self.tables = tables
            self.bytes = bytes
            self.base = base
            self.due = due
            self.mappable = mappable
            self.fewestAddressBits = fewestAddressBits
            self.outputAddressBits = outputAddressBits
            registers = tables.walkRegisters
        }

        /// The regime's TCR_ELx.
        func tcr(_ regime: TranslationRegime) -> UInt64 {
            switch regime {
            case .el1: registers.tcrEL1
            case .el2: registers.tcrEL2
            case .el2E2H: registers.tcrEL2E2H
            }
        }

        /// The walk that the regime's registers ask for; nil for none.
        mutating func walk(_ regime: TranslationRegime) -> PageTableWalk? {
            guard let geometry = WalkGeometry(tcr: tcr(regime), regime) else { return nil }
            if let walk = walks[geometry] { return walk }
            let walker = PageTableWalker(bytes: bytes, base: base, root: tables.root, geometry: geometry)
            let walk = walker.walk()
            walks[geometry] = walk
            return walk
        }

        /// The first regime's walk that was made.
        var anyWalk: PageTableWalk? {
            TranslationRegime.allCases.lazy.compactMap { WalkGeometry(tcr: tcr($0), $0) }.first.flatMap {
                walks[$0]
            }
        }

        /// The fewest address bits that TCR_ELx can say and that reach all that is due; nil for more than 48.
        var dueAddressBits: Int? {
            let highest = due.regions.last?.range.last.rawValue ?? 0
            let bits = max(UInt64.bitWidth - highest.leadingZeroBitCount, fewestAddressBits)
            return bits <= 48 ? bits : nil
        }

        /// The fewest tables of the plan's granule for what is due; nil where no tables reach that far.
        var fewestTables: FewestTables? {
            guard let bits = dueAddressBits,
                let geometry = WalkGeometry(granule: tables.granule, inputAddressBits: bits)
            else { return nil }
            return FewestTables(due.uniform, geometry)
        }
    }
}
