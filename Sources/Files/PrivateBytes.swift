import Glibc

/// The content of a file in private memory of this process: what is hashed is what is loaded, whatever happens
/// to the file after it was read. The memory can't be written once it is filled.
public final class PrivateBytes {
    /// The most that is read of one file, in bytes: what the kernel takes for a kernel or an initrd
    /// (kernel/kexec_file.c, `KEXEC_FILE_SIZE_MAX`). It stops an endless stream.
    public static let sizeLimit = 4 << 30

    /// The number of bytes.
    public let count: Int
    private let memory: Pages

    /// Reads the file `path`, once and completely: its size is what was read, not what it was said to be.
    /// FIFOs and files without a size (/proc) are read to their end; folders and devices are refused.
    public convenience init(reading path: String) throws(FileError) {
        try self.init(reading: Descriptor(reading: path))
    }

    /// Reads a part of a file, in the same way: where the file was shortened meanwhile, there are fewer bytes.
    public convenience init(reading slice: FileSlice) throws(FileError) {
        try self.init(reading: SliceReader(slice), expectedSize: slice.count, limit: Self.sizeLimit)
    }

    convenience init(reading file: Descriptor) throws(FileError) {
        try self.init(reading: file, expectedSize: file.announcedSize(), limit: Self.sizeLimit)
    }

    /// - Parameter expectedSize: how much is there by all appearances; the file may have changed since.
    init(reading file: some ByteSource, expectedSize: Int, limit: Int) throws(FileError) {
        // A byte more than expected, so that the end is seen without a second look at the capacity.
        let minimum = 1 << 16
        var memory = try Pages.anonymous(
            size: max(min(expectedSize, limit) + 1, minimum), path: file.path)
        var count = 0
        while true {
            let read = try file.read(
                into: UnsafeMutableRawBufferPointer(rebasing: memory.bytes.dropFirst(count)))
            if read == 0 { break }
            count += read
            guard count <= limit else { throw .tooLarge(path: file.path, limit: limit) }
            if count == memory.bytes.count {
                let larger = try Pages.anonymous(size: 2 * count, path: file.path)
                larger.bytes.copyMemory(from: UnsafeRawBufferPointer(memory.bytes))
                memory = larger
            }
        }
        try memory.protect(path: file.path)
        self.memory = memory
        self.count = count
    }

    /// Calls `body` with the bytes, which are there no longer than the call.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withExtendedLifetime(self) { () throws(Failure) -> Result in
            try body(UnsafeRawBufferPointer(rebasing: memory.bytes.prefix(count)))
        }
    }
}
