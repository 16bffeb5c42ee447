import KexecPlan

extension KernelImage {
    /// How many of a file's first bytes are enough for `init(prefix:fileSize:)`: the Image's header and the PE
    /// header behind it.
    public static let prefixSize = 4096

    /// Reads the header of an arm64 Image (booting.rst, "Call the kernel image").
    ///
    /// | offset | bytes | field |
    /// |---|---|---|
    /// | 8 | 8 | text_offset |
    /// | 16 | 8 | image_size |
    /// | 24 | 8 | flags |
    /// | 56 | 4 | magic, "ARM\x64" |
    /// | 60 | 4 | offset of the PE header |
    ///
    /// All are little-endian, whatever the kernel is. Bits of `flags` above bit 3 are reserved and ignored.
    ///
    /// - Parameters:
    ///   - prefix: The file's first `prefixSize` bytes, or all where it has fewer.
    ///   - fileSize: The size of the whole file, in bytes.
    public init(prefix: [UInt8], fileSize: UInt64) throws(ImageError) {
        guard prefix.littleEndian(UInt32.self, at: 56) == 0x644d_5241 else {
            let kind = KernelFileKind(prefix: prefix)
            if prefix.count < 64, kind == .unknown || kind == .portableExecutable {
                throw .shorterThanHeader(size: fileSize)
            }
            throw .notAnImage(looksLike: kind)
        }
        guard prefix.count >= 64,
            let textOffset = prefix.littleEndian(UInt64.self, at: 8),
            let imageSize = prefix.littleEndian(UInt64.self, at: 16),
            let flags = prefix.littleEndian(UInt64.self, at: 24)
        else { throw .shorterThanHeader(size: fileSize) }

        guard flags & 1 == 0 else { throw .bigEndian }
        guard imageSize != 0 else { throw .imageSizeMissing }
        guard imageSize <= 1 << 48 else { throw .imageSizeOutOfRange(imageSize: imageSize) }
        guard textOffset < 2 << 20, textOffset.isMultiple(of: 4096) else {
            throw .textOffsetOutOfRange(textOffset: textOffset)
        }
        if let expected = PortableExecutable.minimumFileSize(prefix: prefix), fileSize < expected {
            throw .truncated(fileSize: fileSize, expectedSize: expected)
        }
        // The system call refuses more content than memory (kernel/kexec_core.c, bufsz > memsz).
        guard fileSize <= imageSize else {
            throw .largerThanImageSize(fileSize: fileSize, imageSize: imageSize)
        }

        let pageSize: PageSize =
            switch flags >> 1 & 3 {
            case 1: .pages4K
            case 2: .pages16K
            case 3: .pages64K
            default: .unspecified
            }
        self.init(
            textOffset: textOffset, imageSize: imageSize, pageSize: pageSize,
            placement: flags >> 3 & 1 == 1 ? .anywhere : .nearStartOfRAM)
    }
}
