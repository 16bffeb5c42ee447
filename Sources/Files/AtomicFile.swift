import Glibc

/// Takes the next bytes of what is written.
public typealias ByteSink = (UnsafeRawBufferPointer) throws(FileError) -> Void

/// Files that appear complete or not at all.
public enum AtomicFile {
    /// Writes `bytes` to `path`: to a new file beside it, which takes its name once it is complete and on the
    /// disk. What was there before stays until then, and stays if anything fails. The mode is 0666 less the umask.
    ///
    /// A link is followed and stays, also one that leads to nothing yet. What is no regular file (a terminal,
    /// `/dev/null`, a FIFO) is written to as it is: a rename would replace the device.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(FileError) {
        try write(to: path) { write throws(FileError) in try write(bytes) }
    }

    /// Writes what `body` hands to its argument, piece by piece, to `path`, in the same way.
    public static func write(
        to path: String, _ body: (@escaping ByteSink) throws(FileError) -> Void
    ) throws(FileError) {
        var status = stat()
        if stat(path, &status) == 0 {
            switch status.st_mode & S_IFMT {
            case S_IFDIR: throw .isDirectory(path: path)
            case S_IFREG: break
            default:
                let file = try Descriptor(writing: path)
                return try body { bytes throws(FileError) in try file.write(bytes) }
            }
        } else if errno == EACCES {
            // A link that may not be followed (fs.protected_symlinks) is not followed by reading it either.
            throw .failed(.stat, path: path, errno: errno)
        }
        try StagedFile(for: linkTarget(path), body).commit()
    }

    /// Writes `bytes` to `path`, with exactly this mode, whatever the umask is. A link is replaced.
    public static func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws(FileError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(FileError) in try StagedFile(buffer, for: path, mode: mode).commit() }
        }
        try result.get()
    }

    /// Writes `bytes` to `path`, in the same way.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(FileError) in try write(buffer, to: path) }
        }
        try result.get()
    }

    /// Removes the file `path`, where there is one.
    public static func remove(_ path: String) throws(FileError) {
        if unlink(path) != 0, errno != ENOENT { throw .failed(.remove, path: path, errno: errno) }
    }

    /// Removes what writers that were killed have left in a folder. Nobody may be writing there.
    public static func removeLeftovers(in folder: String) throws(FileError) {
        for name in try Folder.names(in: folder) where name.hasPrefix(StagedFile.prefix) {
            try remove("\(folder)/\(name)")
        }
    }
}
