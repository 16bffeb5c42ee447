/// A set of physical addresses as sorted ranges that neither overlap nor touch.
///
/// Free memory is a value of this type: taking something away returns the smaller set.
public struct AddressRangeSet: Hashable, Sendable {
    /// The ranges, by rising address.
    public let ranges: [AddressRange]

    /// The set of all addresses in `ranges`, which may overlap and be in any order.
    public init(_ ranges: some Sequence<AddressRange> = []) {
        var merged: [AddressRange] = []
        for range in ranges.sorted(by: { $0.start < $1.start }) {
            if let last = merged.last, range.start <= last.end {
                let end = max(last.end, range.end)
                merged[merged.count - 1] = AddressRange(start: last.start, end: end) ?? last
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    /// Ranges that are known to be sorted and apart.
    private init(sorted ranges: [AddressRange]) {
        self.ranges = ranges
    }

    /// True where the set has no address.
    public var isEmpty: Bool { ranges.isEmpty }

    /// The number of bytes in the set.
    public var size: UInt64 { ranges.reduce(0) { $0 &+ $1.size } }

    /// The largest range, the lowest of equals; nil for the empty set.
    public var largest: AddressRange? {
        ranges.reduce(nil) { best, range in
            if let best, best.size >= range.size { best } else { range }
        }
    }

    /// True where every byte of `range` is in the set.
    public func contains(_ range: AddressRange) -> Bool {
        first(endingAfter: range.start)?.contains(range) == true
    }

    /// True where some byte of `range` is in the set.
    public func overlaps(_ range: AddressRange) -> Bool {
        first(endingAfter: range.start)?.overlaps(range) == true
    }

    /// The lowest range that reaches beyond `address`.
    private func first(endingAfter address: PhysicalAddress) -> AddressRange? {
        let index = ranges.bisected { $0.end <= address }
        return index < ranges.count ? ranges[index] : nil
    }

    /// The addresses that are in this set or in `other`.
    public func union(_ other: AddressRangeSet) -> AddressRangeSet {
        AddressRangeSet(ranges + other.ranges)
    }

    /// The addresses that are in this set and not in `other`.
    public func subtracting(_ other: AddressRangeSet) -> AddressRangeSet {
        guard let lowest = ranges.first?.start else { return self }
        var result: [AddressRange] = []
        var next = other.ranges.bisected { $0.end <= lowest }
        for range in ranges {
            var start = range.start
            while next < other.ranges.count, other.ranges[next].end <= range.start { next += 1 }
            var index = next
            while index < other.ranges.count, other.ranges[index].start < range.end {
                if let free = AddressRange(start: start, end: other.ranges[index].start) {
                    result.append(free)
                }
                start = max(start, other.ranges[index].end)
                index += 1
            }
            if let rest = AddressRange(start: start, end: range.end) { result.append(rest) }
        }
        return AddressRangeSet(sorted: result)
    }

    /// The addresses that are in this set and in `window`.
    public func intersection(_ window: AddressRange) -> AddressRangeSet {
        let first = ranges.bisected { $0.end <= window.start }
        return AddressRangeSet(
            sorted: ranges[first...].prefix { $0.start < window.end }.compactMap { $0.intersection(window) })
    }

    /// The addresses that are in both sets.
    public func intersection(_ other: AddressRangeSet) -> AddressRangeSet {
        AddressRangeSet(sorted: other.ranges.flatMap { intersection($0).ranges })
    }

    /// The whole blocks of `alignment` bytes (a power of two) that are in the set.
    public func shrunk(to alignment: UInt64) -> AddressRangeSet {
        AddressRangeSet(sorted: ranges.compactMap { $0.shrunk(to: alignment) })
    }

    /// The set with every range grown to whole blocks of `alignment` bytes (a power of two).
    public func expanded(to alignment: UInt64) -> AddressRangeSet {
        AddressRangeSet(ranges.map { $0.expanded(to: alignment) ?? $0 })
    }
}
