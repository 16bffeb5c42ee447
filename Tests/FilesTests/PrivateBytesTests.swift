import Glibc
import TestSupport
import Testing

@testable import Files

struct PrivateBytesTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [0, 1, 4095, 4096, 65535, 65536, 65537, 300_000])
    func readsAFileOfAnySize(size: Int) throws {
        let bytes = try PrivateBytes(reading: folder.write(pattern(size), "file"))
        #expect(bytes.count == size)
        #expect(bytes.withUnsafeBytes { Array($0) } == pattern(size))
    }

    @Test func keepsItsBytesWhateverHappensToTheFile() throws {
        let path = try folder.write(pattern(200_000), "file")
        let bytes = try PrivateBytes(reading: path)
        try folder.write([1, 2, 3], "file")
        #expect(bytes.withUnsafeBytes { Array($0) } == pattern(200_000))
    }

    // The sizes are what fstat said before the file changed.
    @Test(arguments: [0, 1, 65_536, 299_999, 300_000, 300_001, 5_000_000])
    func takesTheSizeFromWhatWasRead(expected: Int) throws {
        let file = try Descriptor(reading: folder.write(pattern(300_000), "file"))
        let bytes = try PrivateBytes(reading: file, expectedSize: expected, limit: 1 << 20)
        #expect(bytes.withUnsafeBytes { Array($0) } == pattern(300_000))
    }

    @Test(arguments: [0, 300_000, 1 << 40])
    func stopsAtTheLimit(expected: Int) throws {
        let path = try folder.write(pattern(300_000), "file")
        let file = try Descriptor(reading: path)
        #expect(throws: FileError.tooLarge(path: path, limit: 299_999)) {
            try PrivateBytes(reading: file, expectedSize: expected, limit: 299_999)
        }
    }

    @Test func takesAFileOfExactlyTheLimit() throws {
        let file = try Descriptor(reading: folder.write(pattern(300_000), "file"))
        let bytes = try PrivateBytes(reading: file, expectedSize: 300_000, limit: 300_000)
        #expect(bytes.count == 300_000)
    }

    /// A pipe gives at most 64 KiB at once: every read is a short one.
    @Test func readsAPipeToItsEnd() throws {
        let input = try pipeWithPattern(500_000)
        let bytes = try PrivateBytes(reading: Descriptor(owning: input, path: "input"))
        #expect(bytes.withUnsafeBytes { Array($0) } == pattern(500_000))
    }

    @Test func readsWhatHasNoSize() throws {
        let bytes = try PrivateBytes(reading: "/proc/self/status")
        #expect(bytes.withUnsafeBytes { $0.starts(with: "Name:".utf8) })
    }

    @Test func refusesWhatIsNoFile() {
        #expect(throws: FileError.isDirectory(path: folder.path)) { try PrivateBytes(reading: folder.path) }
        #expect(throws: FileError.isDevice(path: "/dev/zero")) { try PrivateBytes(reading: "/dev/zero") }
        let missing = folder / "missing"
        #expect(throws: FileError.failed(.open, path: missing, errno: ENOENT)) {
            try PrivateBytes(reading: missing)
        }
    }

    @Test func callsAgainWhenASignalInterrupts() throws {
        var calls = 0
        let result = try retrying(.read, "file") { () -> Int in
            calls += 1
            errno = EINTR
            return calls < 3 ? -1 : 7
        }
        #expect(result == 7)
        #expect(throws: FileError.failed(.read, path: "file", errno: EIO)) {
            try retrying(.read, "file") { () -> Int in
                errno = EIO
                return -1
            }
        }
    }
}
