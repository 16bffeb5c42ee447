import Glibc

/// A regular file that stays open, for a system call that looks at the file itself: where it lies, its extended
/// attributes. Its bytes may change between a look at them and the call.
public final class OpenedFile {
    private let file: Descriptor
    /// Where it was opened.
    public var path: String { file.path }

    /// Opens the file `path` for reading. What is no regular file is refused: the kernel reads nothing else
    /// (fs/kernel_read_file.c).
    public init(_ path: String) throws(FileError) {
        file = try Descriptor(reading: path)
        var status = stat()
        _ = try retrying(.stat, path) { [number = file.number] in fstat(number, &status) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .isDirectory(path: path)
        case S_IFCHR, S_IFBLK: throw .isDevice(path: path)
        default: throw .isStream(path: path)
        }
    }

    /// Its bytes as they are now, read through the descriptor that `withDescriptor` hands out; for one call.
    public func bytes() throws(FileError) -> PrivateBytes {
        try PrivateBytes(reading: file)
    }

    /// Calls `body` with the number of the open file, which is open no longer than the call.
    public func withDescriptor<Result>(_ body: (Int32) -> Result) -> Result {
        withExtendedLifetime(self) { body(file.number) }
    }
}
