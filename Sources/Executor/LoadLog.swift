import Files

/// What the kernel writes to its log while it loads.
public struct LoadLog {
    /// What it wrote.
    public enum Lines: Equatable, Sendable {
        /// These lines, oldest first, each with the kernel's seconds since it started; `left` more were left out.
        case read([String], left: Int)
        /// The log could not be read: the reader lacks CAP_SYSLOG (kernel.dmesg_restrict), or there is no /dev/kmsg.
        case unreadable(FileError)
    }

    private let messages: Result<KernelMessages, FileError>

    /// Remembers where the log ends now.
    /// - Parameter root: the folder that stands for `/`.
    public init(root: String = "/") {
        let path = MachineFiles(root: root).path("dev/kmsg")
        messages = Result { () throws(FileError) in try KernelMessages(path, isFromNow: true) }
    }

    /// What the kernel wrote since this was made, or since the last call.
    /// - Parameter limit: the most lines that are kept: the last ones.
    public func lines(limit: Int) -> Lines {
        var lines: [String] = []
        var left = 0
        do throws(FileError) {
            try messages.get().forEach { message in
                lines.append(Self.line(of: message))
                if lines.count > limit {
                    lines.removeFirst()
                    left += 1
                }
            }
        } catch {
            return .unreadable(error)
        }
        return .read(lines, left: left)
    }

    /// `[12.345678] text`, as dmesg has it.
    private static func line(of message: KernelMessages.Message) -> String {
        let (seconds, rest) = message.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let fraction = String(String(1_000_000 + rest).dropFirst())
        return "[\(seconds).\(fraction)] \(message.text)"
    }
}

extension LoadLog.Lines {
    /// The lines; nil where they could not be read.
    public var known: [String]? {
        switch self {
        case .read(let lines, _): lines
        case .unreadable: nil
        }
    }
}
