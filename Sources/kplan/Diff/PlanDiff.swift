import KexecPlan
import PlanJSON

/// In what two plans differ; complete: plans with two identities differ in something that is named.
struct PlanDiff {
    let comparison: PlanComparison

    init(_ old: AnyPlan, _ new: AnyPlan) {
        var comparison = PlanComparison(from: old, to: new)
        if comparison.differences.isEmpty {
            comparison.differences = PlanJSON.differingPaths(old, new).map { .other(path: $0) }
        }
        self.comparison = comparison
    }

    /// The differences for people; nil where there are none.
    func lines(_ style: Style) -> [String]? {
        comparison.differences.isEmpty
            ? nil : PlanDiffDrawing(comparison: comparison, style: style).lines
    }
}
