import Glibc

/// A lock on a file that one process holds at a time, until it lets go or ends, however it ends (fcntl(2), `F_SETLK`).
public final class FileLock {
    private let file: Descriptor

    private init(_ file: Descriptor) {
        self.file = file
    }

    /// What came of asking for a lock.
    public enum Attempt {
        /// It is held, as long as the value lives.
        case held(FileLock)
        /// Another process has it: its number, where this process may know it, and what it has written.
        case taken(by: Int32?, note: String?)
    }

    /// Asks for the lock on `path`, a file of its own, and doesn't wait for it. Makes the file where it is missing, for its
    /// owner only: who may open a file may lock it.
    /// - Parameter note: what others are told.
    public static func attempt(_ path: String, note: String) throws(FileError) -> Attempt {
        let file = try Descriptor(locking: path)
        while true {
            var range = whole
            if fcntl(file.number, F_SETLK, &range) == 0 {
                try file.replace(with: "\(getpid()) \(note)\n")
                return .held(FileLock(file))
            }
            guard [EAGAIN, EACCES, EINTR].contains(errno) else {
                throw .failed(.lock, path: path, errno: errno)
            }
            range = whole
            guard fcntl(file.number, F_GETLK, &range) == 0 else {
                throw .failed(.lock, path: path, errno: errno)
            }
            // It has ended in between.
            if range.l_type == Int16(F_UNLCK) { continue }
            let holder = range.l_pid
            // Until the holder has written, the note is of the one before it.
            let parts = try file.text().split(separator: " ", maxSplits: 1)
            let isItsOwn = parts.count == 2 && parts[0] == "\(holder)"
            // A process outside of this one's namespace has no number.
            return .taken(
                by: holder > 0 ? holder : nil,
                note: isItsOwn ? parts[1].split(separator: "\n").first.map(String.init) : nil)
        }
    }

    private static var whole: flock {
        flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}

extension Descriptor {
    /// Opens `path` for reading and writing, and makes it with mode 0600 where it is missing. A link is not followed.
    fileprivate convenience init(locking path: String) throws(FileError) {
        self.init(
            owning: try retrying(.open, path) {
                Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            }, path: path)
    }

    /// Writes `text` in place of what is there.
    fileprivate func replace(with text: String) throws(FileError) {
        _ = try retrying(.write, path) { ftruncate(number, 0) }
        let result = Array(text.utf8).withUnsafeBytes { bytes in
            Result { () throws(FileError) in try write(bytes) }
        }
        try result.get()
    }

    /// The first 4 KiB.
    fileprivate func text() throws(FileError) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = try retrying(.read, path) { pread(number, &bytes, bytes.count, 0) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
