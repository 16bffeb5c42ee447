import Arm64
import KexecPlan

// The plan, once everything has its place.

extension Planner {
    /// kexec_load refuses more than half of all pages; what RAM there is bounds them from above.
    func checkTotal(_ segments: [Segment]) throws(PlannerError) {
        let needed = segments.reduce(0) { $0 &+ $1.memorySize }
        let ram = inputs.machine.memory.systemRAM.size
        guard needed <= ram / 2 else { throw .moreThanHalfOfMemory(needed: needed, ram: ram) }
    }

    func assemble(
        segments: [Segment], purgatory: LinkedPurgatory, pageTables: PageTablePlan?, mmuOff: MMUOffReason?
    ) throws(LinkingError) -> Plan {
        var plan = Plan(
            request: inputs.request, inputs: inputs.inputs, machine: inputs.machine,
            kernel: inputs.kernel, entry: try purgatory.entry(),
            segments: segments,
            deviceTree: inputs.deviceTree.changes,
            pageTables: pageTables, mmuOff: mmuOff,
            purgatory: PurgatoryPlan(
                contract: contract, sections: purgatory.sections,
                relocations: try purgatory.relocations(), symbols: []),
            runtimeSlots: inputs.deviceTree.runtimeSlots)
        if let initrd = plan.segment(.initrd) { plan.deviceTree.setInitrd(initrd) }
        plan.purgatory.symbols = try purgatory.patches(for: plan)
        plan.runtimeSlots += plan.digestSlots
        return plan
    }
}

extension DeviceTreePlan {
    /// Puts the initrd's place where the edits have room for it; the end is the first byte after its content.
    fileprivate mutating func setInitrd(_ initrd: Segment) {
        for index in edits.indices where edits[index].node == "/chosen" {
            switch edits[index].property {
            case "linux,initrd-start": edits[index].change = .number(initrd.address.rawValue)
            case "linux,initrd-end":
                edits[index].change = .number(initrd.address.rawValue &+ initrd.contentSize)
            default: break
            }
        }
    }
}
