import Files
import Glibc

/// What the kernel writes to its log from a moment on (/dev/kmsg).
public final class KernelLog {
    /// What it wrote.
    public enum Lines: Equatable, Sendable {
        /// These lines, oldest first, each with the kernel's seconds since it started; `left` more were left out.
        case read([String], left: Int)
        /// The log could not be read, with this errno: the reader lacks CAP_SYSLOG (kernel.dmesg_restrict), or there is
        /// no /dev/kmsg.
        case unreadable(path: String, errno: Int32)
    }

    /// The file that is read.
    public let path: String
    /// The open file, or the errno of opening it.
    private let descriptor: Int32
    private let failure: Int32

    /// Remembers where the log ends now.
    /// - Parameter root: the folder that stands for `/`.
    public init(root: String = "/") {
        path = MachineFiles(root: root).path("dev/kmsg")
        // Each read is a record, and none is waited for (Documentation/ABI/testing/dev-kmsg).
        descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        failure = descriptor < 0 ? errno : 0
        // A pipe that stands for it has no past.
        if descriptor >= 0 { lseek(descriptor, 0, SEEK_END) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// What the kernel wrote since this was made, or since the last call.
    /// - Parameter limit: the most lines that are kept: the last ones.
    public func lines(limit: Int) -> Lines {
        guard descriptor >= 0 else { return .unreadable(path: path, errno: failure) }
        var lines: [String] = []
        var left = 0
        for record in records() {
            guard let line = Self.line(of: record) else { continue }
            lines.append(line)
            if lines.count > limit {
                lines.removeFirst()
                left += 1
            }
        }
        return .read(lines, left: left)
    }

    /// The records of a file that a test put in its place come in one piece, those of the kernel one a read.
    private func records() -> [Substring] {
        var text: [UInt8] = []
        // CONSOLE_EXT_LOG_MAX of the kernel is 8 KiB.
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        // A log that is written faster than it is read would never end.
        while text.count < 1 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                text += buffer.prefix(count)
            } else if count == 0 || (errno != EPIPE && errno != EINTR) {
                // EPIPE: records that were overwritten before they were read; the next are there.
                break
            }
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n")
    }

    /// `[   12.345678] text` of the record `6,339,12345678,-;text`; nil for what no kernel wrote, but a program, and for
    /// the properties of a device that follow a record.
    static func line(of record: Substring) -> String? {
        guard let semicolon = record.firstIndex(of: ";") else { return nil }
        let fields = record[..<semicolon].split(separator: ",")
        // The facility is above the three bits of the level; the kernel's own is 0.
        guard fields.count >= 3, let priority = UInt32(fields[0]), priority >> 3 == 0,
            let microseconds = UInt64(fields[2])
        else { return nil }
        let fraction = String(microseconds % 1_000_000)
        let padding = String(repeating: "0", count: 6 - fraction.count)
        return
            "[\(microseconds / 1_000_000).\(padding)\(fraction)] \(record[record.index(after: semicolon)...])"
    }
}

extension KernelLog.Lines {
    /// The lines; none where they could not be read.
    public var known: [String] {
        switch self {
        case .read(let lines, _): lines
        case .unreadable: []
        }
    }
}
