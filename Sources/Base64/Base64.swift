/// Bytes as text: RFC 4648, section 4, with padding, without line breaks. Each sequence of bytes has exactly one form.
public enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The text of `bytes`.
    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start...].prefix(3)
            let number = group.reduce(0 as UInt32) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for index in 0..<4 {
                let digit = digits[Int(number >> UInt32(18 - 6 * index) & 0x3f)]
                text.append(index <= group.count ? digit : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text; nil where `encode` gives no such text.
    public static func decode(_ text: String) -> [UInt8]? {
        let text = Array(text.utf8)
        guard text.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        for start in stride(from: 0, to: text.count, by: 4) {
            let group = text[start..<start + 4].prefix { $0 != padding }
            let isLast = start + 4 == text.count
            guard group.count == 4 || isLast && group.count >= 2,
                text[start + group.count..<start + 4].allSatisfy({ $0 == padding })
            else { return nil }
            var number: UInt32 = 0
            for digit in group {
                guard let value = value(of: digit) else { return nil }
                number = number << 6 | value
            }
            number <<= UInt32(6 * (4 - group.count))
            let count = group.count - 1
            // Bits that belong to no byte are zero.
            guard number & (1 << UInt32(8 * (3 - count)) - 1) == 0 else { return nil }
            for index in 0..<count {
                bytes.append(UInt8(truncatingIfNeeded: number >> UInt32(16 - 8 * index)))
            }
        }
        return bytes
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
