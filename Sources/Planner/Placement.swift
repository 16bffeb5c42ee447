import Arm64
import KexecPlan

/// What a segment asks of its place.
struct PlaceRequest {
    var role: SegmentRole
    /// Bytes, at least 1.
    var size: UInt64
    /// A power of two, bytes.
    var alignment: UInt64
    /// The address is this many bytes past a multiple of `alignment`.
    var offset: UInt64 = 0
    /// Where all of it must be.
    var window: AddressRange?
}

/// Free memory, getting smaller with every segment that is placed in it.
struct Placement {
    private(set) var free: AddressRangeSet

    /// The highest place in each hole that takes the request, the lowest hole first.
    func candidates(for request: PlaceRequest) -> [AddressRange] {
        let holes = request.window.map(free.intersection) ?? free
        return holes.ranges.compactMap { highestPlace(for: request, in: $0) }
    }

    /// Places the request as high as possible and takes it out of free memory.
    ///
    /// High, since the kernel that runs takes the pages that it loads into from the low end: where these are
    /// destinations as well, it swaps page after page (seen with 6.12: 16 s for what takes 0.4 s elsewhere).
    mutating func placeHighest(_ request: PlaceRequest) throws(PlannerError) -> AddressRange {
        guard let place = candidates(for: request).last else { throw noRoom(for: request) }
        take(place)
        return place
    }

    /// The lowest place in each hole that takes the request, the lowest hole first.
    func lowestCandidates(for request: PlaceRequest) -> [AddressRange] {
        free.ranges.compactMap { hole in
            let base = hole.start.rawValue.alignedDown(to: request.alignment)
            let place = base.addingReportingOverflow(request.offset).partialValue
            let start = place >= hole.start.rawValue ? place : place &+ request.alignment
            return AddressRange(start: PhysicalAddress(start), size: request.size)
                .flatMap { hole.contains($0) ? $0 : nil }
        }
    }

    /// Takes `range` out of free memory.
    mutating func take(_ range: AddressRange) {
        free = free.subtracting(AddressRangeSet([range]))
    }

    /// The error that says what was looked for and what there was.
    func noRoom(for request: PlaceRequest) -> PlannerError {
        .noRoom(
            .init(
                segment: request.role, size: request.size, alignment: request.alignment,
                window: request.window,
                largestHole: (request.window.map(free.intersection) ?? free).largest))
    }

    private func highestPlace(for request: PlaceRequest, in hole: AddressRange) -> AddressRange? {
        guard hole.size >= request.size else { return nil }
        let highest = hole.end.rawValue - request.size
        guard highest >= request.offset else { return nil }
        let start = (highest - request.offset).alignedDown(to: request.alignment) + request.offset
        guard start >= hole.start.rawValue else { return nil }
        return AddressRange(start: PhysicalAddress(start), size: request.size)
    }
}
