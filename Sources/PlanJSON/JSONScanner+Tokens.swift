// Strings, numbers and words, as RFC 8259 spells them.

extension JSONScanner {
    /// Steps over the string at the current place. True where it has U+0000.
    mutating func stepOverString() throws(PlanDecodingError) -> Bool {
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
    mutating func scanNumber() throws(PlanDecodingError) {
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

    /// `true`, `false` or `null`.
    mutating func scanWord(_ word: StaticString) throws(PlanDecodingError) {
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
}
