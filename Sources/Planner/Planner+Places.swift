import Arm64
import KexecPlan

// Where the kernel may go, and all else with it.

extension Planner {
    /// What is free at the start, of what 48 bits can address: the kernel must be there (booting.rst), and all that
    /// the page tables map.
    var usableMemory: AddressRangeSet {
        var usable = inputs.machine.memory.usable
        for window in [AddressRange(start: .zero, size: 1 << 48), inputs.request.memoryWindow] {
            if let window { usable = usable.intersection(window) }
        }
        return usable.shrunk(to: pageSize)
    }

    /// What everything may go to, the best first. Below 4 GiB rather than above: what is above may be memory that
    /// can be removed again, which the next kernel would be in the way of.
    private func areas(of free: AddressRangeSet) -> [AddressRangeSet] {
        let low = AddressRange(start: .zero, size: 1 << 32).map(free.intersection) ?? free
        return low == free ? [free] : [low, free]
    }

    func kernelRequest() throws(PlannerError) -> PlaceRequest {
        guard inputs.kernel.textOffset.isMultiple(of: pageSize) else {
            throw .textOffsetInsidePage(textOffset: inputs.kernel.textOffset, pageSize: pageSize)
        }
        return PlaceRequest(
            role: .kernel, size: try wholePages(inputs.kernel.imageSize, .kernel),
            alignment: BootProtocol.kernelAlignment, offset: inputs.kernel.textOffset)
    }

    /// The places for the kernel, each with what is free for everything, the best first.
    func kernelPlaces(_ request: PlaceRequest) -> [(kernel: AddressRange, free: AddressRangeSet)] {
        switch inputs.kernel.placement {
        case .anywhere:
            // In one hole rather than in several: that is easier to read, and takes fewer page tables. The highest
            // hole rather than a lower one: see `Placement.placeHighest`. The low end only where nothing else
            // leaves room for the rest.
            var places: [(kernel: AddressRange, free: AddressRangeSet)] = []
            for area in areas(of: usableMemory) {
                let holes: [AddressRangeSet] = area.ranges.map { AddressRangeSet([$0]) }
                for free in holes.reversed() + [area] {
                    let placement = Placement(free: free)
                    let high = placement.candidates(for: request)
                    let low = placement.lowestCandidates(for: request)
                    places += (low + high).reversed().map { ($0, free) }
                }
            }
            return places
        case .nearStartOfRAM:
            // "as close as possible to the base of DRAM, since memory below it is not accessible via the linear
            // mapping" (booting.rst): nothing that the kernel needs is below its base.
            return Placement(free: usableMemory).lowestCandidates(for: request).flatMap { kernel in
                let base = PhysicalAddress(kernel.start.rawValue - request.offset)
                let above = AddressRange(start: base, end: PhysicalAddress(.max))
                return areas(of: above.map(usableMemory.intersection) ?? usableMemory)
                    .filter { $0.contains(kernel) }.map { (kernel, $0) }
            }
        }
    }

    func wholePages(_ size: UInt64, _ role: InputRole) throws(PlannerError) -> UInt64 {
        guard let size = size.alignedUp(to: pageSize) else {
            throw .inputTooLarge(role, size: size, limit: .max)
        }
        return size
    }
}
