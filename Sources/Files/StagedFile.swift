import Glibc

/// A file that is complete and on the disk under a temporary name, until it takes the name that it is for. Several of them
/// are written before the first takes its name. One that takes none is removed with this value.
public final class StagedFile {
    /// The path that it is for.
    public let path: String
    private let temporary: String
    private var isPending = true

    /// Writes `bytes` to a new file beside `path`.
    /// - Parameter mode: its mode; without one, 0666 less the umask.
    public convenience init(
        _ bytes: UnsafeRawBufferPointer, for path: String, mode: UInt32? = nil
    ) throws(FileError) {
        try self.init(for: path, mode: mode) { write throws(FileError) in try write(bytes) }
    }

    /// Writes what `body` hands to its argument, piece by piece, to a new file beside `path`.
    /// - Parameter mode: its mode; without one, 0666 less the umask.
    public init(
        for path: String, mode: UInt32? = nil, _ body: (@escaping ByteSink) throws(FileError) -> Void
    ) throws(FileError) {
        self.path = path
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory(path: path) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        temporary = "\(folder)\(Self.prefix)\(try Self.suffix(for: path))"
        let file = try Descriptor(creating: temporary)
        do throws(FileError) {
            if let mode { _ = try retrying(.changeMode, path) { fchmod(file.number, mode) } }
            try body { bytes throws(FileError) in try file.write(bytes) }
            try file.synchronize()
        } catch {
            unlink(temporary)
            isPending = false
            throw error
        }
    }

    deinit {
        if isPending { unlink(temporary) }
    }

    /// Takes the name; what had it before is replaced, a link too.
    public func commit() throws(FileError) {
        _ = try retrying(.rename, path) { rename(temporary, path) }
        isPending = false
    }

    /// What temporary names begin with.
    static let prefix = ".kplan-"

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
