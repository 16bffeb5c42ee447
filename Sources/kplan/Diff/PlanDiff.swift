import KexecPlan
import PlanJSON

/// In what two plans differ; complete: plans with two identities differ in something that is named.
struct PlanDiff {
    /// The plans, and in what they differ but for what is ignored.
    private(set) var comparison: PlanComparison
    /// What was left out because it was asked for, with how many differences that are.
    private(set) var ignored: [(field: DiffField, count: Int)] = []
    /// Whether one of those is a cause.
    private(set) var ignoresCauses = false
    /// Why the given device trees were not compared, where they differ.
    let treeReason: String?

    /// - Parameters:
    ///   - trees: what the device trees that they were given differ in.
    ///   - fields: what is left out.
    init(_ old: AnyPlan, _ new: AnyPlan, trees: GivenTrees = .unknown, ignoring fields: [DiffField] = []) {
        comparison = PlanComparison(from: old, to: new)
        comparison.differences += trees.changes.map(PlanDifference.givenTree)
        if comparison.differences.isEmpty {
            comparison.differences = PlanJSON.differingPaths(old, new).map { .other(path: $0) }
        }
        treeReason = fields.contains(.dtb) ? nil : trees.reason
        let all = comparison.differences
        ignored = DiffField.allCases.filter(fields.contains).map { field in
            (field, all.count { $0.field == field })
        }
        ignoresCauses = all.contains { $0.isCause && fields.contains($0.field) }
        comparison.differences = all.filter { !fields.contains($0.field) }
    }

    /// Whether the plans are the same, which what is ignored doesn't make them.
    var isSame: Bool { comparison.differences.isEmpty && ignored.allSatisfy { $0.count == 0 } }

    /// The differences for people; nil where there are none.
    func lines(_ style: Style) -> [String]? {
        isSame ? nil : PlanDiffDrawing(rows: DiffRows(self, style: style), style: style).lines
    }
}
