import Arm64
import KexecPlan

extension PlanDrawing {
    /// A line for each row, no wider than the style's width: address, bar, what it is, size.
    func list(_ pieces: [MemoryPiece]) -> [String] {
        guard let end = pieces.last?.range.end else { return [] }
        let rows = pieces.rows
        let layout = layout(rows, end: end)
        // As many cells as there are doublings from a page on, or fewer where they don't fit.
        let most = max(layout.bar, rows.map(\.doublings).max() ?? 0)
        let lines = rows.map { row -> String in
            let (cell, isWrong) = kind(row)
            let length = row.isFolded ? 0 : max(1, row.doublings * layout.bar / max(1, most))
            return layout.line(
                "\(row.range.start)", bar: String(repeating: sign(cell), count: length), name(row),
                row.range.size.humanSize, isWide: row.isFolded, ink: isWrong ? .wrong : ink(cell), style)
        }
        let header = layout.line("address", bar: "log scale", "what", "size", isWide: false, ink: nil, style)
        return [style.paint(header, .faint)] + lines + ["  " + style.paint("\(end)", .faint)]
    }

    private func layout(_ rows: [MemoryRow], end: PhysicalAddress) -> MemoryListLayout {
        let address = max(7, end.description.count)
        let size = rows.reduce(4) { max($0, $1.range.size.humanSize.count) }
        let room = style.width - (2 + address + 2 + 2 + size)
        let longest = rows.reduce(4) { $1.isFolded ? $0 : max($0, name($1).count) }
        // The names come first: no bar rather than names that are cut.
        let bar = min(24, room - 2 - min(longest, 24))
        return MemoryListLayout(
            address: address, bar: bar < 9 ? 0 : bar, name: bar < 9 ? room : room - bar - 2, size: size)
    }

    private func name(_ row: MemoryRow) -> String {
        switch row {
        case .folded(let fold):
            var parts: [String] = []
            for (total, name) in [(fold.reserved, "reserved"), (fold.free, "free"), (fold.holes, "not RAM")]
            where total.count > 0 {
                parts.append("\(total.count) \(name) (\(total.size.humanSize))")
            }
            return parts.joined(separator: ", ")
        case .piece(let piece): return piece.name(style)
        }
    }

    /// How a row is drawn, and whether it is something that must not be.
    private func kind(_ row: MemoryRow) -> (BarCell, isWrong: Bool) {
        guard case .piece(let piece) = row else { return (.notRAM, false) }
        if let role = piece.segments.first { return (.segment(role), piece.isWrong) }
        if piece.reservation != nil { return (.reserved, false) }
        return (piece.isRAM ? .free : .notRAM, false)
    }
}

extension MemoryPiece {
    /// What is there.
    func name(_ style: Style) -> String {
        let roles = segments.map(\.rawValue).joined(separator: " and ")
        let reservation = reservation.map(style.printable)
        if roles.isEmpty { return reservation ?? (isRAM ? "free" : "not RAM") }
        if let reservation { return "\(roles) over \(reservation)" }
        return isRAM ? roles : "\(roles), not RAM"
    }

    /// Whether a segment is where it must not be.
    var isWrong: Bool { segments.count > 1 || !segments.isEmpty && (!isRAM || reservation != nil) }
}

/// The widths of the columns of the list.
private struct MemoryListLayout {
    let address: Int
    /// 0 where there is no room for bars.
    let bar: Int
    let name: Int
    let size: Int

    /// - Parameter isWide: whether the name stands in the bar's place too.
    func line(
        _ address: String, bar: String, _ name: String, _ size: String, isWide: Bool, ink: Style.Ink?,
        _ style: Style
    ) -> String {
        func padded(_ text: String, to width: Int, ink: Style.Ink?) -> String {
            style.paint(text, ink) + String(repeating: " ", count: max(0, width - text.count) + 2)
        }
        var line = "  " + padded(address, to: self.address, ink: nil)
        if self.bar > 0, !isWide { line += padded(bar, to: self.bar, ink: ink) }
        let width = isWide && self.bar > 0 ? self.bar + 2 + self.name : self.name
        line += padded(style.shortened(name, to: width), to: width, ink: ink)
        return line + String(repeating: " ", count: max(0, self.size - size.count)) + size
    }
}

extension MemoryRow {
    /// Its addresses.
    fileprivate var range: AddressRange {
        switch self {
        case .piece(let piece): piece.range
        case .folded(let fold): fold.range
        }
    }

    fileprivate var isFolded: Bool {
        if case .folded = self { true } else { false }
    }

    /// How often a page has to be doubled to have at least its size, and one more.
    fileprivate var doublings: Int {
        max(1, 64 - (range.size >> 12).leadingZeroBitCount)
    }
}
