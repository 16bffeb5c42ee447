extension MachineFiles {
    /// The page size that the process was started with whose /proc/self this is, in bytes (AT_PAGESZ of auxv, of a kernel of
    /// 64 bits); nil where it isn't said.
    public var pageSize: UInt64? {
        guard let bytes = (try? bytes("proc/self/auxv")) ?? nil else { return nil }
        // Pairs of numbers, type and value, least byte first (include/uapi/linux/auxvec.h).
        for start in stride(from: 0, to: bytes.count - 15, by: 16) {
            let numbers = [start, start + 8].map { offset in
                bytes[offset..<offset + 8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
            }
            if numbers[0] == 6 { return numbers[1] }
        }
        return nil
    }

    /// `integrity` of `none [integrity] confidentiality`.
    public static func selected(_ text: String) -> String? {
        guard let open = text.firstIndex(of: "["), let close = text[open...].firstIndex(of: "]") else {
            return nil
        }
        return String(text[text.index(after: open)..<close])
    }
}

extension UInt64 {
    /// The number of hexadecimal digits, with `0x` before them or without; nil for anything else.
    public init?(hexDigits text: some StringProtocol) {
        let text = Substring(text)
        let digits = text.hasPrefix("0x") || text.hasPrefix("0X") ? text.dropFirst(2) : text
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else {
            return nil
        }
        self.init(digits, radix: 16)
    }
}
