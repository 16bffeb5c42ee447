import Arm64
import KexecPlan

/// All that a plan is made from: values only, no files.
public struct PlanningInputs: Sendable {
    /// What was asked for.
    public var request: Request
    /// The files, with their sizes and digests.
    public var inputs: [Input]
    /// The machine.
    public var machine: Machine
    /// The kernel's header.
    public var kernel: KernelImage
    /// The device tree that the kernel will get, as far as it is known before anything has an address.
    public var deviceTree: DeviceTreeDraft
    /// Purgatory's object.
    public var purgatory: RelocatableObject

    /// A device tree whose numbers are not known yet; its size is.
    public struct DeviceTreeDraft: Sendable {
        /// The changes. The values of `linux,initrd-start` and `linux,initrd-end` are set by the planner.
        public var changes: DeviceTreePlan
        /// The size of the changed tree, in bytes: it does not depend on the values.
        public var size: UInt64
        /// How much memory it gets at least, in bytes.
        public var room: UInt64
        /// The places in it that are filled on the machine.
        public var runtimeSlots: [RuntimeSlot]

        /// Makes a draft from its parts.
        public init(
            changes: DeviceTreePlan, size: UInt64, room: UInt64 = 0, runtimeSlots: [RuntimeSlot]
        ) {
            self.changes = changes
            self.size = size
            self.room = room
            self.runtimeSlots = runtimeSlots
        }
    }

    /// Makes the inputs from their parts.
    public init(
        request: Request, inputs: [Input], machine: Machine, kernel: KernelImage,
        deviceTree: DeviceTreeDraft, purgatory: RelocatableObject
    ) {
        self.request = request
        self.inputs = inputs
        self.machine = machine
        self.kernel = kernel
        self.deviceTree = deviceTree
        self.purgatory = purgatory
    }
}
