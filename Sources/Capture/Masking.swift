/// Masks in texts what tells one machine from others of its kind: the letters and digits of it become `x`. The size
/// stays the same, so that a device tree does.
enum Masking {
    /// Parameters of a command line whose values are masked, by a part of their names.
    private static let parameters = [
        "serialno", "serial_no", "serialnumber", "serial_number", "machine_id", "machine-id", "password",
        "passwd",
        "secret", "token",
    ]

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

    /// A command line with the same masked, the values of some parameters, and what follows `UUID=` and `LABEL=`.
    static func masked(commandLine text: [UInt8]) -> [UInt8] {
        var result = masked(text)
        var start = 0
        while start < text.count {
            let end = text[start...].firstIndex { $0 <= UInt8(ascii: " ") } ?? text.count
            if let value = secretValue(text[start..<end]) {
                for place in value { result[place] = text[place].masked }
            }
            start = end + 1
        }
        return result
    }

    /// Where in a word a value is that has to be masked.
    private static func secretValue(_ word: ArraySlice<UInt8>) -> Range<Int>? {
        guard let sign = word.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = String(decoding: word[..<sign], as: UTF8.self).lowercased()
        if parameters.contains(where: name.contains) { return sign + 1..<word.endIndex }
        for marker in ["UUID=", "LABEL="] {
            let marker = Array(marker.utf8)
            var place = word.startIndex
            while place + marker.count <= word.endIndex {
                if word[place...].starts(with: marker) { return place + marker.count..<word.endIndex }
                place += 1
            }
        }
        return nil
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
