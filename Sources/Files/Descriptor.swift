import Glibc

/// An open file: closed when the last reference to it goes.
final class Descriptor {
    let number: Int32
    let path: String

    /// Takes `number` over.
    init(owning number: Int32, path: String) {
        self.number = number
        self.path = path
    }

    /// Opens `path` for reading. A FIFO waits for its writer.
    init(reading path: String) throws(FileError) {
        number = try retrying(.open, path) { Glibc.open(path, O_RDONLY | O_CLOEXEC) }
        self.path = path
    }

    /// Opens `path` for reading what is there now: nothing is waited for (EAGAIN).
    init(readingNow path: String) throws(FileError) {
        number = try retrying(.open, path) { Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        self.path = path
    }

    /// Makes the file `path`, which must not be there, with the mode 0666 less the umask.
    init(creating path: String) throws(FileError) {
        number = try retrying(.open, path) {
            Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        }
        self.path = path
    }

    /// Opens `path`, which must be there, for writing.
    init(writing path: String) throws(FileError) {
        number = try retrying(.open, path) { Glibc.open(path, O_WRONLY | O_CLOEXEC) }
        self.path = path
    }

    deinit { close(number) }

    /// The size that the file says it has, in bytes: 0 for what has no size (a FIFO, a file of /proc).
    /// Folders and devices are refused.
    func announcedSize() throws(FileError) -> Int {
        var status = stat()
        _ = try retrying(.stat, path) { fstat(number, &status) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw .isDirectory(path: path)
        case S_IFCHR, S_IFBLK: throw .isDevice(path: path)
        case S_IFREG: return Int(status.st_size)
        default: return 0
        }
    }

    /// Reads at most `buffer.count` bytes; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        try retrying(.read, path) { Glibc.read(number, buffer.baseAddress, buffer.count) }
    }

    /// Reads at most `buffer.count` bytes from `offset` on, wherever the next `read(into:)` reads; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
        try retrying(.read, path) { pread(number, buffer.baseAddress, buffer.count, off_t(offset)) }
    }

    /// Writes all of `bytes`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = try retrying(.write, path) {
                Glibc.write(number, rest.baseAddress, rest.count)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
    }

    /// Waits until what was written is on the disk.
    func synchronize() throws(FileError) {
        _ = try retrying(.synchronize, path) { fsync(number) }
    }
}

/// The result of a system call that says −1 where it failed: called again as long as a signal interrupts it.
func retrying<Result: SignedInteger>(
    _ operation: FileOperation, _ path: String, _ call: () -> Result
) throws(FileError) -> Result {
    while true {
        let result = call()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw .failed(operation, path: path, errno: code) }
    }
}
