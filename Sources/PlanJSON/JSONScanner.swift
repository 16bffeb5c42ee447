/// Finds in a JSON text what json-c accepts though RFC 8259 doesn't have it, or loses without a word.
///
/// json-c's strict mode checks the grammar, that is the order of the tokens, and refuses trailing bytes. It takes
/// `'a'`, `NaN`, `-01`, `1.`, control characters in strings and half surrogate pairs, ends a key at U+0000, and
/// keeps the last of equal keys. So each token is checked here, each string, and the keys of each object;
/// where tokens stand in a wrong order, json-c says so afterwards. Bytes above 0x7f are
/// in strings only, so that UTF-8 is checked there.
struct JSONScanner {
    let bytes: [UInt8]
    var offset = 0
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

    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

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

    /// An error at the current place of the document.
    func error(_ reason: PlanDecodingError.Reason) -> PlanDecodingError {
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
