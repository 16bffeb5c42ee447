import Arm64

/// The machine that a plan is for, as far as the plan depends on it; of several machines, what they have in common.
public struct Machine: Equatable, Sendable {
    /// What every segment's start and size are multiples of: at least the page size of the running kernel, bytes.
    public var pageSize: UInt64
    /// Its memory and what is taken of it.
    public var memory: MemoryMap
    /// What its device tree is; nil where none is known.
    public var deviceTree: DeviceTreeIdentity?
    /// What the device trees of the other machines are, where they are others: by rising digest, each once.
    public var otherTrees: [DeviceTreeIdentity]

    /// Makes a machine from its parts.
    public init(
        pageSize: UInt64, memory: MemoryMap, deviceTree: DeviceTreeIdentity? = nil,
        otherTrees: [DeviceTreeIdentity] = []
    ) {
        self.pageSize = pageSize
        self.memory = memory
        self.deviceTree = deviceTree
        self.otherTrees = otherTrees
    }

    /// The device trees of all machines.
    public var deviceTrees: [DeviceTreeIdentity] { (deviceTree.map { [$0] } ?? []) + otherTrees }
}

/// The memory of a machine, as /proc/iomem has it.
public struct MemoryMap: Equatable, Sendable {
    /// A named range.
    public struct Region: Hashable, Sendable {
        /// Its addresses.
        public var range: AddressRange
        /// Its name, such as `System RAM`, `reserved`, `Crash kernel`.
        public var kind: String

        /// Makes a region from its parts.
        public init(range: AddressRange, kind: String) {
            self.range = range
            self.kind = kind
        }
    }

    /// System RAM, in the order of the file.
    public var ram: [Region]
    /// What in it must not be overwritten before the jump, in the order of the file. The running kernel's own
    /// code and data are not among it: kexec copies segments over them at the very end.
    public var reserved: [Region]

    /// Makes a memory map from its parts.
    public init(ram: [Region], reserved: [Region]) {
        self.ram = ram
        self.reserved = reserved
    }

    /// All System RAM.
    public var systemRAM: AddressRangeSet { AddressRangeSet(ram.map(\.range)) }

    /// System RAM that nothing reserves.
    public var usable: AddressRangeSet {
        systemRAM.subtracting(AddressRangeSet(reserved.map(\.range)))
    }
}
