import Arm64

/// Problems of one regime, the first ones of each kind: one cause may have a million.
struct ProblemList {
    /// How many of a kind are listed.
    static let limit = 1000

    /// Those that are listed.
    private(set) var problems: [PageTableFinding.Problem] = []
    /// True where there are more of a kind.
    private(set) var hasMore = false
    private var counts = [Int](repeating: 0, count: PageTableFinding.Problem.kindCount)

    mutating func append(_ problem: PageTableFinding.Problem) {
        let kind = problem.kind
        guard counts[kind] < Self.limit else {
            hasMore = true
            return
        }
        counts[kind] += 1
        problems.append(problem)
    }

    static func += (list: inout ProblemList, more: some Sequence<PageTableFinding.Problem>) {
        for problem in more { list.append(problem) }
    }
}

extension PageTableFinding.Problem {
    /// One more than the highest number of a kind.
    fileprivate static let kindCount = 33

    /// A number for each kind of problem; irregular descriptors are of several.
    fileprivate var kind: Int {
        switch self {
        case .noWalk: 0
        case .controlField: 1
        case .inputAddressBits: 2
        case .rootMisaligned: 3
        case .rootNotFirst: 4
        case .partialTable: 5
        case .unreachedTable: 6
        case .tableCount: 7
        case .conflict: 8
        case .beyondAddressBits: 9
        case .beyondOutputBits: 10
        case .notMapped: 11
        case .mappedInVain: 12
        case .outsideMemory: 13
        case .notIdentity: 14
        case .memoryType: 15
        case .shareability: 16
        case .noAccessFlag: 17
        case .rights: 18
        case .writableAndExecutable: 19
        case .otherAttributes: 20
        case .plannedTables: 21
        case .plannedMapping: 22
        case .plannedTwice: 23
        case .notPlanned: 24
        case .irregular(let irregularity):
            switch irregularity.kind {
            case .tableOutside: 25
            case .tableReachedAgain: 26
            case .reservedForm: 27
            case .reservedBits: 28
            case .ignoredBits: 29
            case .hierarchy: 30
            case .notZero: 31
            case .unreachable: 32
            }
        }
    }
}
