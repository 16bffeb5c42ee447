import CArchive
import Files
import Glibc

/// Writes a tar archive in the ustar form of POSIX, by libarchive. The same members give the same bytes: no time, no owner,
/// one mode, and no header but ustar's.
final class TarWriter {
    private let archive: OpaquePointer
    private let output: Output

    /// What libarchive's callback writes to.
    private final class Output {
        let sink: ByteSink
        var failure: FileError?

        init(_ sink: @escaping ByteSink) { self.sink = sink }

        /// How many bytes were written: all, or -1. Nothing is written any more after a failure.
        func write(_ bytes: UnsafeRawBufferPointer) -> Int {
            guard failure == nil else { return -1 }
            do throws(FileError) {
                try sink(bytes)
                return bytes.count
            } catch {
                failure = error
                return -1
            }
        }
    }

    /// - Parameter sink: gets the archive, in pieces of at most 1 MiB.
    init(_ sink: @escaping ByteSink) throws(FileError) {
        output = Output(sink)
        guard let archive = archive_write_new() else {
            throw .failed(.write, path: "", errno: ENOMEM)
        }
        self.archive = archive
        try check(archive_write_set_format_ustar(archive))
        try check(archive_write_set_bytes_per_block(archive, 1 << 20))
        // The end is two blocks of zeros, and no more for a tape.
        try check(archive_write_set_bytes_in_last_block(archive, 512))
        try check(
            archive_write_open2(
                archive, Unmanaged.passUnretained(output).toOpaque(), nil,
                { _, client, bytes, count in
                    guard let client else { return -1 }
                    let output = Unmanaged<Output>.fromOpaque(client).takeUnretainedValue()
                    return output.write(UnsafeRawBufferPointer(start: bytes, count: count))
                }, nil, nil))
    }

    deinit {
        // Nothing more is written by an archive that isn't finished.
        archive_write_fail(archive)
        archive_write_free(archive)
    }

    /// Adds a file with this name and content.
    func add(_ name: String, _ bytes: UnsafeRawBufferPointer) throws(FileError) {
        guard let entry = archive_entry_new() else { throw .failed(.write, path: "", errno: ENOMEM) }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname(entry, name)
        kplan_make_regular(entry)
        archive_entry_set_perm(entry, 0o644)
        archive_entry_set_size(entry, la_int64_t(bytes.count))
        archive_entry_set_mtime(entry, 0, 0)
        try check(archive_write_header(archive, entry))
        guard !bytes.isEmpty else { return }
        guard archive_write_data(archive, bytes.baseAddress, bytes.count) == bytes.count else {
            throw failure
        }
    }

    /// Writes the end of the archive.
    func finish() throws(FileError) {
        try check(archive_write_close(archive))
    }

    private func check(_ result: Int32) throws(FileError) {
        guard result == ARCHIVE_OK else { throw failure }
    }

    /// What went wrong: in the sink, or in libarchive, which then has no memory.
    private var failure: FileError {
        output.failure ?? .failed(.write, path: "", errno: archive_errno(archive))
    }
}
