/// Rows of cells in columns as wide as their widest cell, two spaces apart and two from the edge.
struct TextTable {
    /// A text with its colour.
    struct Cell {
        let text: String
        let ink: Style.Ink?

        init(_ text: String, _ ink: Style.Ink? = nil) {
            self.text = text
            self.ink = ink
        }
    }

    /// To which side the cells of a column are set.
    enum Alignment {
        case left
        case right
    }

    let alignments: [Alignment]
    /// Whether the first row has the columns' names.
    let hasHeader: Bool
    private(set) var rows: [[Cell]]

    /// - Parameter header: the columns' names; none for a table without a first line.
    init(_ alignments: [Alignment], header: [String] = []) {
        self.alignments = alignments
        hasHeader = !header.isEmpty
        rows = header.isEmpty ? [] : [header.map { Cell($0, .faint) }]
    }

    /// Whether there is nothing but names of columns.
    var isEmpty: Bool { rows.count == (hasHeader ? 1 : 0) }

    mutating func add(_ cells: Cell...) {
        rows.append(cells)
    }

    /// The width of the widest line, in columns, if nothing is wrapped.
    var width: Int { widths.reduce(0) { $0 + 2 + $1 } }

    /// The table's lines. A last cell that is too wide goes on below itself.
    func lines(_ style: Style) -> [String] {
        let widths = widths
        return rows.flatMap { row -> [String] in
            var line = ""
            var column = 0
            var rest: [String] = []
            for (index, cell) in row.enumerated() {
                line += "  "
                column += 2
                let isLast = index == alignments.count - 1
                let texts =
                    isLast && alignments[index] == .left
                    ? style.wrapped(cell.text, indent: column) : [cell.text]
                let text = texts.first ?? ""
                let padding = String(repeating: " ", count: max(0, widths[index] - text.count))
                let painted = style.paint(text, cell.ink)
                switch alignments[index] {
                case .left: line += isLast ? painted : painted + padding
                case .right: line += padding + painted
                }
                rest = texts.dropFirst().map {
                    String(repeating: " ", count: column) + style.paint($0, cell.ink)
                }
                column += widths[index]
            }
            while line.last == " " { line.removeLast() }
            return [line] + rest
        }
    }

    /// The width of each column, in characters.
    var widths: [Int] {
        alignments.indices.map { column in
            rows.map { column < $0.count ? $0[column].text.count : 0 }.max() ?? 0
        }
    }
}
