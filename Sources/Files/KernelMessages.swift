import Glibc

/// The kernel's log.
public enum KernelMessages {
    /// The messages that the kernel has yet, without what it says of each (/dev/kmsg: a record a read; the source is
    /// Documentation/ABI/testing/dev-kmsg). What was overwritten meanwhile is skipped.
    public static func current(_ path: String) throws(FileError) -> [String] {
        let file = try Descriptor(readingNow: path)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var messages: [String] = []
        while true {
            do throws(FileError) {
                let count = try buffer.withUnsafeMutableBytes { bytes in
                    Result { () throws(FileError) in try file.read(into: bytes) }
                }.get()
                if count == 0 { return messages }
                if let message = message(ofRecord: buffer[..<count]) { messages.append(message) }
            } catch .failed(.read, _, EPIPE) {
                continue
            } catch .failed(.read, _, EAGAIN) {
                return messages
            }
        }
    }

    /// The messages of a log that was saved as text: what dmesg prints, a line a message.
    public static func saved(_ text: [UInt8]) -> [String] {
        text.split(separator: UInt8(ascii: "\n")).map { message(ofLine: $0) }
    }

    /// `the text` of `6,1,0,-;the text` and lines with further fields.
    static func message(ofRecord record: ArraySlice<UInt8>) -> String? {
        guard let start = record.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let text = record[(start + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: text, as: UTF8.self)
    }

    /// `the text` of `<6>[    0.000000] the text`; either may be missing.
    static func message(ofLine line: ArraySlice<UInt8>) -> String {
        var rest = line
        for (open, close) in [("<", ">"), ("[", "]")] {
            guard rest.starts(with: open.utf8), let end = rest.firstIndex(of: close.utf8.first ?? 0),
                rest[rest.startIndex..<end].dropFirst().allSatisfy({ " .0123456789T".utf8.contains($0) })
            else { continue }
            rest = rest[(end + 1)...].drop { $0 == UInt8(ascii: " ") }
        }
        return String(decoding: rest, as: UTF8.self)
    }
}
