import Arm64

/// Two plans beside each other.
public struct PlanComparison: Equatable, Sendable {
    /// The plan that was.
    public let old: AnyPlan
    /// The plan that is.
    public let new: AnyPlan
    /// All in which they differ, in the plan's order.
    public var differences: [PlanDifference]

    /// Compares two plans.
    public init(from old: AnyPlan, to new: AnyPlan) {
        self.old = old
        self.new = new
        differences =
            switch (old, new) {
            case (.kexecLoad(let old), .kexecLoad(let new)): Self.differences(old, new)
            case (.kexecFileLoad(let old), .kexecFileLoad(let new)): Self.differences(old, new)
            case (.kexecLoad(let plan), .kexecFileLoad(let files)): Self.kinds(plan, files, isBack: false)
            case (.kexecFileLoad(let files), .kexecLoad(let plan)): Self.kinds(plan, files, isBack: true)
            }
    }

    /// In what two plans for kexec_load differ.
    private static func differences(_ old: Plan, _ new: Plan) -> [PlanDifference] {
        // One list at a time: all of them in one expression are too many for the compiler.
        var found = inputs(old.inputs, new.inputs)
        found += request(old.request, new.request)
        if let change = Change(from: old.deviceTree.isLive, to: new.deviceTree.isLive) {
            found.append(.liveTree(change))
        }
        found += machine(old.machine, new.machine)
        if let change = Change(from: old.kernel, to: new.kernel) { found.append(.kernelHeader(change)) }
        if let change = Change(from: old.entry, to: new.entry) { found.append(.entry(change)) }
        found += segments(old, new)
        found += deviceTree(old.deviceTree, new.deviceTree)
        found += pageTables(old, new)
        found += purgatory(old, new)
        found += runtimeSlots(old, new)
        return found
    }

    /// What differs in what the plans were made from.
    public var causes: [PlanDifference] { differences.filter(\.isCause) }
    /// What follows from that.
    public var consequences: [PlanDifference] { differences.filter { !$0.isCause } }

    /// What differs in the files.
    static func inputs(_ old: [Input], _ new: [Input]) -> [PlanDifference] {
        // One machine is replaced by another; of several, each is itself.
        let isOne = max(old.count { $0.role == .machine }, new.count { $0.role == .machine }) < 2
        struct Key: Hashable {
            let role: InputRole
            let sha256: SHA256Digest?
        }
        let key = { (input: Input) in
            Key(role: input.role, sha256: isOne || input.role != .machine ? nil : input.sha256)
        }
        return list(ListComparison(old, new, by: key), .inputs) { change in
            (change.old ?? change.new).map { .input($0.role, change) }
        }
    }

    private static func request(_ old: Request, _ new: Request) -> [PlanDifference] {
        [
            Change(from: old.commandLine, to: new.commandLine).map(PlanDifference.commandLine),
            Change(from: old.reusedCommandLine, to: new.reusedCommandLine)
                .map(PlanDifference.reusedCommandLine),
            Change(from: old.console, to: new.console).map(PlanDifference.console),
            Change(from: old.consoleSource, to: new.consoleSource).map(PlanDifference.consoleSource),
            Change(from: old.granule, to: new.granule).map(PlanDifference.granule),
            Change(from: old.allowsMMUOff, to: new.allowsMMUOff).map(PlanDifference.mmuMayStayOff),
            Change(from: old.seeds, to: new.seeds).map(PlanDifference.seeds),
            Change(from: old.memoryWindow, to: new.memoryWindow).map(PlanDifference.memoryWindow),
        ].compactMap(\.self)
    }

    private static func machine(_ old: Machine, _ new: Machine) -> [PlanDifference] {
        [
            Change(from: old.pageSize, to: new.pageSize).map(PlanDifference.pageSize),
            Change(from: old.deviceTree, to: new.deviceTree).map(PlanDifference.machineTree),
        ].compactMap(\.self)
            + ListComparison(old.otherTrees, new.otherTrees, by: \.sha256).changes.map(
                PlanDifference.machineTree)
            + list(ListComparison(old.memory.ram, new.memory.ram), .ram) { .ram($0) }
            + list(ListComparison(old.memory.reserved, new.memory.reserved), .reserved) { .reserved($0) }
    }

    private static func segments(_ old: Plan, _ new: Plan) -> [PlanDifference] {
        list(ListComparison(old.segments, new.segments, by: \.role), .segments) { change in
            (change.old ?? change.new).map { .segment($0.role, change) }
        }
    }

    private static func deviceTree(_ old: DeviceTreePlan, _ new: DeviceTreePlan) -> [PlanDifference] {
        list(ListComparison(old.edits, new.edits, by: \.path), .edits) { .edit($0) }
            + list(
                ListComparison(old.removedReservations, new.removedReservations, by: \.self),
                .removedReservations
            ) { .removedReservation($0) }
            + list(ListComparison(old.uefi, new.uefi, by: \.property), .uefi) { .uefi($0) }
    }

    private static func runtimeSlots(_ old: Plan, _ new: Plan) -> [PlanDifference] {
        struct Key: Hashable {
            let segment: SegmentRole
            let purpose: String
        }
        return list(
            ListComparison(
                old.runtimeSlots, new.runtimeSlots, by: { Key(segment: $0.segment, purpose: $0.purpose) }),
            .runtimeSlots
        ) { .runtimeSlot($0) }
    }

    /// The differences of a list, its order the last of them.
    static func list<Element>(
        _ comparison: ListComparison<Element>, _ list: PlanList,
        _ difference: (Change<Element>) -> PlanDifference?
    ) -> [PlanDifference] {
        comparison.changes.compactMap(difference) + (comparison.isReordered ? [.order(list)] : [])
    }
}
