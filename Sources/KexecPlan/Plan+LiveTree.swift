import Arm64

extension Plan {
    /// How much larger than the largest of its machines' trees the segment of a live device tree is, in bytes: trees grow a
    /// little from boot to boot.
    public static let liveTreeSlack: UInt64 = 64 << 10

    /// The memory of a live device tree's segment, in bytes, before whole pages are made of it: never more than a kernel takes.
    public static func liveTreeRoom(for size: UInt64) -> UInt64 {
        size > BootProtocol.deviceTreeLimit
            ? size : min(size.addingProduct(1, liveTreeSlack) ?? size, BootProtocol.deviceTreeLimit)
    }

    /// The plan with another machine's device tree in the place of the one that it was made with: everything keeps its place.
    /// What purgatory has to know of the tree follows; the digests are still the old ones.
    ///
    /// - Parameters:
    ///   - size: that of the tree with the plan's edits, in bytes.
    ///   - slots: the places in it that are filled on the machine.
    ///   - object: purgatory's.
    public func taking(
        _ tree: DeviceTreePlan, size: UInt64, slots: [RuntimeSlot], _ object: RelocatableObject
    ) throws(LinkingError) -> Plan {
        var plan = self
        plan.deviceTree = tree
        for index in plan.segments.indices where plan.segments[index].role == .dtb {
            plan.segments[index].contentSize = size
        }
        plan.runtimeSlots = slots
        plan.purgatory.symbols = try LinkedPurgatory(object, sections: purgatory.sections).patches(for: plan)
        plan.runtimeSlots += plan.digestSlots
        return plan
    }
}
