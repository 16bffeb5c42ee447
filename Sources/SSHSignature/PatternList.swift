/// Names that a file of allowed signers lists, with `*` for any characters, `?` for one, and `!` before what is never meant
/// (ssh_config(5), PATTERNS).
struct PatternList: Equatable, Sendable {
    /// As it was written.
    let text: String
    private let patterns: [Pattern]

    private struct Pattern: Equatable, Sendable {
        let isNegated: Bool
        let characters: [Unicode.Scalar]
    }

    /// Nil where a pattern is empty.
    init?(_ text: String) {
        self.text = text
        let parts = text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false)
        patterns = parts.map { part in
            let isNegated = part.first == "!"
            return Pattern(isNegated: isNegated, characters: Array(isNegated ? part.dropFirst() : part))
        }
        if patterns.contains(where: \.characters.isEmpty) { return nil }
    }

    /// Whether it lists anything at all: a list of what is never meant means nobody.
    var isAnybody: Bool { patterns.contains { !$0.isNegated } }

    /// Whether one pattern is for `name`, and none says that it is not meant.
    func matches(_ name: String) -> Bool {
        let name = Array(name.unicodeScalars)
        let matching = patterns.filter { Self.matches($0.characters, name) }
        return !matching.isEmpty && !matching.contains(where: \.isNegated)
    }

    /// In time of the product of both lengths, whatever the pattern is.
    private static func matches(_ pattern: [Unicode.Scalar], _ name: [Unicode.Scalar]) -> Bool {
        var (at, position) = (0, 0)
        // Where the last `*` is, and what it has taken so far.
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if at < pattern.count, pattern[at] == "*" {
                star = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == "?" || pattern[at] == name[position] {
                at += 1
                position += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                (at, position) = (last.pattern + 1, last.name + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }
}
