import KexecPlan

extension TextTable {
    /// The table in HTML.
    ///
    /// - Parameter limit: how many rows there are at most; the rest is counted.
    func html(limit: Int = 2000) -> Markup {
        let body = rows.dropFirst(hasHeader ? 1 : 0)
        var shown = body.prefix(limit).map { row($0, "td") }
        if body.count > limit {
            let text = "\(body.count - limit) more rows, which kplan show prints"
            shown.append(.element("tr", [:], [.element("td", ["colspan": "\(alignments.count)"], text)]))
        }
        let head = hasHeader ? [Markup.element("thead", [:], rows.prefix(1).map { row($0, "th") })] : []
        return .element(
            "div", ["class": "scroll"], [.element("table", [:], head + [.element("tbody", [:], shown)])])
    }

    private func row(_ cells: [Cell], _ name: StaticString) -> Markup {
        .element(
            "tr", [:],
            cells.enumerated().map { index, cell in
                let ink =
                    switch cell.ink {
                    case .faint: "faint"
                    case .wrong: "wrong"
                    case .heading: "strong"
                    case .role, nil: ""
                    }
                let side = alignments[index] == .right ? "right" : ""
                guard case .role(let role)? = cell.ink else {
                    return .element(name, ["class": "\(ink) \(side)"], cell.text)
                }
                return .element(
                    name, ["class": side],
                    [Palette.swatch(role), .text(cell.text)])
            })
    }

    /// The table as texts of a picture, from a place on; where it ends.
    ///
    /// - Parameter columns: how many columns of characters there are; the last cell is wrapped.
    func drawn(x: Int, y: Int, columns: Int) -> (shapes: [Markup], bottom: Int) {
        let style = Style(width: columns, color: false, ascii: false)
        let widths = widths
        var y = y
        var shapes: [Markup] = []
        for (number, row) in rows.enumerated() {
            var column = 0
            var lines = 1
            for (index, cell) in row.enumerated() {
                let isLast = index == alignments.count - 1
                let texts = isLast ? style.wrapped(cell.text, indent: column) : [cell.text]
                let isRight = alignments[index] == .right
                let place = x + (column + (isRight ? widths[index] : 0)) * Shape.character
                let isFaint = cell.ink == .faint || hasHeader && number == 0
                let classes = [isRight ? "end" : "", isFaint ? "faint" : ""].filter { !$0.isEmpty }
                for (line, text) in texts.prefix(Self.longest).enumerated() where !text.isEmpty {
                    // What is too wide even so is one word: it is cut, and is whole in the plan.
                    let room = isLast ? columns - column : widths[index]
                    shapes.append(
                        Shape.text(
                            place, y + line * Self.lineHeight, Shape.shortened(text, columns: max(8, room)),
                            classes.joined(separator: " ")))
                }
                lines = max(lines, min(texts.count, Self.longest))
                column += widths[index] + 2
            }
            y += lines * Self.lineHeight
        }
        return (shapes, y)
    }

    private static let lineHeight = 170
    /// The lines of a cell that are drawn.
    private static let longest = 20
}
