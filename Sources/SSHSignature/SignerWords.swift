/// The words of a line: what white space is between. Quotation marks hold words together, and stay in them.
struct SignerWords {
    private var rest: Substring.UnicodeScalarView

    init(_ line: String) {
        rest = line[...].unicodeScalars
        skip()
    }

    /// The next character.
    var peek: Unicode.Scalar? { rest.first }

    /// The principals: a word, or what is within the quotation marks that it begins with. Nil at the end of the line.
    ///
    /// ssh-keygen ends them at a quotation mark, and reads what follows at once as something else: a line where that makes a
    /// difference would let more count than it seems to.
    mutating func principals() throws(AllowedSignersError.Reason) -> String? {
        guard rest.first == "\"" else {
            let word = try next()
            if let word, word.contains("\"") || word.contains("=") { throw .badPrincipals(word) }
            return word
        }
        rest = rest.dropFirst()
        guard let end = rest.firstIndex(of: "\"") else { throw .openQuote }
        let word = String(rest[..<end])
        rest = rest[rest.index(after: end)...]
        if let behind = rest.first, !Self.isSpace(behind) { throw .badPrincipals(word) }
        skip()
        return word
    }

    /// The next word; nil at the end of the line.
    mutating func next() throws(AllowedSignersError.Reason) -> String? {
        var word = String.UnicodeScalarView()
        var isQuoted = false
        while let character = rest.first, isQuoted || !Self.isSpace(character) {
            word.append(character)
            rest = rest.dropFirst()
            if character == "\\", isQuoted, rest.first == "\"" {
                word.append("\"")
                rest = rest.dropFirst()
            } else if character == "\"" {
                isQuoted.toggle()
            }
        }
        if isQuoted { throw .openQuote }
        skip()
        return word.isEmpty ? nil : String(word)
    }

    private mutating func skip() {
        rest = rest.drop(while: Self.isSpace)
    }

    private static func isSpace(_ character: Unicode.Scalar) -> Bool {
        [" ", "\t"].contains(character)
    }
}
