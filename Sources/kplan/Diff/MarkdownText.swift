/// Texts as CommonMark with GitHub's tables has them, where nothing in them acts.
enum MarkdownText {
    /// A text as code in a cell of a table. Not between backticks: a backslash before a vertical bar, which ends the cell,
    /// can't be written there. Character references are never taken for markup (CommonMark, "Entity and numeric character
    /// references"), and neither a mention nor an issue's number is looked for in `<code>`.
    static func code(_ text: String) -> String {
        // A colon acts in an address or in the name of an emoji, where no space is behind it.
        let parts = text.split(separator: ": ", omittingEmptySubsequences: false)
        return "<code>" + parts.map { $0.unicodeScalars.map(escaped).joined() }.joined(separator: ": ")
            + "</code>"
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let isPlain: Bool =
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", " ", ",", ".", "/", "(", ")", "=", "+", "-", "'", "\"", "%":
                true
            default: !scalar.isASCII
            }
        return isPlain ? String(Character(scalar)) : "&#\(scalar.value);"
    }

    /// Lines as a block of code, between fences that are longer than any run of backticks in them.
    static func block(_ lines: [String]) -> [String] {
        let longest = lines.flatMap { $0.split { $0 != "`" } }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return [fence + "text"] + lines + [fence]
    }
}
