import Arm64

/// A line of /proc/iomem: `start-last : name`, two spaces deeper than the line that it is part of
/// (kernel/resource.c, `r_show`). A driver may have given an empty name.
struct IomemLine {
    /// The number of spaces before it.
    var indentation: Int
    /// Its first and its last address.
    var start: UInt64
    var last: UInt64
    var name: String

    /// Its addresses as a half-open range. Address 2⁶⁴−1, which such a range can't have, is left out.
    var range: AddressRange? {
        AddressRange(start: PhysicalAddress(start), end: PhysicalAddress(last == .max ? last : last + 1))
    }

    /// A line without its line feed; nil for one with nothing but blanks.
    init?(_ text: some Collection<UInt8>, number: Int) throws(MemoryMapError) {
        let blanks: Set<UInt8> = [0, UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")]
        let line = Array(text.reversed().drop { blanks.contains($0) }.reversed())
        guard !line.isEmpty else { return nil }

        var rest = line.drop { $0 == UInt8(ascii: " ") }
        indentation = line.count - rest.count
        guard let start = Self.number(&rest), Self.skip("-", &rest), let last = Self.number(&rest),
            Self.skip(" :", &rest), rest.isEmpty || Self.skip(" ", &rest)
        else { throw .malformedLine(line: number) }
        guard start <= last else { throw .endBeforeStart(line: number, start: start, end: last) }
        self.start = start
        self.last = last
        name = String(decoding: rest, as: UTF8.self)
    }

    /// Takes a hexadecimal number of at most 64 bits from the front.
    private static func number(_ text: inout ArraySlice<UInt8>) -> UInt64? {
        let digits = text.prefix { ($0 | 0x20).isHexadecimalLetter || $0.isDigit }
        guard !digits.isEmpty else { return nil }
        text = text.dropFirst(digits.count)
        return UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
    }

    /// Takes `expected` from the front; false where it isn't there.
    private static func skip(_ expected: String, _ text: inout ArraySlice<UInt8>) -> Bool {
        guard text.starts(with: expected.utf8) else { return false }
        text = text.dropFirst(expected.utf8.count)
        return true
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
    fileprivate var isHexadecimalLetter: Bool { UInt8(ascii: "a")...UInt8(ascii: "f") ~= self }
}
