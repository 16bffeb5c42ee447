/// A part of a file, without a copy of it.
public struct FileSlice {
    private let file: MappedFile
    /// Which bytes of the file.
    public let range: Range<Int>

    /// - Parameter range: within the file.
    public init(_ file: MappedFile, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= file.count)
        self.file = file
        self.range = range
    }

    /// The path of the file.
    public var path: String { file.path }
    /// The number of bytes.
    public var count: Int { range.count }

    /// Calls `body` with the bytes, which are there no longer than the call.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try file.withUnsafeBytes { bytes throws(Failure) -> Result in
            try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    /// Reads at most `buffer.count` of its bytes from `offset` on; 0 at its end, and where the file ends before.
    fileprivate func read(
        into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(FileError) -> Int {
        let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(count - offset))
        return wanted.isEmpty ? 0 : try file.read(into: wanted, at: range.lowerBound + offset)
    }
}

/// What is read from its beginning to its end.
protocol ByteSource {
    /// The file that it is.
    var path: String { get }
    /// Reads at most `buffer.count` bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
}

extension Descriptor: ByteSource {}

/// Reads a part of a file, from the part's beginning.
final class SliceReader: ByteSource {
    private let slice: FileSlice
    private var position = 0

    init(_ slice: FileSlice) { self.slice = slice }

    var path: String { slice.path }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let count = try slice.read(into: buffer, at: position)
        position += count
        return count
    }
}
