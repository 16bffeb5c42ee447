import Arm64
import KexecPlan

extension PlanDrawing {
    /// The picture of memory: all RAM, the segments closer up, and a line for each piece. No line is wider than
    /// the style's width.
    var memory: [String] {
        let pieces = plan.memoryPieces
        let bars = [
            bar(pieces.overview(cells: style.width - 4), of: pieces.filter(\.isRAM)),
            bar(pieces.closeUp(cells: style.width - 4), of: pieces.filter { !$0.segments.isEmpty }),
        ]
        let parts = [heading("Memory", totals(pieces))] + bars + [legend(pieces), list(pieces)]
        return parts.filter { !$0.isEmpty }.flatMap { [""] + $0 }.dropFirst().map { $0 }
    }

    private func totals(_ pieces: [MemoryPiece]) -> String {
        func size(_ isCounted: (MemoryPiece) -> Bool) -> String {
            pieces.filter(isCounted).reduce(0 as UInt64) { $0 + $1.range.size }.humanSize
        }
        let free = size(\.isFree)
        let reserved = size { $0.isRAM && $0.reservation != nil }
        let planned = size { !$0.segments.isEmpty }
        return ["\(size(\.isRAM)) of RAM", "\(planned) planned", "\(reserved) reserved", "\(free) free"]
            .joined(separator: style.separator)
    }

    /// A horizontal bar under its first and last address.
    private func bar(_ cells: [BarCell], of pieces: [MemoryPiece]) -> [String] {
        guard !cells.isEmpty, let first = pieces.first?.range.start, let last = pieces.last?.range.last else {
            return []
        }
        let labels = (first.description, last.description)
        let gap = max(1, style.width - 4 - labels.0.count - labels.1.count)
        let edges = "   " + labels.0 + String(repeating: " ", count: gap) + labels.1
        var line = "  \(style.barStart)"
        var rest = cells[...]
        while let cell = rest.first {
            let run = rest.prefix { $0 == cell }
            line += style.paint(String(repeating: sign(cell), count: run.count), ink(cell))
            rest = rest.dropFirst(run.count)
        }
        return [style.paint(edges, .faint), line + String(style.barEnd)]
    }

    private func legend(_ pieces: [MemoryPiece]) -> [String] {
        let roles = SegmentRole.allCases.filter { role in pieces.contains { $0.segments.contains(role) } }
        let entries =
            roles.map { "\($0.sign) \($0.rawValue)" } + [
                "\(style.reserved) reserved", "\(style.partlyReserved) partly", "\(style.free) free",
                "\(style.shortened) shortened",
            ]
        // Entries are broken between, not inside.
        return entries.reduce(into: []) { lines, entry in
            if let last = lines.last, last.count + 3 + entry.count <= style.width {
                lines[lines.count - 1] += "   " + entry
            } else {
                lines.append("  " + entry)
            }
        }
    }

    private func list(_ pieces: [MemoryPiece]) -> [String] {
        let rows = pieces.rows
        let address = (pieces.last?.range.end.description.count ?? 0)
        let size = rows.map { $0.range.size.humanSize.count }.max() ?? 0
        let room = style.width - (2 + address + 2 + 2 + size)
        let longest = rows.map { name($0).count }.max() ?? 0
        let bar = min(24, room - 2 - min(longest, 24))
        let columns = ListColumns(address: address, bar: bar < 6 ? 0 : bar, room: room, size: size)
        // Doublings from a page on: of the same number of cells, the larger piece is not twice the smaller.
        let most = rows.map(doublings).max() ?? 1
        var lines = rows.map { line($0, columns, most: max(most, columns.bar)) }
        if let end = pieces.last?.range.end {
            lines.append("  " + style.paint("\(end)", .faint))
        }
        return lines
    }

    private struct ListColumns {
        let address: Int
        let bar: Int
        let room: Int
        let size: Int
    }

    private func line(_ row: MemoryRow, _ columns: ListColumns, most: Int) -> String {
        let (cell, isWrong) = kind(row)
        let ink: Style.Ink? = isWrong ? .wrong : ink(cell)
        let nameLength = columns.bar == 0 ? columns.room : columns.room - columns.bar - 2
        let name = style.shortened(name(row), to: nameLength)
        let address = row.range.start.description
        let size = row.range.size.humanSize
        var line = "  " + address + String(repeating: " ", count: columns.address - address.count + 2)
        if columns.bar > 0 {
            let length: Int
            if case .folded = row { length = 0 } else { length = max(1, doublings(row) * columns.bar / most) }
            line += style.paint(String(repeating: sign(cell), count: length), ink)
            line += String(repeating: " ", count: columns.bar - length + 2)
        }
        line += style.paint(name, ink) + String(repeating: " ", count: nameLength - name.count + 2)
        return line + String(repeating: " ", count: columns.size - size.count) + size
    }

    private func doublings(_ row: MemoryRow) -> Int {
        max(1, 64 - (row.range.size >> 12).leadingZeroBitCount)
    }

    private func name(_ row: MemoryRow) -> String {
        switch row {
        case .folded(let fold):
            var parts: [String] = []
            if fold.reserved.count > 0 {
                parts.append("\(fold.reserved.count) reserved (\(fold.reserved.size.humanSize))")
            }
            if fold.free.count > 0 { parts.append("\(fold.free.count) free (\(fold.free.size.humanSize))") }
            return parts.joined(separator: ", ")
        case .piece(let piece):
            let roles = piece.segments.map(\.rawValue).joined(separator: " and ")
            let reservation = piece.reservation.map(style.printable)
            if roles.isEmpty { return reservation ?? (piece.isRAM ? "free" : "not RAM") }
            if let reservation { return "\(roles) over \(reservation)" }
            return piece.isRAM ? roles : "\(roles), not RAM"
        }
    }

    /// How a row is drawn, and whether it is something that must not be.
    private func kind(_ row: MemoryRow) -> (BarCell, isWrong: Bool) {
        guard case .piece(let piece) = row else { return (.notRAM, false) }
        if let role = piece.segments.first {
            return (.segment(role), piece.segments.count > 1 || !piece.isRAM || piece.reservation != nil)
        }
        if piece.reservation != nil { return (.reserved, false) }
        return (piece.isRAM ? .free : .notRAM, false)
    }

    private func sign(_ cell: BarCell) -> Character {
        switch cell {
        case .free: style.free
        case .partlyReserved: style.partlyReserved
        case .reserved: style.reserved
        case .notRAM: " "
        case .shortened: style.shortened
        case .segment(let role): role.sign
        }
    }

    private func ink(_ cell: BarCell) -> Style.Ink? {
        switch cell {
        case .segment(let role): .role(role)
        case .reserved: nil
        case .free, .partlyReserved, .notRAM, .shortened: .faint
        }
    }
}

extension MemoryRow {
    /// Its addresses.
    var range: AddressRange {
        switch self {
        case .piece(let piece): piece.range
        case .folded(let fold): fold.range
        }
    }
}
