import Glibc

/// What is behind a path.
public enum FileKind {
    /// True for a regular file, links followed: it can be opened again and has the same bytes.
    public static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// True for a FIFO or a socket, links followed: it has no size, and its bytes are there once. It is not opened,
    /// which would wait for a writer.
    public static func isStream(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && [S_IFIFO, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }

    /// The size of a regular file, in bytes, links followed; nil for anything else.
    public static func size(_ path: String) -> UInt64? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(clamping: status.st_size)
    }

    /// True for a regular file that this process may execute.
    public static func isExecutable(_ path: String) -> Bool {
        isRegular(path) && access(path, X_OK) == 0
    }
}
