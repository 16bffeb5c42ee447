import Glibc

/// What is behind a path.
public enum FileKind {
    /// True for a regular file, links followed: it can be opened again and has the same bytes.
    public static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// True for a regular file that this process may execute.
    public static func isExecutable(_ path: String) -> Bool {
        isRegular(path) && access(path, X_OK) == 0
    }
}
