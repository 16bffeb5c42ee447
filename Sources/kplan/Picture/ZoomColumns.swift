import Arm64

/// What a picture of memory shows again, larger: columns of bands, each band a stretch of a band of the column before, so
/// that whatever is in the focus is large enough to be read somewhere.
struct ZoomColumns {
    /// A stretch of memory with its scale.
    struct Band {
        let scale: MemoryScale
        /// Where it is in the column before.
        let source: (top: Int, bottom: Int)
        /// What of the focus is in it, and too small there to be read: it is shown in a later column.
        var magnified: [AddressRange] = []

        var range: AddressRange { scale.stretches[0].range }
    }

    /// From the coarsest to the finest.
    private(set) var columns: [[Band]] = []

    /// What is at least so high needs no magnification.
    static let legible = 200
    /// No more columns than that: with each, what a page looks at is magnified many times.
    static let most = 4
    /// The place above a band for its address, and below it.
    static let margin = 180
    private static let near = 300

    /// - Parameters:
    ///   - focus: what has to be legible; sorted by their starts.
    ///   - whole: all memory, drawn in the column before the first.
    ///   - limit: the addresses that are drawn there.
    init(of focus: [AddressRange], in whole: MemoryScale, limit: AddressRange, height: Int) {
        let first = Self.groups(focus, whole) { _ in true }
        columns = [Self.spread(Self.bands(first, whole, limit), top: whole.top, height: height)]
        while columns.count < Self.most, var last = columns.popLast() {
            var next: [Band] = []
            for index in last.indices {
                let band = last[index]
                let inside = focus.filter { band.range.contains($0) }
                var groups = Self.groups(inside, band.scale) {
                    band.scale.place($0).height < Self.legible
                }
                // What is spread over the band is shown one by one.
                groups = groups.flatMap { group in
                    Self.isLarge(group, in: band.scale) ? group.map { [$0] } : [group]
                }
                last[index].magnified = groups.flatMap(\.self)
                next += Self.bands(groups, band.scale, band.range)
            }
            columns.append(last)
            guard !next.isEmpty else { return }
            columns.append(Self.spread(next, top: whole.top, height: height))
        }
    }

    /// How far down the columns go.
    var bottom: Int { columns.flatMap { $0.map(\.scale.bottom) }.max() ?? 0 }

    /// Neighbours that are drawn near each other, of those that need it.
    private static func groups(
        _ focus: [AddressRange], _ scale: MemoryScale, _ needsIt: (AddressRange) -> Bool
    ) -> [[AddressRange]] {
        focus.filter(needsIt).reduce(into: []) { groups, range in
            if let last = groups.last?.map(\.end).max(),
                scale.position(range.start) - scale.position(last) <= near
            {
                groups[groups.count - 1].append(range)
            } else {
                groups.append([range])
            }
        }
    }

    private static func isLarge(_ group: [AddressRange], in scale: MemoryScale) -> Bool {
        guard group.count > 1, let span = span(group) else { return false }
        return scale.place(span).height > (scale.bottom - scale.top) / 2
    }

    private static func span(_ group: [AddressRange]) -> AddressRange? {
        guard let start = group.map(\.start).min(), let end = group.map(\.end).max() else { return nil }
        return AddressRange(start: start, end: end)
    }

    private static func bands(
        _ groups: [[AddressRange]], _ scale: MemoryScale, _ limit: AddressRange
    ) -> [Band] {
        groups.compactMap { group -> Band? in
            guard let span = span(group), let range = framed(span, within: limit) else { return nil }
            let place = scale.place(range)
            let wanted = 400 + 700 * group.count
            return Band(
                scale: MemoryScale(range, top: 0, height: wanted),
                source: (place.top, place.top + place.height))
        }
    }

    /// A range with something around it, from and to a round address.
    private static func framed(_ span: AddressRange, within limit: AddressRange) -> AddressRange? {
        let margin = span.size / 16
        let rounding: UInt64 = max(1, span.size / 32)
        let alignment: UInt64 = 1 << UInt64(63 - rounding.leadingZeroBitCount)
        let start = span.start.rawValue - min(span.start.rawValue, margin)
        let end = span.end.rawValue.addingReportingOverflow(margin)
        let framed = AddressRange(
            start: PhysicalAddress(start), end: PhysicalAddress(end.overflow ? .max : end.partialValue))
        return (framed?.expanded(to: alignment) ?? framed)?.intersection(limit)
    }

    /// The bands below each other, near to what they magnify: where they need more than the column's height, it gets
    /// higher.
    private static func spread(_ bands: [Band], top: Int, height: Int) -> [Band] {
        let gaps = 2 * margin * bands.count
        let wanted = bands.reduce(0) { $0 + $1.scale.bottom - $1.scale.top }
        let room = max(height - gaps, 900 * bands.count)
        var heights = bands.map { $0.scale.bottom - $0.scale.top }
        if wanted > room { heights = heights.map { max(600, $0 * room / wanted) } }
        var rest = heights.reduce(gaps, +)
        var position = top
        return zip(bands, heights).map { band, length in
            // Its middle beside that of its source, as far as there is room for those below.
            let middle = (band.source.top + band.source.bottom) / 2
            let lowest = max(position, top + height - rest)
            let start = min(
                max(position + margin, middle - length / 2), max(lowest + margin, position + margin))
            position = start + length + margin
            rest -= length + 2 * margin
            return Band(scale: MemoryScale(band.range, top: start, height: length), source: band.source)
        }
    }
}
