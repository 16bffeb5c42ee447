import Glibc
import Testing

@testable import Files

struct MappedFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [0, 1, 4096, 4097, 300_000])
    func mapsAFileOfAnySize(size: Int) throws {
        let file = try MappedFile(folder.write(pattern(size), "file"))
        #expect(file.count == size)
        #expect(file.withUnsafeBytes { Array($0) } == pattern(size))
    }

    /// 1 TiB without content: only what doesn't copy can do that.
    @Test func doesNotCopy() throws {
        let path = try folder.write([7], "file")
        try #require(truncate(path, 1 << 40) == 0)
        let file = try MappedFile(path)
        #expect(file.count == 1 << 40)
        #expect(file.withUnsafeBytes { [$0[0], $0[1 << 39], $0[1 << 40 - 1]] } == [7, 0, 0])
    }

    @Test func readsWhatCannotBeMapped() throws {
        #expect(try MappedFile("/proc/self/status").withUnsafeBytes { $0.starts(with: "Name:".utf8) })
        #expect(try MappedFile("/sys/devices/system/cpu/possible").count > 0)
    }

    @Test func throwsWhatTheBodyThrows() throws {
        struct Stop: Error, Equatable {}
        let file = try MappedFile(folder.write([1], "file"))
        #expect(throws: Stop()) { try file.withUnsafeBytes { _ throws(Stop) -> Int in throw Stop() } }
    }

    @Test func refusesWhatIsNoFile() {
        #expect(throws: FileError.isDirectory(path: folder.path)) { try MappedFile(folder.path) }
        #expect(throws: FileError.isDevice(path: "/dev/null")) { try MappedFile("/dev/null") }
        let missing = folder / "missing"
        #expect(throws: FileError.failed(.open, path: missing, errno: ENOENT)) { try MappedFile(missing) }
    }
}
