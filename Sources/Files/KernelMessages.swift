import Glibc

/// What the kernel writes to its log (/dev/kmsg), from its beginning or from now on.
///
/// Source: Linux, Documentation/ABI/testing/dev-kmsg: a record a read, none is waited for.
public struct KernelMessages {
    /// A message of the kernel's own.
    public struct Message: Equatable, Sendable {
        /// When it was written, in microseconds since the kernel started.
        public var microseconds: UInt64
        /// What it says, without what belongs to a device (`SUBSYSTEM=`).
        public var text: String
    }

    private let file: Descriptor

    /// Opens the log.
    /// - Parameter isFromNow: whether what is there already is left out.
    public init(_ path: String, isFromNow: Bool) throws(FileError) {
        file = try Descriptor(readingNow: path)
        // A pipe that stands for it has no past.
        if isFromNow { lseek(file.number, 0, SEEK_END) }
    }

    /// Calls `body` with each message that the kernel has written since the log was opened, or since the last call. What was
    /// overwritten before it was read is left out.
    public func forEach(_ body: (Message) -> Void) throws(FileError) {
        var buffer = [UInt8](repeating: 0, count: Self.recordSize)
        var rest: ArraySlice<UInt8> = []
        for _ in 0..<Self.mostReads {
            do throws(FileError) {
                let count = try buffer.withUnsafeMutableBytes { bytes in
                    Result { () throws(FileError) in try file.read(into: bytes) }
                }.get()
                if count == 0 { break }
                rest += buffer[..<count]
            } catch .failed(.read, _, EPIPE) {
                // Records were overwritten; the next are there.
                continue
            } catch .failed(.read, _, EAGAIN) {
                break
            }
            // The records of a file that a test put in its place come in one piece.
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                Self.message(ofRecord: rest[..<end]).map(body)
                rest = rest[(end + 1)...]
            }
        }
        Self.message(ofRecord: rest).map(body)
    }

    /// A record is never larger: CONSOLE_EXT_LOG_MAX of the kernel is 8 KiB.
    private static let recordSize = 1 << 14
    /// A log that is written faster than it is read would never end. The largest log has 32 MiB (LOG_BUF_SHIFT).
    private static let mostReads = 1 << 20

    /// The messages of a log that was saved as text: what dmesg prints, a line a message.
    public static func saved(_ text: [UInt8]) -> [String] {
        text.split(separator: UInt8(ascii: "\n")).compactMap { message(ofLine: $0) }
    }

    /// `text` at 12345678 µs of the record `6,339,12345678,-;text`; nil for what a program wrote, and for the properties of a
    /// device that follow a record.
    static func message(ofRecord record: ArraySlice<UInt8>) -> Message? {
        guard let semicolon = record.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let fields = String(decoding: record[..<semicolon], as: UTF8.self).split(separator: ",")
        guard fields.count >= 3, let priority = UInt32(fields[0]), isOfKernel(priority),
            let microseconds = UInt64(fields[2])
        else { return nil }
        return Message(
            microseconds: microseconds, text: String(decoding: record[(semicolon + 1)...], as: UTF8.self))
    }

    /// `the text` of `<6>[    0.000000][    T1] the text`, of `[Mon Nov 23 13:13:54 2026] the text` (dmesg -T), and of
    /// `Nov 23 13:13:54 host kernel: the text` (journalctl -k); each part may be missing. Nil for what a program wrote, where
    /// that is said.
    static func message(ofLine line: ArraySlice<UInt8>) -> String? {
        var rest = withoutHost(line)
        for (open, close) in [("<", ">"), ("[", "]"), ("[", "]")] {
            guard rest.starts(with: open.utf8), let end = rest.firstIndex(of: close.utf8.first ?? 0),
                isTime(rest[rest.startIndex..<end].dropFirst())
            else { continue }
            let field = String(decoding: rest[rest.startIndex..<end].dropFirst(), as: UTF8.self)
            if open == "<", let priority = UInt32(field), !isOfKernel(priority) { return nil }
            rest = rest[(end + 1)...].drop { $0 == UInt8(ascii: " ") }
        }
        return String(decoding: rest, as: UTF8.self)
    }

    /// Seconds, a date, or who wrote it: `T1` and `C0` (CONFIG_PRINTK_CALLER).
    private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
        let words = String(decoding: text, as: UTF8.self).split(separator: " ")
        if words.count == 5, words[3].split(separator: ":").count == 3, Int(words[4]) != nil { return true }
        return text.allSatisfy { " .0123456789TC".utf8.contains($0) }
    }

    /// What follows `kernel:`, where a date and a host are before it: of three words, or of one (`-o short-iso`).
    private static func withoutHost(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 6)
        for count in [5, 3] where words.count > count && words[count - 1].elementsEqual("kernel:".utf8) {
            return line[words[count].startIndex...]
        }
        return line
    }

    /// Any process of root may write to the log. The facility is above the three bits of the level; the kernel's is 0.
    private static func isOfKernel(_ priority: UInt32) -> Bool { priority >> 3 == 0 }
}
