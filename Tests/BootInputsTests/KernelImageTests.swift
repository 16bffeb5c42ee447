import BootInputs
import KexecPlan
import TestSupport
import Testing

@Suite("The header of an Image")
struct KernelImageTests {
    @Test("Debian's kernels")
    func debian() throws {
        let old = try KernelImage(
            prefix: Fixture.kernelPrefix("debian-6.1-cloud-arm64"), fileSize: 27_236_288)
        #expect(
            old
                == KernelImage(
                    textOffset: 0, imageSize: 0x1aa_0000, pageSize: .pages4K, placement: .anywhere))
        let new = try KernelImage(
            prefix: Fixture.kernelPrefix("debian-7.2-cloud-arm64"), fileSize: 38_629_312)
        #expect(
            new
                == KernelImage(
                    textOffset: 0, imageSize: 0x25c_0000, pageSize: .pages4K, placement: .anywhere))
    }

    @Test("A signed kernel that lacks its last byte is truncated", arguments: [UInt64(4096), 27_236_287])
    func truncated(size: UInt64) throws {
        let prefix = try Fixture.kernelPrefix("debian-6.1-cloud-arm64")
        #expect(throws: ImageError.truncated(fileSize: size, expectedSize: 27_236_288)) {
            try KernelImage(prefix: prefix, fileSize: size)
        }
    }

    @Test("An unsigned kernel that lacks a byte of its last section is truncated")
    func truncatedSection() throws {
        // The size of the certificate table: PE header at 0x40, optional header 24 further on, directory 4.
        let prefix = try Fixture.kernelPrefix("debian-6.1-cloud-arm64").patched(
            UInt32(0), at: 0x40 + 24 + 112 + 36)
        #expect(throws: ImageError.truncated(fileSize: 27_234_815, expectedSize: 27_234_816)) {
            try KernelImage(prefix: prefix, fileSize: 27_234_815)
        }
        #expect(throws: Never.self) { try KernelImage(prefix: prefix, fileSize: 27_234_816) }
    }

    @Test("A kernel with a certificate table is signed, whatever it is for")
    func signed() throws {
        let signed = try Fixture.kernelPrefix("debian-6.1-cloud-arm64")
        #expect(FileLoadKernel.isSigned(prefix: signed))
        #expect(!FileLoadKernel.isSigned(prefix: signed.patched(UInt32(0), at: 0x40 + 24 + 112 + 36)))
        #expect(!FileLoadKernel.isSigned(prefix: header()))
        #expect(!FileLoadKernel.isSigned(prefix: []))
    }

    /// A header without PE.
    private func header(
        textOffset: UInt64 = 0x80000, imageSize: UInt64 = 0x20_0000, flags: UInt64 = 0xa
    ) -> [UInt8] {
        [UInt8](repeating: 0, count: 64).patched(textOffset, at: 8).patched(imageSize, at: 16)
            .patched(flags, at: 24).patched(UInt32(0x644d_5241), at: 56)
    }

    @Test("Flags, with reserved ones set")
    func flags() throws {
        let cases: [(UInt64, KernelImage.PageSize, KernelImage.Placement)] = [
            (0b0000, .unspecified, .nearStartOfRAM), (0b0010, .pages4K, .nearStartOfRAM),
            (0b1100, .pages16K, .anywhere), (0b1110, .pages64K, .anywhere),
        ]
        for (flags, pageSize, placement) in cases {
            for reserved in [UInt64(0), 0xffff_ffff_ffff_fff0] {
                let image = try KernelImage(prefix: header(flags: flags | reserved), fileSize: 64)
                #expect(image.pageSize == pageSize)
                #expect(image.placement == placement)
                #expect(image.textOffset == 0x80000)
                #expect(image.imageSize == 0x20_0000)
            }
        }
    }

    @Test("What is refused, and why")
    func refused() {
        let cases: [([UInt8], UInt64, ImageError)] = [
            (header(flags: 0xb), 64, .bigEndian),
            (header(imageSize: 0), 64, .imageSizeMissing),
            (header(imageSize: 1 << 48 + 1), 64, .imageSizeOutOfRange(imageSize: 1 << 48 + 1)),
            (header(imageSize: 63), 64, .largerThanImageSize(fileSize: 64, imageSize: 63)),
            (header(textOffset: 0x80001), 64, .textOffsetOutOfRange(textOffset: 0x80001)),
            (header(textOffset: 0x20_0000), 64, .textOffsetOutOfRange(textOffset: 0x20_0000)),
            (Array(header().prefix(63)), 63, .shorterThanHeader(size: 63)),
            (Array("MZ".utf8), 2, .shorterThanHeader(size: 2)),
            ([1, 2, 3], 3, .shorterThanHeader(size: 3)),
        ]
        for (prefix, size, error) in cases {
            #expect(throws: error) { try KernelImage(prefix: prefix, fileSize: size) }
        }
    }

    @Test("What isn't an Image is told by its first bytes")
    func kinds() {
        let starts: [(KernelFileKind, [UInt8])] = [
            (.gzip, [0x1f, 0x8b, 8]), (.zstd, [0x28, 0xb5, 0x2f, 0xfd]),
            (.xz, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), (.lz4, [0x04, 0x22, 0x4d, 0x18]),
            (.lz4, [0x02, 0x21, 0x4c, 0x18]), (.elf, Array("\u{7f}ELF".utf8)),
            (.zboot, Array("MZ\0\0zimg".utf8)), (.portableExecutable, Array("MZ\0\0".utf8)),
            (.uImage, [0x27, 0x05, 0x19, 0x56]), (.deviceTree, [0xd0, 0x0d, 0xfe, 0xed]),
            (.unknown, [1, 2, 3]),
        ]
        for (kind, start) in starts {
            let prefix = start + [UInt8](repeating: 0, count: 4096 - start.count)
            #expect(throws: ImageError.notAnImage(looksLike: kind)) {
                try KernelImage(prefix: prefix, fileSize: 1 << 20)
            }
        }
        #expect(throws: ImageError.notAnImage(looksLike: .empty)) {
            try KernelImage(prefix: [], fileSize: 0)
        }
        #expect(throws: ImageError.notAnImage(looksLike: .gzip)) {
            try KernelImage(prefix: [0x1f, 0x8b], fileSize: 2)
        }
    }

    @Test("No truncated or changed header traps, and every truncation is refused")
    func malformed() throws {
        let prefix = try Array(Fixture.kernelPrefix("debian-6.1-cloud-arm64").prefix(512))
        for length in 0...prefix.count {
            #expect(throws: ImageError.self) {
                try KernelImage(prefix: Array(prefix.prefix(length)), fileSize: UInt64(length))
            }
        }
        prefix.forEachChangedByte { bytes in
            let image = try? KernelImage(prefix: bytes, fileSize: 27_236_288)
            if let image {
                #expect(image.imageSize >= 27_236_288)
                #expect(image.textOffset < 2 << 20)
            }
        }
    }
}
