import CMemfd
import Glibc

/// A copy of a file in memory whose bytes nobody can change any more, not even root or this process (memfd_create(2),
/// `F_SEAL_WRITE`, `F_SEAL_SHRINK`, `F_SEAL_GROW`, `F_SEAL_SEAL`): what was hashed is what a system call reads that
/// takes a descriptor. The memory is the system's as long as this is there.
public final class SealedFile {
    /// The number of bytes.
    public let count: Int
    private let file: Descriptor
    /// Nil for no bytes, which can't be mapped.
    private let pages: Pages?

    /// Copies the file `path`, once and completely, and seals the copy. FIFOs and files without a size (/proc) are read
    /// to their end; folders and devices are refused.
    public convenience init(copying path: String) throws(FileError) {
        let file = try Descriptor(reading: path)
        _ = try file.announcedSize()
        try self.init(copying: file, limit: PrivateBytes.sizeLimit)
    }

    /// Copies a part of a file, and seals the copy: where the file was shortened meanwhile, there are fewer bytes.
    public convenience init(copying slice: FileSlice) throws(FileError) {
        try self.init(copying: SliceReader(slice), limit: PrivateBytes.sizeLimit)
    }

    /// - Parameter limit: the most that is copied, in bytes.
    init(copying source: some ByteSource, limit: Int) throws(FileError) {
        let path = source.path
        let number = try retrying(.makeMemoryFile, path) { kplan_memfd_create("kplan") }
        file = Descriptor(owning: number, path: path)
        let piece = try Pages.anonymous(size: 1 << 20, path: path)
        var count = 0
        while true {
            let read = try source.read(into: piece.bytes)
            if read == 0 { break }
            count += read
            guard count <= limit else { throw .tooLarge(path: path, limit: limit) }
            try file.write(UnsafeRawBufferPointer(rebasing: piece.bytes.prefix(read)))
        }
        _ = try retrying(.seal, path) { kplan_memfd_seal(number) }
        self.count = count
        // Mapped when nothing can change it any more: these bytes are those of the file from here on.
        pages = count == 0 ? nil : try Pages.readOnly(file, size: count)
    }

    /// Calls `body` with the bytes, which are there no longer than the call.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try withExtendedLifetime(self) { () throws(Failure) -> Result in
            try body(UnsafeRawBufferPointer(pages?.bytes ?? .init(start: nil, count: 0)))
        }
    }

    /// Calls `body` with the number of the open file, which is open no longer than the call.
    public func withDescriptor<Result>(_ body: (Int32) -> Result) -> Result {
        withExtendedLifetime(self) { body(file.number) }
    }
}
