/// What differs between two plans, as a comment on a pull request: a short table, and all of it folded away.
struct MarkdownDiff {
    /// The identities of the plans.
    let old: String
    let new: String
    /// What differs; nil where nothing does.
    let rows: DiffRows?
    /// The same for a terminal.
    let details: String

    /// How many texts of one field the tables have, and how long one may be: the rest is in the details.
    private static let shown = 4
    private static let longest = 200
    /// What a comment may have: GitHub takes 65536 characters.
    private static let tableLimit = 12_000
    private static let detailsLimit = 48_000

    var text: String {
        guard let rows else { return "**The plans are the same**: \(MarkdownText.code(old))" }
        var lines = ["**Plan** \(MarkdownText.code(short(old))) → \(MarkdownText.code(short(new)))", ""]
        lines += table("What changed", rows.causes + rows.unchangedCauses, instead: rows.withoutCauses)
        lines += table("What follows from it", rows.consequences + rows.unchangedConsequences, instead: nil)
        if !rows.ignored.isEmpty {
            let texts = rows.ignored.map { "\($0.field.rawValue) (\($0.texts.joined(separator: ", ")))" }
            lines += ["Ignored: \(texts.joined(separator: ", "))", ""]
        }
        lines += ["<details><summary>Everything that differs</summary>", ""]
        lines += MarkdownText.block(detailLines) + ["", "</details>"]
        return lines.joined(separator: "\n")
    }

    private func short(_ id: String) -> String { String(id.prefix(16)) }

    private func table(_ heading: String, _ rows: [DiffRows.Row], instead: String?) -> [String] {
        var lines = ["| | \(heading) |", "|---|---|"]
        if let instead { lines.append("| | \(instead) |") }
        var room = Self.tableLimit
        for row in rows {
            let line = "| \(row.field.rawValue) | \(cell(row.texts)) |"
            room -= line.utf8.count
            guard room >= 0 else {
                lines.append("| | and more |")
                break
            }
            lines.append(line)
        }
        return lines + [""]
    }

    private func cell(_ texts: [String]) -> String {
        let shown = texts.prefix(Self.shown).map { text in
            // Of characters one may be as long as any text.
            let scalars = text.unicodeScalars
            let isLong = scalars.count > Self.longest
            return MarkdownText.code(
                isLong ? String(String.UnicodeScalarView(scalars.prefix(Self.longest))) + "…" : text)
        }
        let rest = texts.count - shown.count
        return (shown + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "<br>")
    }

    private var detailLines: [String] {
        var room = Self.detailsLimit
        var shown: [String] = []
        let lines = details.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for line in lines {
            room -= line.utf8.count + 1
            guard room >= 0 else {
                return shown + ["(\(lines.count - shown.count) more lines, which kplan diff prints)"]
            }
            shown.append(line)
        }
        return shown
    }
}
