import Arm64
import KexecPlan

extension MemoryMap {
    /// The map without what the next kernel, which goes by `tree`, takes of RAM or knows nothing of.
    ///
    /// What the tree reserves, and after it RAM that isn't in the tree's memory nodes, become reserved too, behind
    /// what is reserved already; where that covers them, they aren't listed again. Where UEFI has the memory map,
    /// the memory nodes don't count.
    public func restricted(by tree: DeviceTree) throws(DeviceTreeError) -> MemoryMap {
        try restricted(by: DeviceTreeMemory(of: tree))
    }

    /// The same for a tree whose memory was read already.
    public func restricted(by tree: DeviceTreeMemory) throws(DeviceTreeError) -> MemoryMap {
        let systemRAM = systemRAM
        let known = AddressRangeSet(reserved.map(\.range))
        var additions = try tree.reserved.get()
        if !tree.isLeftToUEFI {
            let memory = try tree.ram.get()
            guard let first = memory.first else { throw .noMemory }
            let missing = systemRAM.subtracting(AddressRangeSet(memory))
            if let ram = ram.first, missing == systemRAM {
                throw .memoryElsewhere(memory: first, ram: ram.range)
            }
            additions += missing.ranges.map { Region(range: $0, kind: Self.missingInTree) }
        }
        var result = self
        result.reserved += additions.filter {
            !systemRAM.intersection($0.range).subtracting(known).isEmpty
        }
        return result
    }

    private static let missingInTree = "not in the device tree's /memory"
}

/// What a device tree says of memory, read once for all that goes by it: many machines may have the same tree.
public struct DeviceTreeMemory: Sendable {
    /// `DeviceTree.memory`, or why it can't be read.
    let ram: Result<[AddressRange], DeviceTreeError>
    /// `DeviceTree.reservedMemory`, or why it can't be read.
    let reserved: Result<[MemoryMap.Region], DeviceTreeError>
    /// `DeviceTree.leavesMemoryToUEFI`.
    public let isLeftToUEFI: Bool
    /// `DeviceTree.limitsMemory`.
    public let isLimited: Bool

    /// Reads a tree.
    public init(of tree: DeviceTree) {
        ram = Result { () throws(DeviceTreeError) in try tree.memory }
        reserved = Result { () throws(DeviceTreeError) in try tree.reservedMemory }
        isLeftToUEFI = tree.leavesMemoryToUEFI
        isLimited = tree.limitsMemory
    }

    /// The RAM that the tree names and /proc/iomem knows nothing of, in whole pages of any kernel: a kernel that goes by this
    /// tree would use it. Empty where UEFI has the memory map.
    /// - Parameter resources: the lines of /proc/iomem.
    public func ram(unknownTo resources: [MemoryResource]) throws(DeviceTreeError) -> AddressRangeSet {
        guard !isLeftToUEFI else { return AddressRangeSet() }
        // Beside System RAM stands, as reserved, what may not be mapped (arch/arm64/kernel/setup.c,
        // request_standard_resources); drivers' memory is `System RAM (kmem)` and the like.
        let known = resources.filter {
            $0.name.hasPrefix(MemoryMap.systemRAMName) || $0.depth == 0 && $0.name == "reserved"
        }
        return AddressRangeSet(try ram.get()).shrunk(to: 64 << 10).subtracting(
            AddressRangeSet(known.map(\.range)))
    }
}

extension DeviceTree {
    /// Whether the kernel that got this tree was told to use a part of the RAM alone (`mem=`; linux,usable-memory-range of
    /// a crash kernel).
    public var limitsMemory: Bool {
        let words = (bootArguments ?? "").split(separator: " ")
        return words.contains { $0.hasPrefix("mem=") }
            || property(Self.chosen, "linux,usable-memory-range") != nil
    }
}
