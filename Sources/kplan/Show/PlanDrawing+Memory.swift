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

    /// How much memory there is, and how much of it is taken.
    func totals(_ pieces: [MemoryPiece]) -> String {
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
        guard !pieces.isEmpty else { return [] }
        let roles = SegmentRole.allCases.filter { role in pieces.contains { $0.segments.contains(role) } }
        let others = [
            "\(style.reserved) reserved", "\(style.partlyReserved) partly reserved", "\(style.free) free",
            "\(style.shortened) drawn shorter",
        ]
        return [roles.map { "\($0.sign) \($0.rawValue)" }, others].flatMap { entries in
            // Lines are broken between entries.
            entries.reduce(into: [String]()) { lines, entry in
                if let last = lines.last, last.count + 3 + entry.count <= style.width {
                    lines[lines.count - 1] = last + "   " + entry
                } else {
                    lines.append("  " + entry)
                }
            }
        }
    }

    /// The character of a cell.
    func sign(_ cell: BarCell) -> Character {
        switch cell {
        case .free: style.free
        case .partlyReserved: style.partlyReserved
        case .reserved: style.reserved
        case .notRAM: " "
        case .shortened: style.shortened
        case .segment(let role): role.sign
        }
    }

    /// The colour of a cell.
    func ink(_ cell: BarCell) -> Style.Ink? {
        switch cell {
        case .segment(let role): .role(role)
        case .reserved: nil
        case .free, .partlyReserved, .notRAM, .shortened: .faint
        }
    }
}
