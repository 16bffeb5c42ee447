import Arm64
import KexecPlan

/// The memory of two plans beside each other, on one scale: all of it, and below that closer and closer what is planned
/// in one of them. Bands go from where a segment was to where it is.
struct MemoryDiffPicture {
    /// A stretch of memory, in both plans.
    private struct Panel {
        let title: String
        let scale: MemoryScale
        /// What of it is shown again further down: by which number, and where.
        var zooms: [(number: Int, top: Int, bottom: Int)] = []

        var range: AddressRange? {
            guard let first = scale.stretches.first, let last = scale.stretches.last else { return nil }
            return AddressRange(start: first.range.start, end: last.range.end)
        }
    }

    let old: Plan
    let new: Plan
    private let pieces: (old: [MemoryPiece], new: [MemoryPiece])
    private var panels: [Panel] = []
    private let style = Style.wide

    // Places on the horizontal, in tenths of a pixel.
    private static let oldColumn = 1250
    private static let newColumn = 6050
    private static let columnWidth = 2900

    let width = 9600
    var height: Int { (panels.last?.scale.bottom ?? 0) + 650 }

    /// nil where neither plan has memory.
    init?(_ old: Plan, _ new: Plan) {
        (self.old, self.new) = (old, new)
        pieces = (old.memoryPieces, new.memoryPieces)
        let all = pieces.old + pieces.new
        let occupied = AddressRangeSet(all.filter(\.isThere).map(\.range))
        guard let first = occupied.ranges.first, let last = occupied.ranges.last,
            let limit = AddressRange(start: first.start, end: last.end)
        else { return nil }
        let whole = MemoryScale(occupied, top: 700, height: 2600)
        let focus = all.filter { !$0.segments.isEmpty }.map(\.range).sorted { $0.start < $1.start }
        let zooms = ZoomColumns(of: focus, in: whole, limit: limit, height: 12000)
        panels = [Panel(title: "all memory", scale: whole)]
        var parents = 0..<1
        for bands in zooms.columns {
            let next = panels.count
            for band in bands {
                let top = (panels.last?.scale.bottom ?? 0) + 900
                let height = max(band.scale.bottom - band.scale.top, 1200)
                let number = panels.count
                if let parent = parents.first(where: { panels[$0].range?.contains(band.range) ?? false }) {
                    let place = panels[parent].scale.place(band.range)
                    panels[parent].zooms.append((number, place.top, place.top + place.height))
                }
                panels.append(
                    Panel(title: "(\(number))", scale: MemoryScale(band.range, top: top, height: height)))
            }
            parents = next..<panels.count
        }
    }

    /// What the picture shows, in words.
    var description: String {
        let texts = SegmentRole.allCases.compactMap { role -> String? in
            guard let change = change(role) else { return nil }
            return "\(role.rawValue): \(change)"
        }
        return texts.joined(separator: "; ")
    }

    var shapes: [Markup] {
        var shapes = [
            Shape.text(Self.oldColumn, 250, "old", "heading"),
            Shape.text(Self.newColumn, 250, "new", "heading"),
        ]
        shapes += panels.map(drawn)
        let roles = SegmentRole.allCases.filter { old.segment($0) != nil || new.segment($0) != nil }
        shapes.append(
            Palette.legend(
                roles.map { ($0.rawValue, $0.rawValue) } + Palette.others, x: 100, y: height - 180))
        return shapes
    }

    private func drawn(_ panel: Panel) -> Markup {
        let scale = panel.scale
        let right = Self.newColumn + Self.columnWidth
        var shapes = [
            Shape.text(Self.oldColumn, scale.top - 110, panel.title, "strong"),
            scale.text(right, scale.top - 110, "end"),
        ]
        if let range = panel.range {
            shapes.append(Shape.text(Self.oldColumn - 80, scale.top + 40, "\(range.start)", "end"))
            shapes.append(Shape.text(Self.oldColumn - 80, scale.bottom + 40, "\(range.last)", "end"))
        }
        let (ribbons, labels) = ribbons(panel)
        shapes += ribbons
        shapes += column(pieces.old, panel, x: Self.oldColumn)
        shapes += column(pieces.new, panel, x: Self.newColumn)
        for zoom in panel.zooms {
            let (top, bottom) = (zoom.top - 20, max(zoom.bottom, zoom.top + 20) + 20)
            shapes.append(
                Shape.rectangle(Self.oldColumn - 60, top, right - Self.oldColumn + 120, bottom - top, "zoom"))
            shapes.append(Shape.text(right + 120, (top + bottom) / 2 + 40, "(\(zoom.number))", "strong"))
        }
        return .element("g", ["class": "panel"], shapes + labels)
    }

