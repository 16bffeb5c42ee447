import Arm64
import KexecPlan
import Testing

/// A change of a plan, and all that it breaks.
struct BrokenPlan: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let plan: Plan
    let problems: [Violation.Problem]

    /// A change of the full sample.
    static func full(
        _ name: String, _ problems: Violation.Problem..., change: (inout Plan) -> Void
    ) -> BrokenPlan {
        var plan = SamplePlan.full
        change(&plan)
        return BrokenPlan(testDescription: name, plan: plan, problems: problems)
    }

    /// A change of the bare sample.
    static func bare(
        _ name: String, _ problems: Violation.Problem..., change: (inout Plan) -> Void
    ) -> BrokenPlan {
        var plan = SamplePlan.bare
        change(&plan)
        return BrokenPlan(testDescription: name, plan: plan, problems: problems)
    }
}

@Suite struct ViolationsTests {
    @Test func samplesBreakNoRule() {
        #expect(SamplePlan.full.violations() == [])
        #expect(SamplePlan.bare.violations() == [])
        #expect(SamplePlan.foreign.violations() == [])
        #expect(SamplePlan.series2017.violations() == [])
        #expect(SamplePlan.machines.violations() == [])
        #expect(SamplePlan.live.violations() == [])
    }

    @Test(arguments: BrokenPlan.machines) func machines(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.inputs) func inputs(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.segments) func segments(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.booting) func booting(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.deviceTree) func deviceTree(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.purgatory) func purgatory(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.pageTables) func pageTables(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.mappings) func mappings(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.slots + BrokenPlan.reports) func slots(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }

    @Test(arguments: BrokenPlan.contracts) func contracts(_ broken: BrokenPlan) {
        #expect(broken.plan.violations().map(\.problem) == broken.problems)
    }
}
