/// What differs between two plans, as tables for a terminal.
struct PlanDiffDrawing {
    let rows: DiffRows
    let style: Style

    var lines: [String] {
        var lines = [style.paint("What changed", .heading)]
        if let text = rows.withoutCauses { lines.append("  " + text) }
        lines += causes.lines(style)
        lines += ["", style.paint("What follows from it", .heading)]
        lines += consequences.lines(style)
        if !rows.ignored.isEmpty {
            lines += ["", style.paint("Ignored", .heading)] + ignored.lines(style)
        }
        return lines
    }

    /// What changed in files, request and machine.
    var causes: TextTable { table(rows.causes, unchanged: rows.unchangedCauses) }
    /// What follows from that.
    var consequences: TextTable { table(rows.consequences, unchanged: rows.unchangedConsequences) }
    /// What was left out.
    var ignored: TextTable { table(rows.ignored, unchanged: []) }

    private func table(_ rows: [DiffRows.Row], unchanged: [DiffRows.Row]) -> TextTable {
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
        return table
    }
}
