/// Finds in a JSON text what json-c accepts though RFC 8259 doesn't have it, or loses without a word.
///
/// json-c's strict mode checks the grammar, that is the order of the tokens, and refuses trailing bytes. It takes
/// `'a'`, `NaN`, `-01`, `1.`, control characters in strings and half surrogate pairs, ends a key at U+0000, and
/// keeps the last of equal keys. So each token is checked here, each string, and the keys of each object;
/// where tokens stand in a wrong order, json-c says so afterwards. Bytes above 0x7f are
/// in strings only, so that UTF-8 is checked there.
struct JSONScanner {
    private let bytes: [UInt8]
    private var offset = 0
    private var open: [Container] = []

    /// An array or object around the current place.
    private enum Container {
        case array(index: Int)
        case object(keys: Set<[UInt8]>, key: [UInt8], keyIsDue: Bool)
    }

    /// Throws for the first thing in `bytes` that may not be in a JSON text.
    static func check(_ bytes: [UInt8], maximumDepth: Int) throws(PlanDecodingError) {
        var scanner = JSONScanner(bytes: bytes)
        while let byte = scanner.current {
            try scanner.scan(byte, maximumDepth: maximumDepth)
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func scan(_ byte: UInt8, maximumDepth: Int) throws(PlanDecodingError) {
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ":"):
            offset += 1
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard open.count < maximumDepth else { throw error(.tooDeep(limit: maximumDepth)) }
            let isArray = byte == UInt8(ascii: "[")
            open.append(isArray ? .array(index: 0) : .object(keys: [], key: [], keyIsDue: true))
            offset += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            _ = open.popLast()
            offset += 1
        case UInt8(ascii: ","):
            switch open.popLast() {
            case .array(let index): open.append(.array(index: index + 1))
            case .object(let keys, let key, _): open.append(.object(keys: keys, key: key, keyIsDue: true))
            case nil: throw error(.unexpectedByte(byte, offset: offset))
            }
            offset += 1
        case UInt8(ascii: "\""):
            try scanString()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try scanNumber()
        case UInt8(ascii: "t"): try scanWord("true")
        case UInt8(ascii: "f"): try scanWord("false")
        case UInt8(ascii: "n"): try scanWord("null")
        default: throw error(.unexpectedByte(byte, offset: offset))
        }
    }

    /// Steps over a string; a key becomes one of its object's.
    private mutating func scanString() throws(PlanDecodingError) {
        let start = offset
        let hasZero = try stepOverString()
        let token = bytes[start..<offset]
        if token.contains(where: { $0 >= 0x80 }), String(validating: token, as: UTF8.self) == nil {
            throw error(.notUTF8(offset: start))
        }
        guard case .object(_, _, true) = open.last, case .object(var keys, _, _) = open.popLast() else {
            return
        }
        let key = try Self.content(ofString: Array(token))
        let isNew = keys.insert(key).inserted
        open.append(.object(keys: keys, key: key, keyIsDue: false))
        if hasZero { throw error(.zeroInKey(offset: start)) }
        if !isNew { throw error(.duplicateKey) }
    }

    /// The characters that a string token stands for.
    private static func content(ofString token: [UInt8]) throws(PlanDecodingError) -> [UInt8] {
        if token.contains(UInt8(ascii: "\\")),
            case .string(let text) = try JSONText.parse(token, maximumDepth: 1)
        {
            return Array(text.utf8)
        }
        return Array(token.dropFirst().dropLast())
    }

    /// True where the string has U+0000.
    private mutating func stepOverString() throws(PlanDecodingError) -> Bool {
        var hasZero = false
        offset += 1
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return hasZero
            case UInt8(ascii: "\\"):
                if try stepOverEscape() == 0 { hasZero = true }
            case 0..<0x20:
                throw error(.unexpectedByte(byte, offset: offset))
            default:
                offset += 1
            }
        }
        throw error(.unexpectedEnd(offset: offset))
    }

    /// The UTF-16 code unit that `\u` gives, the high one of a pair; nil for another escape.
    private mutating func stepOverEscape() throws(PlanDecodingError) -> UInt16? {
        let start = offset
        offset += 1
        switch current {
        case UInt8(ascii: "u"):
            let unit = try codeUnit()
            guard 0xd800...0xdfff ~= unit else { return unit }
            guard unit < 0xdc00, current == UInt8(ascii: "\\") else {
                throw error(.unpairedSurrogate(offset: start))
            }
            offset += 1
            guard current == UInt8(ascii: "u"), try 0xdc00...0xdfff ~= codeUnit() else {
                throw error(.unpairedSurrogate(offset: start))
            }
            return unit
        case let byte? where #""\/bfnrt"#.utf8.contains(byte):
            offset += 1
            return nil
        case let byte?: throw error(.unexpectedByte(byte, offset: offset))
        case nil: throw error(.unexpectedEnd(offset: offset))
        }
    }

    /// The four hexadecimal digits after the `u` at the current place.
    private mutating func codeUnit() throws(PlanDecodingError) -> UInt16 {
        var unit: UInt16 = 0
        offset += 1
        for _ in 0..<4 {
            guard let byte = current else { throw error(.unexpectedEnd(offset: offset)) }
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error(.unexpectedByte(byte, offset: offset))
            }
            unit = unit << 4 | UInt16(truncatingIfNeeded: digit)
            offset += 1
        }
        return unit
    }

    /// RFC 8259, section 6: `-`? (`0` | 1–9 digits) (`.` digits)? ([eE] [+-]? digits)?
    private mutating func scanNumber() throws(PlanDecodingError) {
        _ = step { $0 == UInt8(ascii: "-") }
        if !step(where: { $0 == UInt8(ascii: "0") }) { try stepOverDigits() }
        if step(where: { $0 == UInt8(ascii: ".") }) { try stepOverDigits() }
        if step(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            _ = step { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
            try stepOverDigits()
        }
        try endOfToken()
    }

    private mutating func stepOverDigits() throws(PlanDecodingError) {
        let isDigit = { (byte: UInt8) in UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
        guard step(where: isDigit) else {
            guard let current else { throw error(.unexpectedEnd(offset: offset)) }
            throw error(.unexpectedByte(current, offset: offset))
        }
        while step(where: isDigit) {}
    }

    private mutating func scanWord(_ word: StaticString) throws(PlanDecodingError) {
        for due in word.description.utf8 {
            guard let current else { throw error(.unexpectedEnd(offset: offset)) }
            guard current == due else { throw error(.unexpectedByte(current, offset: offset)) }
            offset += 1
        }
        try endOfToken()
    }

    /// After a number or a word there is white space, a separator, or the end.
    private func endOfToken() throws(PlanDecodingError) {
        if let current, !" \t\n\r,]}".utf8.contains(current) {
            throw error(.unexpectedByte(current, offset: offset))
        }
    }

    private mutating func step(where isWanted: (UInt8) -> Bool) -> Bool {
        guard let current, isWanted(current) else { return false }
        offset += 1
        return true
    }

    /// An error at the current place of the document.
    private func error(_ reason: PlanDecodingError.Reason) -> PlanDecodingError {
        var path = ""
        for container in open {
            switch container {
            case .array(let index): path += "[\(index)]"
            case .object(_, let key, let keyIsDue) where !keyIsDue:
                path += (path.isEmpty ? "" : ".") + String(decoding: key, as: UTF8.self)
            case .object: break
            }
        }
        return PlanDecodingError(path: path, reason: reason)
    }
}
