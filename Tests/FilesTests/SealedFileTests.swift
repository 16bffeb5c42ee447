import Glibc
import TestSupport
import Testing

@testable import Files

struct SealedFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [0, 1, 4095, 4096, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000])
    func copiesAFileOfAnySize(size: Int) throws {
        let file = try SealedFile(copying: folder.write(pattern(size), "file"))
        #expect(file.count == size)
        #expect(file.withUnsafeBytes { Array($0) } == pattern(size))
    }

    /// What a system call reads by the descriptor, wherever the copying has left it.
    @Test func handsOutTheSameBytes() throws {
        let file = try SealedFile(copying: folder.write(pattern(200_000), "file"))
        var bytes = [UInt8](repeating: 0, count: 200_001)
        let count = file.withDescriptor { number in
            bytes.withUnsafeMutableBytes { pread(number, $0.baseAddress, $0.count, 0) }
        }
        #expect(count == 200_000 && Array(bytes.prefix(200_000)) == pattern(200_000))
    }

    @Test func keepsItsBytesWhateverHappensToTheFile() throws {
        let path = try folder.write(pattern(200_000), "file")
        let file = try SealedFile(copying: path)
        try folder.write([1, 2, 3], "file")
        #expect(file.withUnsafeBytes { Array($0) } == pattern(200_000))
    }

    @Test func cannotBeChangedByAnyone() throws {
        let file = try SealedFile(copying: folder.write(pattern(5000), "file"))
        // Opened anew, as another process could that has the right to.
        let link = file.withDescriptor { "/proc/self/fd/\($0)" }
        let other = open(link, O_RDWR)
        try #require(other >= 0)
        defer { close(other) }
        for number in [other, file.withDescriptor(\.self)] {
            #expect(pwrite(number, [UInt8(1)], 1, 0) == -1 && errno == EPERM)
            #expect(ftruncate(number, 10) == -1 && errno == EPERM)
            #expect(ftruncate(number, 10_000) == -1 && errno == EPERM)
            let pages = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, number, 0)
            #expect(pages == MAP_FAILED && errno == EPERM)
        }
        #expect(file.withUnsafeBytes { Array($0) } == pattern(5000))
    }

    @Test func copiesAPipeToItsEnd() throws {
        let input = try pipeWithPattern(500_000)
        let file = try SealedFile(copying: Descriptor(owning: input, path: "input"), limit: 1 << 20)
        #expect(file.withUnsafeBytes { Array($0) } == pattern(500_000))
    }

    @Test func stopsAtTheLimit() throws {
        let path = try folder.write(pattern(3_000_000), "file")
        #expect(throws: FileError.tooLarge(path: path, limit: 2_999_999)) {
            try SealedFile(copying: Descriptor(reading: path), limit: 2_999_999)
        }
        #expect(try SealedFile(copying: Descriptor(reading: path), limit: 3_000_000).count == 3_000_000)
    }

    @Test func refusesWhatIsNoFile() {
        #expect(throws: FileError.isDirectory(path: folder.path)) { try SealedFile(copying: folder.path) }
        #expect(throws: FileError.isDevice(path: "/dev/zero")) { try SealedFile(copying: "/dev/zero") }
        let missing = folder / "missing"
        #expect(throws: FileError.failed(.open, path: missing, errno: ENOENT)) {
            try SealedFile(copying: missing)
        }
    }

    @Test func isClosedWithItsLastReference() throws {
        let path = try folder.write(pattern(10), "file")
        let number = try SealedFile(copying: path).withDescriptor(\.self)
        // Another test may have got the number meanwhile, but not for a memory file of this name and size.
        var status = stat()
        #expect(fstat(number, &status) == -1 || status.st_size != 10)
    }
}

struct OpenedFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func isTheFileItself() throws {
        let path = try folder.write(pattern(70_000), "file")
        let file = try OpenedFile(path)
        #expect(try file.bytes().withUnsafeBytes { Array($0) } == pattern(70_000))
        var (opened, named) = (stat(), stat())
        #expect(file.withDescriptor { fstat($0, &opened) } == 0 && stat(path, &named) == 0)
        #expect(opened.st_ino == named.st_ino && opened.st_dev == named.st_dev)
    }

    /// Another file that has taken the name is not looked at.
    @Test func staysTheFileThatWasOpened() throws {
        let path = try folder.write(pattern(100), "file")
        let file = try OpenedFile(path)
        try AtomicFile.write([1, 2, 3], to: path)
        #expect(try file.bytes().withUnsafeBytes { Array($0) } == pattern(100))
    }

    @Test func refusesWhatIsNoRegularFile() throws {
        #expect(throws: FileError.isDirectory(path: folder.path)) { try OpenedFile(folder.path) }
        #expect(throws: FileError.isDevice(path: "/dev/null")) { try OpenedFile("/dev/null") }
        let fifo = folder / "fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        // A writer, or opening would wait for one.
        let writer = open(fifo, O_RDWR | O_NONBLOCK)
        defer { close(writer) }
        #expect(throws: FileError.isStream(path: fifo)) { try OpenedFile(fifo) }
    }
}
