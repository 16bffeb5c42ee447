import Glibc

/// Pages that mmap gave, given back when the last reference to them goes.
final class Pages {
    let bytes: UnsafeMutableRawBufferPointer

    private init(size: Int, protection: Int32, flags: Int32, file: Int32, path: String) throws(FileError) {
        guard let start = mmap(nil, size, protection, flags, file, 0), start != MAP_FAILED else {
            throw .failed(.map, path: path, errno: errno)
        }
        bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
    }

    deinit { munmap(bytes.baseAddress, bytes.count) }

    /// Fresh zero pages that only this process has.
    /// - Parameter path: the file that they are for, for the error.
    static func anonymous(size: Int, path: String) throws(FileError) -> Pages {
        try Pages(
            size: size, protection: PROT_READ | PROT_WRITE, flags: MAP_PRIVATE | MAP_ANONYMOUS, file: -1,
            path: path)
    }

    /// The first `size` bytes of a file, at least one, to read.
    static func readOnly(_ file: Descriptor, size: Int) throws(FileError) -> Pages {
        try Pages(
            size: size, protection: PROT_READ, flags: MAP_PRIVATE, file: file.number, path: file.path)
    }

    /// From here on the pages can only be read.
    func protect(path: String) throws(FileError) {
        _ = try retrying(.protect, path) { mprotect(bytes.baseAddress, bytes.count, PROT_READ) }
    }
}
