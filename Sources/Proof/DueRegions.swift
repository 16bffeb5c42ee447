import Arm64

/// What is due, with each address once.
struct DueRegions {
    /// Apart, by rising address.
    private(set) var regions: [PageTableExpectation.Due] = []
    /// What needs other attributes at addresses where something else has them already.
    private(set) var conflicts: [(AddressRange, String, String)] = []

    init(_ due: [PageTableExpectation.Due]) {
        for next in due.sorted(by: { $0.range.start < $1.range.start }) {
            // Nothing before began later, so what has the first of its addresses may be several regions back, and from
            // there on all is taken up to the end of the last region.
            let first = regions.bisected { $0.range.end <= next.range.start }
            for region in regions[first...] {
                guard region.memory != next.memory || region.access != next.access,
                    let shared = region.range.intersection(next.range)
                else { continue }
                conflicts.append((shared, region.what, next.what))
            }
            let start = max(next.range.start, regions.last?.range.end ?? .zero)
            if let rest = AddressRange(start: start, end: next.range.end) {
                var region = next
                region.range = rest
                regions.append(region)
            }
        }
    }

    /// The addresses.
    var addresses: AddressRangeSet { AddressRangeSet(regions.map(\.range)) }

    /// Ranges of like attributes, as large as they can be.
    var uniform: [AddressRange] {
        var uniform: [(range: AddressRange, of: PageTableExpectation.Due)] = []
        for region in regions {
            if let last = uniform.last, last.range.end == region.range.start, last.of.memory == region.memory,
                last.of.access == region.access,
                let range = AddressRange(start: last.range.start, end: region.range.end)
            {
                uniform[uniform.count - 1].range = range
            } else {
                uniform.append((region.range, region))
            }
        }
        return uniform.map(\.range)
    }
}
