/// Why a file isn't an arm64 Image that can be loaded.
public enum ImageError: Error, Equatable, Sendable {
    /// It has fewer bytes than the header, which has 64.
    case shorterThanHeader(size: UInt64)
    /// The magic number at offset 56 isn't there.
    case notAnImage(looksLike: KernelFileKind)
    /// Bit 0 of `flags`: the kernel is big-endian.
    case bigEndian
    /// `image_size` is 0: a kernel before 3.17, which doesn't say how much memory it needs.
    case imageSizeMissing
    /// `image_size` exceeds the 48 bits of physical memory that booting.rst speaks of.
    case imageSizeOutOfRange(imageSize: UInt64)
    /// The file is larger than the memory that the kernel asks for.
    case largerThanImageSize(fileSize: UInt64, imageSize: UInt64)
    /// `text_offset` isn't a multiple of 4 KiB, or not below 2 MiB.
    case textOffsetOutOfRange(textOffset: UInt64)
    /// The PE header says that the file has at least `expectedSize` bytes.
    case truncated(fileSize: UInt64, expectedSize: UInt64)
}
