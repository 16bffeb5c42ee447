import Glibc

/// Who may change a file.
public struct FileOwner: Equatable, Sendable {
    /// The user who owns it.
    public var user: UInt32
    /// Whether its group, or everybody, may write to it.
    public var isWritableByOthers: Bool

    /// Makes the owner of a file.
    public init(user: UInt32, isWritableByOthers: Bool) {
        self.user = user
        self.isWritableByOthers = isWritableByOthers
    }

    init(_ status: stat) {
        user = status.st_uid
        isWritableByOthers = status.st_mode & 0o022 != 0
    }

    /// That of what is at `path`, which may be a folder; of a link, that of the link itself, which nobody writes to.
    /// Nil where there is nothing.
    public static func of(_ path: String) throws(FileError) -> FileOwner? {
        var status = stat()
        if lstat(path, &status) != 0 {
            if errno == ENOENT { return nil }
            throw .failed(.stat, path: path, errno: errno)
        }
        let isLink = status.st_mode & S_IFMT == S_IFLNK
        return FileOwner(user: status.st_uid, isWritableByOthers: !isLink && status.st_mode & 0o022 != 0)
    }
}

extension OpenedFile {
    /// Who may change the file that is open.
    public func owner() throws(FileError) -> FileOwner {
        var status = stat()
        let failure = withDescriptor { fstat($0, &status) == 0 ? 0 : errno }
        guard failure == 0 else { throw .failed(.stat, path: path, errno: failure) }
        return FileOwner(status)
    }
}
