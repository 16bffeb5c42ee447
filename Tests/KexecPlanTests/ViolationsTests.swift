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

    /// Each kind of problem is brought about by some plan above.
    @Test func everyProblemHasItsPlan() {
        let groups = [
            BrokenPlan.inputs, BrokenPlan.segments, BrokenPlan.booting, BrokenPlan.deviceTree,
            BrokenPlan.purgatory, BrokenPlan.pageTables, BrokenPlan.mappings, BrokenPlan.slots,
            BrokenPlan.contracts,
            BrokenPlan.reports,
        ]
        let brokenRules = Set(groups.joined().flatMap(\.problems).map(name(of:)))
        #expect(brokenRules == Set(problemNames))
    }

    private func name(of problem: Violation.Problem) -> String {
        Mirror(reflecting: problem).children.first?.label ?? "\(problem)"
    }

    private let problemNames = [
        "segmentMissing", "segmentRepeated", "segmentUnneeded", "inputMissing", "inputRepeated",
        "inputUnneeded",
        "inputName", "inputNameRepeated", "contentSize", "contentDigest", "reusedCommandLine",
        "consoleNotFound", "segmentCount", "machinePageSize", "segmentRange",
        "segmentAlignment", "moreThanHalfOfMemory", "segmentContent", "segmentOrder", "segmentsOverlap",
        "segmentOutsideMemory", "segmentOutsideWindow", "kernelBase", "kernelMemory",
        "kernelBeyond48Bits", "deviceTreeSize", "deviceTreeAlignment", "deviceTreeBlocks", "initrdWindow",
        "chosenProperty", "editPlace", "reservationRepeated", "entryOutsideCode", "codeAlignment",
        "sectionOrder", "sectionsOverlap",
        "sectionOutsidePurgatory", "relocationOutsideSections", "symbolOrder", "symbolsOverlap",
        "symbolOutsideSections", "symbolValue", "symbolUnneeded", "granule", "inputAddressBits",
        "rootAlignment",
        "rootOutsidePageTables", "tableLevels", "pageTablesSize", "memoryAttributes", "translationControl",
        "mappingAlignment", "mappingOrder", "mappingsOverlap", "mappingBeyondAddressBits",
        "mappingEntries", "notMapped", "mappedInVain", "consoleAtZero", "consoleAlignment",
        "consoleBeyond64Bits", "consoleInRAM", "mappingOutsideMemory", "mappingUse", "slotOutsideContent",
        "slotsOverlap", "slotUnneeded", "randomSlotOutsideDeviceTree", "randomSlot", "reportSlot",
        "propertySlots", "digestSlot", "digestNotRenewed", "sectionWrittenAndExecuted", "mmuOffUnexplained",
        "mmuOffUnfounded", "tablesOfContract", "registersOfContract", "mappingWrittenAndExecuted",
    ]

    @Test func violationsSayWhereTheRuleStands() {
        var plan = SamplePlan.bare
        plan.kernel.imageSize += 1
        plan.machine.pageSize = 3
        plan.inputs.removeLast()
        plan.change(.dtb) { $0.contentSize = $0.memorySize + 1 }
        #expect(plan.violations().map(\.source) == [.plan, .architecture, .kexecLoad, .booting])
    }
}
