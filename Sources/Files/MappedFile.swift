import Glibc

/// The content of a file, without a copy of it, for what only looks at it. Who shortens the file meanwhile ends
/// this process (SIGBUS): what is loaded is read as `PrivateBytes`.
///
/// What can't be mapped (a FIFO, a file of /proc or /sys) is read instead.
public final class MappedFile {
    private enum Content {
        /// The file stays open, so that a `FileSlice` can be read out of it.
        case mapped(Pages, Descriptor)
        case read(PrivateBytes)
    }
    private let content: Content
    /// Its path.
    let path: String

    /// Maps the file `path`. Folders and devices are refused; an empty file has no bytes.
    public init(_ path: String) throws(FileError) {
        self.path = path
        let file = try Descriptor(reading: path)
        let size = try file.announcedSize()
        do throws(FileError) {
            // A size of 0 says nothing in /proc: reading finds out. mmap refuses it anyway.
            content = .mapped(try Pages.readOnly(file, size: size), file)
        } catch .failed(.map, _, EINVAL) where size == 0 {
            content = .read(try PrivateBytes(reading: file))
        } catch .failed(.map, _, ENODEV) {
            content = .read(try PrivateBytes(reading: file))
        }
    }

    /// The number of bytes.
    public var count: Int {
        switch content {
        case .mapped(let mapping, _): mapping.bytes.count
        case .read(let bytes): bytes.count
        }
    }

    /// Reads at most `buffer.count` bytes from `offset` on; 0 at the end of the file. Who shortens it meanwhile ends nothing.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) -> Int {
        switch content {
        case .mapped(_, let file): return try file.read(into: buffer, at: offset)
        case .read(let bytes):
            return bytes.withUnsafeBytes { all in
                let piece = all.dropFirst(offset).prefix(buffer.count)
                buffer.copyBytes(from: piece)
                return piece.count
            }
        }
    }

    /// Calls `body` with the bytes, which are there no longer than the call.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch content {
        case .read(let bytes):
            try bytes.withUnsafeBytes(body)
        case .mapped(let mapping, _):
            try withExtendedLifetime(mapping) { () throws(Failure) -> Result in
                try body(UnsafeRawBufferPointer(mapping.bytes))
            }
        }
    }
}
