import Glibc
import TestSupport
import Testing

@testable import Files

struct FileSliceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let ranges = [
        0..<0, 0..<1, 511..<70_000, 4096..<8192, 2_999_999..<3_000_000, 0..<3_000_000,
    ]

    @Test(arguments: ranges) func isAPartOfItsFile(range: Range<Int>) throws {
        let slice = FileSlice(try MappedFile(folder.write(pattern(3_000_000), "file")), range)
        let due = Array(pattern(3_000_000)[range])
        #expect(slice.count == due.count && slice.path == folder / "file")
        #expect(slice.withUnsafeBytes { Array($0) } == due)
        #expect(try PrivateBytes(reading: slice).withUnsafeBytes { Array($0) } == due)
        #expect(try SealedFile(copying: slice).withUnsafeBytes { Array($0) } == due)
    }

    /// What is no file is read into memory, and its parts out of that.
    @Test func ofAStream() throws {
        let number = try pipeWithPattern(500_000)
        let file = try MappedFile("/proc/self/fd/\(number)")
        close(number)
        let slice = FileSlice(file, 1000..<450_000)
        #expect(
            try PrivateBytes(reading: slice).withUnsafeBytes { Array($0) }
                == Array(pattern(500_000)[1000..<450_000]))
    }

    @Test("A file that is shortened meanwhile ends nothing: there are fewer bytes")
    func shortened() throws {
        let slice = FileSlice(try MappedFile(folder.write(pattern(30_000), "file")), 10_000..<30_000)
        try #require(truncate(folder / "file", 12_000) == 0)
        let due = Array(pattern(12_000)[10_000...])
        #expect(try PrivateBytes(reading: slice).withUnsafeBytes { Array($0) } == due)
        #expect(try SealedFile(copying: slice).withUnsafeBytes { Array($0) } == due)
    }

    /// Another file that has taken the name is not looked at.
    @Test func staysTheFileThatWasOpened() throws {
        let path = try folder.write(pattern(100), "file")
        let slice = FileSlice(try MappedFile(path), 50..<100)
        try AtomicFile.write([1, 2, 3], to: path)
        #expect(try PrivateBytes(reading: slice).withUnsafeBytes { Array($0) } == Array(pattern(100)[50...]))
    }
}
