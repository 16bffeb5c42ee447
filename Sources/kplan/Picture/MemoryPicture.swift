import Arm64
import KexecPlan

/// Memory to scale: all of it on the left, and in columns to the right of that what is planned, larger and larger until
/// every segment can be read.
struct MemoryPicture {
    let pieces: [MemoryPiece]
    /// All of memory.
    let whole: MemoryScale
    let zooms: ZoomColumns
    /// The totals in words.
    let totals: String
    let style: Style

    // Places on the horizontal, in tenths of a pixel.
    private static let barStart = 1150
    private static let barWidth = 600
    private static let bandWidth = 3300
    private static let gap = 600
    private static let top = 560
    private static let height = 4800

    /// nil where the plan has neither memory nor segments.
    init?(_ drawing: PlanDrawing) {
        pieces = drawing.plan.memoryPieces
        style = drawing.style
        totals = drawing.totals(pieces)
        let occupied = AddressRangeSet(pieces.filter { $0.isThere }.map(\.range))
        guard let first = occupied.ranges.first, let last = occupied.ranges.last,
            let limit = AddressRange(start: first.start, end: last.end)
        else { return nil }
        whole = MemoryScale(occupied, top: Self.top, height: Self.height)
        zooms = ZoomColumns(
            of: pieces.filter { !$0.segments.isEmpty }.map(\.range), in: whole, limit: limit,
            height: Self.height)
    }

    var width: Int { max(9600, Self.x(column: zooms.columns.count) - Self.gap + 80) }
    var height: Int { max(whole.bottom, zooms.bottom) + 620 }

    /// Where a column of bands begins.
    private static func x(column: Int) -> Int {
        barStart + barWidth + gap + column * (bandWidth + gap)
    }

    /// What the picture shows, in words.
    var description: String {
        let segments = pieces.filter { !$0.segments.isEmpty }.map { piece in
            "\(piece.name(style)) at \(piece.range) (\(piece.range.size.humanSize))"
        }
        let rest = segments.count > 20 ? ", and \(segments.count - 20) more" : ""
        return "\(totals). By address: \(segments.prefix(20).joined(separator: ", "))\(rest)."
    }

    var shapes: [Markup] {
        let columns = zooms.columns.enumerated().flatMap { index, bands in
            bands.map { band(column: index, $0) }
        }
        return [overview] + columns + [legend(y: height - 180)]
    }

    // MARK: All of memory

    /// The bar with all of it.
    var overview: Markup {
        let (x, width) = (Self.barStart, Self.barWidth)
        var shapes = [
            Shape.text(x, Self.top - 320, "all memory", "strong"), whole.text(x, Self.top - 160),
        ]
        for stretch in whole.stretches where !stretch.isHole {
            shapes.append(Shape.rectangle(x, stretch.top, width, max(10, stretch.height), "free"))
        }
        shapes += reserved.map { Shape.rectangle(x, $0.top, width, $0.height, "reserved") }
        shapes += breaks
        for piece in pieces where !piece.segments.isEmpty {
            let place = whole.place(piece.range, minimum: 20)
            shapes.append(
                Shape.group(
                    piece.label(style),
                    [Shape.rectangle(x, place.top, width, place.height, Palette.style(of: piece))]))
        }
        shapes.append(Shape.rectangle(x, whole.top, width, whole.bottom - whole.top, "frame"))
        return .element("g", ["class": "overview"], shapes + edges)
    }

    /// What is reserved, in one where less than a pixel is between: no more shapes than there are pixels.
    private var reserved: [(top: Int, height: Int)] {
        pieces.filter { $0.reservation != nil && $0.segments.isEmpty }.reduce(into: []) { places, piece in
            let place = whole.place(piece.range, minimum: 10)
            if let last = places.last, place.top - last.top - last.height < 10 {
                places[places.count - 1].height = max(last.height, place.top + place.height - last.top)
            } else {
                places.append(place)
            }
        }
    }

    /// What is drawn shorter than it is.
    private var breaks: [Markup] {
        let shortened = whole.stretches.filter(\.isShortened)
        return shortened.filter { $0.height >= 60 }.map { stretch in
            let (left, middle) = (Self.barStart, stretch.top + stretch.height / 2)
            let points = (0...12).map { step in
                (x: left + step * Self.barWidth / 12, y: middle + (step % 2 == 0 ? 25 : -25))
            }
            return Shape.group(
                "\(stretch.range), \(stretch.range.size.humanSize): not RAM, drawn shorter",
                [.element("path", ["class": "break", "d": Self.path(points)])])
        }
    }

    private static func path(_ points: [(x: Int, y: Int)]) -> String {
        "M" + points.map { "\(Shape.length($0.x)) \(Shape.length($0.y))" }.joined(separator: "L")
    }

    /// The addresses where banks begin and end, as far as there is room for them.
    private var edges: [Markup] {
        let banks = whole.stretches.filter { !$0.isHole }
        guard let last = banks.last else { return [] }
        let end = Shape.text(Self.barStart - 80, whole.bottom + 40, "\(last.range.last)", "end")
        var shapes: [Markup] = []
        var free = Int.min
        for bank in banks where bank.top >= free && (shapes.isEmpty || whole.bottom - bank.top > 160) {
            shapes.append(Shape.text(Self.barStart - 80, bank.top + 40, "\(bank.range.start)", "end"))
            free = bank.top + 150
        }
        return shapes + [end]
    }

    // MARK: Closer up

    private func band(column: Int, _ band: ZoomColumns.Band) -> Markup {
        let (x, width) = (Self.x(column: column), Self.bandWidth)
        let (top, bottom) = (band.scale.top, band.scale.bottom)
        let source = x - Self.gap
        let fan = Shape.polygon(
            [
                (source, band.source.top), (x, top), (x, bottom),
                (source, max(band.source.bottom, band.source.top + 10)),
            ],
            "fan")
        var shapes = [
            fan, Shape.text(x, top - 50, "\(band.range.start)"),
            band.scale.text(x + width, top - 50, "end"),
            Shape.text(x, bottom + 130, "\(band.range.last)"),
        ]
        for piece in pieces.within(band.range) {
            guard let range = piece.range.intersection(band.range) else { continue }
            let place = band.scale.place(range, minimum: piece.segments.isEmpty ? 0 : 20)
            guard place.height >= 5 else { continue }
            shapes.append(
                MemoryBlock(
                    piece: piece, isWhole: range == piece.range, x: x, y: place.top, width: width,
                    height: place.height
                ).drawn(style))
        }
        return .element(
            "g", ["class": "band"], shapes + [Shape.rectangle(x, top, width, bottom - top, "frame")])
    }

    private func legend(y: Int) -> Markup {
        let roles = SegmentRole.allCases.filter { role in pieces.contains { $0.segments.contains(role) } }
        return Palette.legend(roles.map { ($0.rawValue, $0.rawValue) } + Palette.others, x: 100, y: y)
    }
}
