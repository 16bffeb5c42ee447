/// The PE header that an Image built with `CONFIG_EFI` has too. It tells what the Image's own header doesn't:
/// how long the file must be.
///
/// Source: Microsoft, "PE Format": COFF File Header, Optional Header, Section Table, Certificate Table.
enum PortableExecutable {
    /// The end of the headers, the last section's content and the signature, in bytes from the start of the file;
    /// nil where the file has no PE header. What lies beyond `prefix` isn't looked at.
    static func minimumFileSize(prefix: [UInt8]) -> UInt64? {
        guard prefix.starts(with: "MZ".utf8),
            let header = prefix.littleEndian(UInt32.self, at: 60).map(Int.init), header != 0
        else { return nil }
        let optional = header + 24
        guard let signature = prefix.littleEndian(UInt32.self, at: header),
            let sectionCount = prefix.littleEndian(UInt16.self, at: header + 6).map(Int.init),
            let optionalSize = prefix.littleEndian(UInt16.self, at: header + 20).map(Int.init)
        else { return UInt64(optional) }
        guard signature == 0x0000_4550 else { return nil }  // "PE\0\0"
        var end = UInt64(optional + optionalSize + sectionCount * 40)

        for section in 0..<sectionCount {
            let entry = optional + optionalSize + section * 40
            guard let size = prefix.littleEndian(UInt32.self, at: entry + 16),
                let offset = prefix.littleEndian(UInt32.self, at: entry + 20)
            else { break }
            end = max(end, size == 0 ? 0 : UInt64(offset) + UInt64(size))
        }
        if let table = certificateTable(prefix: prefix) { end = max(end, table.offset + table.size) }
        return end
    }

    /// Where the certificate table is, in bytes from the start of the file: the signatures; nil where the file has
    /// none.
    static func certificateTable(prefix: [UInt8]) -> (offset: UInt64, size: UInt64)? {
        guard let optional = optionalHeader(prefix: prefix),
            let optionalSize = prefix.littleEndian(UInt16.self, at: optional - 4),
            // Data directory 4 of PE32+ is the certificate table; alone among them it has a file offset.
            prefix.littleEndian(UInt16.self, at: optional) == 0x20b, optionalSize >= 112 + 5 * 8,
            let directories = prefix.littleEndian(UInt32.self, at: optional + 108), directories > 4,
            let offset = prefix.littleEndian(UInt32.self, at: optional + 112 + 4 * 8),
            let size = prefix.littleEndian(UInt32.self, at: optional + 112 + 4 * 8 + 4), size != 0
        else { return nil }
        return (UInt64(offset), UInt64(size))
    }

    /// The offset of the optional header; nil where the file has no PE header, or `prefix` doesn't reach it.
    private static func optionalHeader(prefix: [UInt8]) -> Int? {
        guard prefix.starts(with: "MZ".utf8),
            let header = prefix.littleEndian(UInt32.self, at: 60).map(Int.init), header != 0,
            prefix.littleEndian(UInt32.self, at: header) == 0x0000_4550  // "PE\0\0"
        else { return nil }
        return header + 24
    }
}