    private func column(_ pieces: [MemoryPiece], _ panel: Panel, x: Int) -> [Markup] {
        guard let whole = panel.range else { return [] }
        let scale = panel.scale
        var shapes = [
            Shape.rectangle(x, scale.top, Self.columnWidth, scale.bottom - scale.top, "hole")
        ]
        var drawnTo = Int.min
        for piece in pieces.within(whole) where piece.isThere {
            guard let range = piece.range.intersection(whole) else { continue }
            let isPlanned = !piece.segments.isEmpty
            let place = scale.place(range, minimum: isPlanned ? 20 : 5)
            // A thousand reservations in a few pixels are as many shapes as there are pixels.
            guard isPlanned || place.top + place.height > drawnTo + 5 else { continue }
            drawnTo = max(drawnTo, place.top + place.height)
            shapes.append(
                MemoryBlock(
                    piece: piece, isWhole: range == piece.range, x: x, y: place.top, width: Self.columnWidth,
                    height: place.height
                ).drawn(style))
        }
        shapes.append(Shape.rectangle(x, scale.top, Self.columnWidth, scale.bottom - scale.top, "frame"))
        return shapes
    }

    /// From where a segment was to where it is.
    private func ribbons(_ panel: Panel) -> (ribbons: [Markup], labels: [Markup]) {
        guard let whole = panel.range else { return ([], []) }
        let (left, right) = (Self.oldColumn + Self.columnWidth, Self.newColumn)
        var shapes: [Markup] = []
        var labels: [Markup] = []
        var taken: [Int] = []
        for role in SegmentRole.allCases {
            guard let was = old.segment(role)?.range, let comes = new.segment(role)?.range,
                was.overlaps(whole) || comes.overlaps(whole), let change = change(role)
            else { continue }
            let (from, to) = (panel.scale.place(was, minimum: 10), panel.scale.place(comes, minimum: 10))
            let isMoved = was != comes
            shapes.append(
                Shape.group(
                    "\(role.rawValue): \(change)",
                    [
                        Shape.polygon(
                            [
                                (left, from.top), (right, to.top), (right, to.top + to.height),
                                (left, from.top + from.height),
                            ], isMoved ? "ribbon moved \(role.rawValue)" : "ribbon")
                    ]))
            let middle = (from.top + to.top + (from.height + to.height) / 2) / 2
            guard max(from.height, to.height) >= ZoomColumns.legible,
                !taken.contains(where: { abs($0 - middle) < 200 })
            else { continue }
            taken.append(middle)
            let text = Shape.shortened(change, columns: 23)
            let length = Shape.columns(text) * Shape.character + 100
            let centre = (left + right) / 2
            labels += [
                Shape.rectangle(centre - length / 2, middle - 100, length, 200, "plate"),
                Shape.text(centre, middle + 40, text, "middle"),
            ]
        }
        return (shapes, labels)
    }

    /// What became of a segment; nil where neither plan has it.
    private func change(_ role: SegmentRole) -> String? {
        guard let was = old.segment(role) else { return new.segment(role) == nil ? nil : "new" }
        guard let comes = new.segment(role) else { return "gone" }
        var texts: [String] = []
        let (from, to) = (was.address.rawValue, comes.address.rawValue)
        if from != to { texts.append("moved \(to > from ? "+\((to - from).hex)" : "-\((from - to).hex)")") }
        if was.memorySize != comes.memorySize { texts.append("resized") }
        if was.sha256 != comes.sha256 || was.contentSize != comes.contentSize { texts.append("changed") }
        return texts.isEmpty ? "the same" : texts.joined(separator: ", ")
    }
}
