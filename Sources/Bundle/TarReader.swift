import CArchive
import Glibc

/// A member of a tar archive, as its headers have it, those of pax and of GNU tar taken into account.
struct TarMember {
    /// The bytes of its name.
    let name: [UInt8]
    let kind: Kind
    /// Where a file's content is in the archive.
    let range: Range<Int>

    enum Kind {
        case file
        case folder
        case link
        case special
    }
}

/// Reads tar archives that are in memory, by libarchive.
enum TarReader {
    /// All members of an archive, which ends with two blocks of zeros and nothing but zeros behind them (POSIX, pax).
    static func members(of bytes: UnsafeRawBufferPointer, limit: Int) throws(BundleError) -> [TarMember] {
        // libarchive takes names in pax headers, which are UTF-8, for text of the locale.
        setlocale(LC_CTYPE, "C.UTF-8")
        guard let archive = archive_read_new() else { throw .unreadable("out of memory") }
        defer { archive_read_free(archive) }
        // All of it is one block to libarchive, so that what it hands out is the archive's own bytes.
        guard archive_read_support_format_tar(archive) == ARCHIVE_OK,
            archive_read_open_memory(archive, bytes.baseAddress, bytes.count) == ARCHIVE_OK
        else { throw failure(archive) }
        var members: [TarMember] = []
        while true {
            var entry: OpaquePointer?
            let result = archive_read_next_header(archive, &entry)
            if result == ARCHIVE_EOF { break }
            // What libarchive would only warn of is nothing that it or GNU tar writes.
            guard result == ARCHIVE_OK, let entry else { throw failure(archive) }
            guard members.count < limit else { throw .tooManyMembers(limit: limit) }
            members.append(try member(entry, of: archive, in: bytes))
        }
        try checkEnd(bytes, from: Int(archive_read_header_position(archive)))
        return members
    }

    private static func member(
        _ entry: OpaquePointer, of archive: OpaquePointer, in bytes: UnsafeRawBufferPointer
    ) throws(BundleError) -> TarMember {
        let name = archive_entry_pathname(entry).map { text in
            Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
        guard let name else { throw .unreadable("a member has no name") }
        let kind: TarMember.Kind =
            kplan_is_link(entry) != 0
            ? .link
            : kplan_is_regular(entry) != 0 ? .file : kplan_is_folder(entry) != 0 ? .folder : .special
        guard kind == .file else { return TarMember(name: name, kind: kind, range: 0..<0) }
        let text = String(decoding: name, as: UTF8.self)
        guard archive_entry_sparse_count(entry) == 0 else { throw .sparse(text) }
        let range = try content(of: archive, named: text, in: bytes)
        guard range.count == archive_entry_size(entry) else { throw .sparse(text) }
        return TarMember(name: name, kind: kind, range: range)
    }

    /// Where the current member's content is: one piece of the archive, without a hole.
    private static func content(
        of archive: OpaquePointer, named name: String, in bytes: UnsafeRawBufferPointer
    ) throws(BundleError) -> Range<Int> {
        var range = 0..<0
        while true {
            var block: UnsafeRawPointer?
            var count = 0
            var offset: la_int64_t = 0
            let result = archive_read_data_block(archive, &block, &count, &offset)
            if result == ARCHIVE_EOF { return range }
            guard result == ARCHIVE_OK, let block, let base = bytes.baseAddress else {
                throw failure(archive)
            }
            let start = base.distance(to: block)
            guard 0...bytes.count ~= start, count <= bytes.count - start, offset == range.count,
                range.isEmpty || start == range.upperBound
            else { throw .sparse(name) }
            range = (range.isEmpty ? start : range.lowerBound)..<(start + count)
        }
    }

    /// libarchive takes a single block of zeros, and the end of the file, for the archive's end as well.
    private static func checkEnd(_ bytes: UnsafeRawBufferPointer, from position: Int) throws(BundleError) {
        let rest = bytes.dropFirst(position)
        if let offset = rest.firstIndex(where: { $0 != 0 }) { throw .trailingBytes(offset: offset) }
        guard rest.count >= 1024 else { throw .truncated }
    }

    private static func failure(_ archive: OpaquePointer) -> BundleError {
        .unreadable(archive_error_string(archive).map { String(cString: $0) } ?? "no reason is known")
    }
}
