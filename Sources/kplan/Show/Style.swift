import KexecPlan

/// What a drawing is made with: width, colours, characters.
struct Style {
    let width: Int
    let color: Bool
    let ascii: Bool

    /// What a text is, as far as its colour tells.
    enum Ink: Equatable {
        case heading
        case faint
        case wrong
        case role(SegmentRole)
    }

    /// `text` in the colour of `ink`.
    func paint(_ text: String, _ ink: Ink?) -> String {
        guard color, let ink, !text.isEmpty else { return text }
        return "\u{1b}[\(ink.code)m\(text)\u{1b}[0m"
    }

    // The characters of the picture.
    var free: Character { ascii ? "." : "·" }
    var reserved: Character { ascii ? "%" : "▒" }
    var partlyReserved: Character { ascii ? ":" : "░" }
    var shortened: Character { ascii ? "~" : "≈" }
    var barStart: Character { ascii ? "[" : "▕" }
    var barEnd: Character { ascii ? "]" : "▏" }
    // The characters of texts.
    var times: String { ascii ? "x" : "×" }
    var to: String { ascii ? "-" : "–" }
    var ellipsis: String { ascii ? "..." : "…" }
    var arrow: String { ascii ? "->" : "→" }
    var separator: String { ascii ? ", " : " · " }

    /// `text` on one line, and nothing in it that a terminal acts on or that hides other text: plans come from
    /// elsewhere. What can't be shown stands as `\u{1b}`.
    func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isShown: Bool =
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
                    .paragraphSeparator:
                    false
                default: !ascii || scalar.isASCII
                }
            if isShown {
                result.unicodeScalars.append(scalar)
            } else {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return result
    }

    /// A message of kplan's as `printable` text, with its signs in ASCII where the terminal has no other.
    func sentence(_ message: String) -> String {
        guard ascii else { return printable(message) }
        let signs: [Character: String] = ["–": "-", "→": "->", "×": "x", "…": "..."]
        return printable(message.reduce(into: "") { $0 += signs[$1] ?? String($1) })
    }

    /// `text` in at most `length` characters, with a sign that something is missing.
    func shortened(_ text: String, to length: Int) -> String {
        guard text.count > length else { return text }
        return String((text.prefix(max(0, length - ellipsis.count)) + ellipsis).prefix(max(0, length)))
    }

    /// `text` in lines that leave room for `indent`, broken at spaces. A longer word stays whole: it may be
    /// copied.
    func wrapped(_ text: String, indent: Int) -> [String] {
        let room = max(width - indent, 16)
        var lines: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if let last = lines.last, last.count + 1 + word.count <= room {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension Style.Ink {
    /// The parameters of SGR (ECMA-48).
    fileprivate var code: String {
        switch self {
        case .heading: "1"
        case .faint: "2"
        case .wrong: "1;31"
        case .role(.kernel): "32"
        case .role(.initrd): "34"
        case .role(.dtb): "33"
        case .role(.purgatory): "35"
        case .role(.pageTables): "36"
        }
    }
}

extension SegmentRole {
    /// Its sign in the picture of memory.
    var sign: Character {
        switch self {
        case .kernel: "K"
        case .initrd: "I"
        case .dtb: "D"
        case .purgatory: "P"
        case .pageTables: "T"
        }
    }
}
