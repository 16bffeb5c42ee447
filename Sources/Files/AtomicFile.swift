import Glibc

/// Files that appear complete or not at all.
public enum AtomicFile {
    /// Writes `bytes` to `path`: to a new file beside it, which takes its name once it is complete and on the
    /// disk. What was there before stays until then, and stays if anything fails. The mode is 0666 less the umask.
    ///
    /// A link is followed and stays. What is no regular file (a terminal, `/dev/null`, a FIFO) is written to as
    /// it is: a rename would replace the device.
    public static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(FileError) {
        var status = stat()
        if stat(path, &status) == 0 {
            switch status.st_mode & S_IFMT {
            case S_IFDIR: throw .isDirectory(path: path)
            case S_IFREG: break
            default: return try Descriptor(writing: path).write(bytes)
            }
        }
        try replace(resolved(path), with: bytes)
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

    private static func replace(_ path: String, with bytes: UnsafeRawBufferPointer) throws(FileError) {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let temporary = "\(folder).kplan-\(try suffix(for: path))"
        let file = try Descriptor(creating: temporary)
        do throws(FileError) {
            try file.write(bytes)
            try file.synchronize()
            _ = try retrying(.rename, path) { rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// The file that a link leads to; `path` itself where there is none yet.
    private static func resolved(_ path: String) -> String {
        guard let target = realpath(path, nil) else { return path }
        defer { free(target) }
        return String(cString: target)
    }

    /// 16 random digits, so that two writers don't meet.
    private static func suffix(for path: String) throws(FileError) -> String {
        do throws(RandomError) {
            let bytes = try RandomBytes.make(count: 8)
            return String(bytes.reduce(0 as UInt64) { $0 << 8 | UInt64($1) }, radix: 16)
        } catch {
            throw .failed(.open, path: path, errno: error.errno)
        }
    }
}
