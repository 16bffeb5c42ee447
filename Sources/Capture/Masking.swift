/// Masks in texts what tells one machine from others of its kind: the letters and digits of it become `x`. The size
/// stays the same, so that a device tree does.
enum Masking {
    /// The text with MAC addresses, UUIDs and machine ids masked.
    static func masked(_ text: [UInt8]) -> [UInt8] {
        var result = text
        var index = 0
        while index < text.count {
            let isStart = index == 0 || !text[index - 1].isLetterOrDigit
            if isStart, let count = patterns.lazy.compactMap({ Self.match($0, text[index...]) }).first {
                for place in index..<index + count { result[place] = text[place].masked }
                index += count
            } else {
                index += 1
            }
        }
        return result
    }

    /// What stands for a hexadecimal digit is `h`.
    private static let patterns: [[UInt8]] =
        [":", "-"].map { Array(repeatElement("hh", count: 6).joined(separator: $0).utf8) }
        + [Array("hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh".utf8), Array(String(repeating: "h", count: 32).utf8)]

    /// How long the pattern is where the text begins with it, and with nothing more of a word.
    private static func match(_ pattern: [UInt8], _ text: ArraySlice<UInt8>) -> Int? {
        guard text.count >= pattern.count,
            zip(pattern, text).allSatisfy({ $0 == UInt8(ascii: "h") ? $1.isHexadecimalDigit : $0 == $1 })
        else { return nil }
        let next = text.dropFirst(pattern.count).first
        return next?.isLetterOrDigit == true ? nil : pattern.count
    }
}

extension UInt8 {
    /// A letter or a digit of ASCII.
    var isLetterOrDigit: Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= self || UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20
    }

    fileprivate var isHexadecimalDigit: Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= self || UInt8(ascii: "a")...UInt8(ascii: "f") ~= self | 0x20
    }

    /// What stands for it where it is masked.
    var masked: UInt8 { isLetterOrDigit ? UInt8(ascii: "x") : self }
}
