/// A piece of HTML or SVG. There is no way to put text into it unescaped: names of elements and attributes, and style
/// sheets, are written in kplan's source, and all else is text or the value of an attribute.
///
/// What is written is both well-formed XML and HTML.
struct Markup {
    private enum Content {
        case text(String)
        case style(StaticString)
        case element(StaticString, KeyValuePairs<StaticString, String>, [Markup])
        case group([Markup])
    }

    private let content: Content

    /// Pieces in a row.
    init(_ pieces: [Markup]) { content = .group(pieces) }

    private init(_ content: Content) { self.content = content }

    /// An element with what is in it.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
        _ children: [Markup] = []
    ) -> Markup {
        Markup(.element(name, attributes, children))
    }

    /// An element with a text in it.
    static func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ text: String
    ) -> Markup {
        Markup(.element(name, attributes, [.text(text)]))
    }

    /// A text; what can't be shown in it stands as `\u{1b}`.
    static func text(_ text: String) -> Markup { Markup(.text(text)) }

    /// A style sheet of kplan's own.
    static func style(_ sheet: StaticString) -> Markup { Markup(.style(sheet)) }
}

extension Markup {
    /// The document's text.
    var source: String {
        var result = ""
        write(to: &result)
        return result
    }

    private func write(to result: inout String) {
        switch content {
        case .text(let text): Self.write(text, to: &result)
        case .style(let sheet): result += "<style>\n\(sheet)</style>"
        case .group(let pieces): Self.write(pieces, inLines: true, to: &result)
        case .element(let name, let attributes, let children):
            result += "<\(name)"
            for (key, value) in attributes {
                result += " \(key)=\""
                Self.write(value, to: &result)
                result += "\""
            }
            guard !Self.void.contains("\(name)") else { return result += "/>" }
            result += ">"
            let isBlock = Self.blocks.contains("\(name)")
            if isBlock { result += "\n" }
            Self.write(children, inLines: isBlock, to: &result)
            if isBlock { result += "\n" }
            result += "</\(name)>"
        }
    }

    private static func write(_ pieces: [Markup], inLines: Bool, to result: inout String) {
        for (index, piece) in pieces.enumerated() {
            if inLines, index > 0 { result += "\n" }
            piece.write(to: &result)
        }
    }

    /// The most of one text that is written, in Unicode scalars: a plan may have a text of megabytes.
    private static let longest = 4096

    private static func write(_ text: String, to result: inout String) {
        let scalars = text.unicodeScalars
        let isLong = scalars.count > longest
        let shown = isLong ? String(String.UnicodeScalarView(scalars.prefix(longest))) : text
        for scalar in Style.wide.printable(shown).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        if isLong { result += "… (\(scalars.count - longest) more characters)" }
    }

    /// Elements without content.
    private static let void: Set<String> = ["meta", "rect", "path", "polygon", "line", "circle"]

    /// Elements in which ends of lines are not shown: each piece in them has lines of its own.
    private static let blocks: Set<String> = [
        "html", "head", "body", "header", "main", "nav", "div", "section", "details", "figure", "table",
        "thead", "tbody",
        "svg", "g", "defs", "pattern",
    ]
}
