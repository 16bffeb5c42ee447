/// Why a file could not be read or written.
public enum FileError: Error, Equatable, Sendable {
    /// A system call failed.
    case failed(FileOperation, path: String, errno: Int32)
    /// It is a folder.
    case isDirectory(path: String)
    /// It is a character or block device: how much would have to be read is not known.
    case isDevice(path: String)
    /// It is a FIFO or a socket where only a regular file will do.
    case isStream(path: String)
    /// It has more than `limit` bytes.
    case tooLarge(path: String, limit: Int)

    /// Which file.
    public var path: String {
        switch self {
        case .failed(_, let path, _), .isDirectory(let path), .isDevice(let path), .isStream(let path),
            .tooLarge(let path, _):
            path
        }
    }
}

/// What was tried with a file. The raw value is the name of the system call.
public enum FileOperation: String, Sendable {
    case open
    case stat = "fstat"
    case read
    case map = "mmap"
    case protect = "mprotect"
    case write
    case synchronize = "fsync"
    case rename
    case remove = "unlink"
    case makeFolder = "mkdir"
    case changeMode = "fchmod"
    case lock = "fcntl"
    case makeMemoryFile = "memfd_create"
    case seal = "fcntl(F_ADD_SEALS)"
}
