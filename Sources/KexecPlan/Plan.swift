import Arm64

/// The complete description of one kexec by kexec_load, on arm64: what will be loaded, where, and how. It says every
/// byte and its place.
///
/// Everything in it is a plain value. `violations()` checks its rules; the module `PlanJSON` reads and writes it.
public struct Plan: Equatable, Sendable {
    /// The system call that loads it. Nothing ever switches it.
    public static let method = LoadMethod.kexecLoad
    /// The architecture of both kernels.
    public static let architecture = Architecture.arm64
    /// What it is for: a crash kernel would need an ELF core header among the segments.
    public static let type = KexecType.normal

    /// What was asked for.
    public var request: Request
    /// The files that it was made from.
    public var inputs: [Input]
    /// The machine that it is for.
    public var machine: Machine
    /// What the header of the kernel's Image says.
    public var kernel: KernelImage
    /// Where the running kernel jumps to: the entry of purgatory.
    public var entry: PhysicalAddress
    /// What is loaded, by rising address.
    public var segments: [Segment]
    /// What is changed in the device tree that the kernel gets.
    public var deviceTree: DeviceTreePlan
    /// The identity page tables of purgatory; nil where its MMU stays off.
    public var pageTables: PageTablePlan?
    /// Why there are none; nil where there are.
    public var mmuOff: MMUOffReason?
    /// How purgatory's object is linked and patched.
    public var purgatory: PurgatoryPlan
    /// The bytes that are filled in on the machine, by `apply` or by purgatory.
    public var runtimeSlots: [RuntimeSlot]

    /// Makes a plan from its parts.
    public init(
        request: Request, inputs: [Input], machine: Machine, kernel: KernelImage,
        entry: PhysicalAddress, segments: [Segment], deviceTree: DeviceTreePlan,
        pageTables: PageTablePlan?, mmuOff: MMUOffReason? = nil, purgatory: PurgatoryPlan,
        runtimeSlots: [RuntimeSlot]
    ) {
        self.request = request
        self.inputs = inputs
        self.machine = machine
        self.kernel = kernel
        self.entry = entry
        self.segments = segments
        self.deviceTree = deviceTree
        self.pageTables = pageTables
        self.mmuOff = mmuOff
        self.purgatory = purgatory
        self.runtimeSlots = runtimeSlots
    }

    /// The segment with this role; nil where the plan has none.
    public func segment(_ role: SegmentRole) -> Segment? {
        segments.first { $0.role == role }
    }

    /// The input with this role; nil where the plan has none. Of several machines the first: its device tree is the
    /// plan's, unless there is a dtb.
    public func input(_ role: InputRole) -> Input? {
        inputs.first { $0.role == role }
    }

    /// The captures of all machines.
    public var machines: [Input] { inputs.filter { $0.role == .machine } }

    /// The inputs that the plan's bytes are made from: the memory map is in the plan, and of several machines only the first
    /// has anything to add.
    public var neededInputs: [Input] {
        let first = inputs.firstIndex { $0.role == .machine }
        return inputs.enumerated().filter { index, input in
            input.role != .memoryMap && (input.role != .machine || index == first)
        }.map(\.element)
    }
}
