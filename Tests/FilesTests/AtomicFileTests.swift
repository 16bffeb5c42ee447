import Glibc
import TestSupport
import Testing

@testable import Files

struct AtomicFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func content(_ name: String) throws -> [UInt8] {
        try PrivateBytes(reading: folder / name).withUnsafeBytes { Array($0) }
    }

    @Test func writesANewFile() throws {
        try AtomicFile.write(pattern(300_000), to: folder / "plan.json")
        #expect(try content("plan.json") == pattern(300_000))
        #expect(folder.names == ["plan.json"])
    }

    @Test func replacesAFileAsAWhole() throws {
        let before = try MappedFile(folder.write(pattern(10_000), "plan.json"))
        try AtomicFile.write([1, 2], to: folder / "plan.json")
        #expect(try content("plan.json") == [1, 2])
        // Who had the old file open still has all of it.
        #expect(before.withUnsafeBytes { Array($0) } == pattern(10_000))
        #expect(folder.names == ["plan.json"])
    }

    @Test func takesTheModeFromTheMask() throws {
        try AtomicFile.write([1], to: folder / "plan.json")
        let usual = try Descriptor(creating: folder / "usual")
        var (written, expected) = (stat(), stat())
        #expect(stat(folder / "plan.json", &written) == 0 && fstat(usual.number, &expected) == 0)
        #expect(written.st_mode == expected.st_mode)
    }

    @Test func leavesNothingBehindWhenItFails() throws {
        // The last step fails: a name that is too long for the folder, but not for the path.
        let path = folder / String(repeating: "n", count: 300)
        #expect(throws: FileError.failed(.rename, path: path, errno: ENAMETOOLONG)) {
            try AtomicFile.write([1], to: path)
        }
        #expect(folder.names == [])
    }

    @Test func saysWhatItCouldNotDo() throws {
        #expect(throws: FileError.isDirectory(path: folder.path)) {
            try AtomicFile.write([1], to: folder.path)
        }
        #expect {
            try AtomicFile.write([1], to: folder / "missing/plan.json")
        } throws: { error in
            guard case FileError.failed(.open, let path, ENOENT) = error else { return false }
            return path.hasPrefix(folder / "missing/")
        }
    }

    @Test func followsLinks() throws {
        try folder.write([1], "target")
        try #require(symlink("target", folder / "link") == 0)
        try AtomicFile.write([2], to: folder / "link")
        #expect(try content("target") == [2])
        var status = stat()
        #expect(lstat(folder / "link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        // One that leads to nothing yet, over another.
        try #require(symlink(folder / "new", folder / "absolute") == 0)
        try #require(symlink("absolute", folder / "dangling") == 0)
        try AtomicFile.write([3], to: folder / "dangling")
        #expect(try content("new") == [3])
        #expect(lstat(folder / "dangling", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        // One that leads to itself leads nowhere.
        try #require(symlink("loop", folder / "loop") == 0)
        try AtomicFile.write([4], to: folder / "loop")
        #expect(try content("loop") == [4])
    }

    @Test func stagedFilesTakeTheirNamesWhenTold() throws {
        try folder.write([1], "a")
        var staged = try [UInt8](arrayLiteral: 2).withUnsafeBytes { bytes in
            [try StagedFile(bytes, for: folder / "a"), try StagedFile(bytes, for: folder / "b")]
        }
        #expect(try content("a") == [1])
        try staged.removeFirst().commit()
        #expect(try content("a") == [2])
        #expect(folder.names.count == 2)
        staged = []
        #expect(folder.names == ["a"])
        #expect(throws: FileError.isDirectory(path: folder.path)) {
            try [UInt8]().withUnsafeBytes { try StagedFile($0, for: folder.path) }
        }
    }

    @Test func writesIntoADeviceWithoutReplacingIt() throws {
        try AtomicFile.write([1, 2, 3], to: "/dev/null")
        var status = stat()
        #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
        #expect(throws: FileError.failed(.write, path: "/dev/full", errno: ENOSPC)) {
            try AtomicFile.write([1], to: "/dev/full")
        }
    }
}

struct RandomBytesTests {
    @Test(arguments: [0, 8, 256, 257, 1000])
    func fillsAll(count: Int) throws {
        let bytes = try RandomBytes.make(count: count)
        #expect(bytes.count == count)
        // Every piece of 256 bytes is filled: 100 zeros in a row are not chance.
        for start in stride(from: 0, to: count, by: 256) where count - start >= 100 {
            #expect(bytes[start..<start + 100].contains { $0 != 0 })
        }
    }

    @Test func differsEachTime() throws {
        #expect(try RandomBytes.make(count: 32) != RandomBytes.make(count: 32))
    }
}
