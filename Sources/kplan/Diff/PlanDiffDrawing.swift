/// What differs between two plans, as tables for a terminal.
struct PlanDiffDrawing {
    let rows: DiffRows
    let style: Style

    var lines: [String] {
        var lines = [style.paint("What changed", .heading)]
        if let text = rows.withoutCauses { lines.append("  " + text) }
        lines += table(rows.causes, unchanged: rows.unchangedCauses)
        lines += ["", style.paint("What follows from it", .heading)]
        lines += table(rows.consequences, unchanged: rows.unchangedConsequences)
        if !rows.ignored.isEmpty {
            lines += ["", style.paint("Ignored", .heading)] + table(rows.ignored, unchanged: [])
        }
        return lines
    }

    private func table(_ rows: [DiffRows.Row], unchanged: [DiffRows.Row]) -> [String] {
        var table = TextTable([.left, .left])
        for row in rows {
            for (index, text) in row.texts.enumerated() {
                table.add(.init(index == 0 ? row.field.rawValue : "", .faint), .init(text))
            }
        }
        for row in unchanged {
            table.add(
                .init(row.field.rawValue, .faint), .init(row.texts.joined(separator: ", "), .faint))
        }
        return table.lines(style)
    }
}
