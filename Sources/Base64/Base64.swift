/// Bytes as text: RFC 4648, section 4, with padding, without line breaks. Each sequence of bytes has exactly one form.
public enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// What each byte is worth as a digit; `noDigit` for those that are none.
    private static let values: [UInt64] = {
        var values = [UInt64](repeating: noDigit, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt64(value) }
        return values
    }()
    /// Above the 24 bits of four digits, and still there when three have followed.
    private static let noDigit: UInt64 = 1 << 24

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
        var text = text
        return text.withUTF8 { decode($0) }
    }

    private static func decode(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        let missing = text.suffix(2).reversed().prefix { $0 == padding }.count
        let whole = (text.count - missing) / 4
        var bytes = [UInt8](repeating: 0, count: whole * 3)
        let values = values
        for group in 0..<whole {
            let start = group * 4
            let number =
                values[Int(text[start])] << 18 | values[Int(text[start + 1])] << 12
                | values[Int(text[start + 2])] << 6 | values[Int(text[start + 3])]
            guard number < noDigit else { return nil }
            bytes[group * 3] = UInt8(truncatingIfNeeded: number >> 16)
            bytes[group * 3 + 1] = UInt8(truncatingIfNeeded: number >> 8)
            bytes[group * 3 + 2] = UInt8(truncatingIfNeeded: number)
        }
        guard missing > 0 else { return bytes }
        let number = text[(whole * 4)...].dropLast(missing).reduce(0) { $0 << 6 | values[Int($1)] }
        // Two digits have 4 bits that belong to no byte, three have 2: they are zero.
        let unused = UInt64(2 * missing)
        guard number < noDigit >> (6 * UInt64(missing)), number & (1 << unused - 1) == 0 else { return nil }
        return bytes
            + (0..<3 - missing).reversed().map {
                UInt8(truncatingIfNeeded: number >> (unused + 8 * UInt64($0)))
            }
    }
}
