import Arm64

/// Where addresses are on a vertical line, in tenths of a pixel: to scale, but that what lies between banks of RAM may
/// be drawn shorter.
struct MemoryScale {
    /// Addresses that are drawn to one scale.
    struct Stretch {
        let range: AddressRange
        let top: Int
        let height: Int
        /// Whether it is between what is occupied.
        var isHole = false
        /// Whether it is drawn shorter than the rest.
        let isShortened: Bool
    }

    let stretches: [Stretch]
    /// How many bytes a tenth of a pixel stands for, where nothing is shortened; at least 1.
    let bytesPerTenth: UInt64

    var top: Int { stretches.first?.top ?? 0 }
    var bottom: Int { stretches.last.map { $0.top + $0.height } ?? 0 }

    /// One range, all of it to scale.
    init(_ range: AddressRange, top: Int, height: Int) {
        stretches = [Stretch(range: range, top: top, height: height, isShortened: false)]
        bytesPerTenth = max(1, range.size / UInt64(max(1, height)))
    }

    /// What is occupied to scale, and what is between it no longer than `longestGap`, of all gaps together no more than a
    /// quarter of the height.
    init(_ occupied: AddressRangeSet, top: Int, height: Int, longestGap: Int = 140) {
        let ranges = occupied.ranges
        let gap = min(longestGap, height / 4 / max(1, ranges.count - 1))
        let room = height - gap * max(0, ranges.count - 1)
        let total = occupied.size
        bytesPerTenth = max(1, total / UInt64(max(1, room)))
        var stretches: [Stretch] = []
        // Ends are counted in bytes from the first one, so that nothing adds up.
        var (before, gaps) = (0 as UInt64, 0)
        for range in ranges {
            if let last = stretches.last, let hole = AddressRange(start: last.range.end, end: range.start) {
                // A hole that is larger than all the rest would not even fit.
                let scaled = hole.size > total ? room : Self.part(hole.size, of: total, room)
                let length = min(gap, scaled)
                let end = last.top + last.height
                stretches.append(
                    Stretch(
                        range: hole, top: end, height: length, isHole: true, isShortened: length < scaled))
                gaps += length
            }
            let start = top + gaps + Self.part(before, of: total, room)
            before += range.size
            let end = top + gaps + Self.part(before, of: total, room)
            stretches.append(Stretch(range: range, top: start, height: end - start, isShortened: false))
        }
        self.stretches = stretches
    }

    /// Where an address is; above and below all that is drawn, its edge.
    func position(_ address: PhysicalAddress) -> Int {
        guard let first = stretches.first, address > first.range.start else { return top }
        let index = stretches.bisected { $0.range.end <= address }
        guard index < stretches.count else { return bottom }
        let stretch = stretches[index]
        let offset = address.rawValue - stretch.range.start.rawValue
        return stretch.top + Self.part(offset, of: stretch.range.size, stretch.height)
    }

    /// Where a range is, at least `minimum` high.
    func place(_ range: AddressRange, minimum: Int = 0) -> (top: Int, height: Int) {
        let start = position(range.start)
        return (start, max(minimum, position(range.end) - start))
    }

    /// `part / whole` of a length, rounded down; for a part that isn't larger than the whole.
    static func part(_ part: UInt64, of whole: UInt64, _ length: Int) -> Int {
        guard whole > 0, length > 0 else { return 0 }
        let product = min(part, whole).multipliedFullWidth(by: UInt64(length))
        return Int(whole.dividingFullWidth(product).quotient)
    }
}
