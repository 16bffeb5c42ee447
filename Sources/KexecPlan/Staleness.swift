import Arm64

/// Something that a plan takes for granted and that its machine, as it is now, hasn't: what is in the way of loading it.
public enum Staleness: Equatable, Sendable {
    /// A segment's place is reserved for something.
    case taken(SegmentRole, AddressRange, by: MemoryMap.Region)
    /// A segment's place is not RAM.
    case notRAM(SegmentRole, AddressRange, missing: AddressRange)
    /// RAM of the plan's machine, which the next kernel is told of by the plan's device tree, is none here.
    case ramMissing(AddressRange)
    /// Another board.
    case otherBoard(planned: [String], running: [String])
    /// UEFI has something elsewhere than the plan's device tree says; nil where it is nowhere.
    case uefiMoved(property: String, planned: UInt64, running: UInt64?)
}

extension Plan {
    /// What is in the way of the segments in `memory`, the machine's as it is now. What is reserved elsewhere, and RAM
    /// that was added, is in nobody's way.
    public func staleSegments(in memory: MemoryMap) -> [Staleness] {
        let (ram, usable) = (memory.systemRAM, memory.usable)
        return segments.flatMap { segment -> [Staleness] in
            guard let range = segment.range, !usable.contains(range) else { return [] }
            let missing = AddressRangeSet([range]).subtracting(ram).ranges
                .map { Staleness.notRAM(segment.role, range, missing: $0) }
            return missing
                + memory.reserved.filter { $0.range.overlaps(range) }
                .map { .taken(segment.role, range, by: $0) }
        }
    }

    /// The RAM of the plan's machine that this one hasn't.
    ///
    /// - Parameters:
    ///   - memory: the machine's.
    ///   - described: what its device tree names as RAM: a kernel that was told to use less shows only that.
    ///   - told: what the plan's device tree names as RAM, which may be more than the plan's machine showed.
    public func missingRAM(
        in memory: MemoryMap, described: [AddressRange], told: [AddressRange] = []
    ) -> [Staleness] {
        // The next kernel asks UEFI, not its tree.
        guard !leavesMemoryToUEFI else { return [] }
        let there = memory.systemRAM.union(AddressRangeSet(described))
        // Kernels take whole pages.
        let due = machine.memory.systemRAM.union(AddressRangeSet(told).shrunk(to: 64 << 10))
        return due.subtracting(there).ranges.map { .ramMissing($0) }
    }

    /// Whether the next kernel takes its memory from UEFI's map.
    public var leavesMemoryToUEFI: Bool {
        deviceTree.uefi.contains { $0.property == "linux,uefi-mmap-start" }
    }

    /// What UEFI has elsewhere than the plan's device tree says.
    /// - Parameter running: where the machine's own tree says it is.
    public func movedUEFI(_ running: [UEFIPointer]) -> [Staleness] {
        deviceTree.uefi.compactMap { planned in
            let found = running.first { $0.property.utf8.elementsEqual(planned.property.utf8) }?.value
            guard found != planned.value else { return nil }
            return .uefiMoved(property: planned.property, planned: planned.value, running: found)
        }
    }
}
