import BootInputs
import KexecPlan
import TestSupport
import Testing

@Suite("The header of a bzImage")
struct BzImageTests {
    private static let size: UInt64 = 14_149_568

    private func prefix() throws -> [UInt8] { try Fixture.kernelPrefix("debian-6.1-cloud-amd64") }

    @Test("Debian's kernels")
    func debian() throws {
        let old = try BzImage(prefix: prefix(), fileSize: Self.size)
        #expect(
            old
                == BzImage(
                    bootProtocol: 0x20f,
                    version: """
                        6.1.0-50-cloud-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian \
                        6.1.176-1 (2026-07-02)
                        """, loadFlags: 1, extendedLoadFlags: 0x7f, isRelocatable: true, alignment: 0x20_0000,
                    preferredAddress: 0x100_0000, initSize: 0x337_8000, commandLineLimit: 2047,
                    initrdAddressLimit: 0x7fff_ffff, isSigned: true))
        let new = try BzImage(
            prefix: Fixture.kernelPrefix("debian-7.2-cloud-amd64"), fileSize: 14_026_688)
        #expect(new.version?.hasPrefix("7.2.13+deb14-cloud-amd64 (") == true)
        #expect(new.initSize == 0x3c3_b000)
        #expect(new.isSigned)
    }

    @Test("What the running kernel would refuse, or stumble over")
    func refused() throws {
        let prefix = try prefix()
        let cases: [([UInt8], BzImageError)] = [
            (prefix.patched(UInt16(0x20b), at: 0x206), .protocolTooOld(version: 0x20b)),
            (prefix.patched(UInt8(0), at: 0x211), .zImage),
            (prefix.patched(UInt16(0x7e), at: 0x236), .not64Bit),
            (prefix.patched(UInt16(0x7d), at: 0x236), .notAbove4GiB),
            (prefix.patched(UInt8(0), at: 0x234), .notRelocatable(preferredAddress: 0x100_0000)),
            // A signed jump backwards, one that is too short for init_size, something else than a short jump.
            (prefix.patched(UInt8(0x80), at: 0x201), .headerSizeOutOfRange(end: 0x282)),
            (prefix.patched(UInt8(0x61), at: 0x201), .headerSizeOutOfRange(end: 0x263)),
            (prefix.patched(UInt8(0xe9), at: 0x200), .headerSizeOutOfRange(end: 0x26c)),
            (prefix.patched(UInt32(0), at: 0x230), .badAlignment(alignment: 0)),
            (prefix.patched(UInt32(3), at: 0x230), .badAlignment(alignment: 3)),
            (
                prefix.patched(UInt32(4096), at: 0x260),
                .largerThanInitSize(contentSize: Self.size - 20480, initSize: 4096)
            ),
            (prefix.patched(UInt16(0), at: 0x1fe), .notABzImage(looksLike: .portableExecutable)),
            (prefix.patched(UInt8(0), at: 0x205), .notABzImage(looksLike: .portableExecutable)),
        ]
        for (bytes, error) in cases {
            #expect(throws: error) { try BzImage(prefix: bytes, fileSize: Self.size) }
        }
        for edge in [(UInt8(0x62), 0x201), (0x7f, 0x201)] {
            #expect(throws: Never.self) {
                try BzImage(prefix: prefix.patched(edge.0, at: edge.1), fileSize: Self.size)
            }
        }
    }

    @Test("A kernel that lacks its last byte is truncated: signed, and without a signature")
    func truncated() throws {
        let prefix = try prefix()
        #expect(throws: BzImageError.truncated(fileSize: Self.size - 1, expectedSize: Self.size)) {
            try BzImage(prefix: prefix, fileSize: Self.size - 1)
        }
        // The size of the certificate table: PE header at 0x40, optional header 24 further on, directory 4.
        let table = Int(prefix[0x3c]) + 24 + 112 + 36
        let unsigned = prefix.patched(UInt32(0), at: table)
        let end: UInt64 = 20480 + 0xd7920 * 16
        #expect(try !BzImage(prefix: unsigned, fileSize: end).isSigned)
        #expect(throws: BzImageError.truncated(fileSize: end - 1, expectedSize: end)) {
            try BzImage(prefix: unsigned, fileSize: end - 1)
        }
    }

    @Test("Without EFI there is neither PE header nor signature")
    func withoutPE() throws {
        let image = try BzImage(
            prefix: prefix().patched(UInt16(0x05ea), at: 0), fileSize: 20480 + 0xd7920 * 16)
        #expect(!image.isSigned)
    }

    @Test("0 setup sectors are 4; the version's text has to end within the setup code")
    func setup() throws {
        let prefix = try prefix()
        let four = try BzImage(prefix: prefix.patched(UInt8(0), at: 0x1f1), fileSize: Self.size)
        #expect(four.version == nil)
        // The last bytes of the setup code are "abc" and a zero; at 0x202 the text would have a 0x0f.
        let ending = prefix.patched(UInt32(0x0063_6261), at: 20476)
        let cases: [(UInt16, String?)] = [(0, nil), (0xffff, nil), (2, nil), (0x4e00 - 4, "abc")]
        for (offset, text) in cases {
            let image = try BzImage(prefix: ending.patched(offset, at: 0x20e), fileSize: Self.size)
            #expect(image.version == text, "kernel_version \(offset)")
        }
        let unending = prefix.patched(UInt8(0x61), at: 20479).patched(UInt16(0x4e00 - 1), at: 0x20e)
        #expect(try BzImage(prefix: unending, fileSize: Self.size).version == nil)
    }

    @Test("An Image for arm64 is no bzImage, and the reverse")
    func otherArchitecture() throws {
        let arm64 = try Fixture.kernelPrefix("debian-6.1-cloud-arm64")
        #expect(throws: BzImageError.notABzImage(looksLike: .arm64Image)) {
            try BzImage(prefix: arm64, fileSize: 27_236_288)
        }
        let x86 = try Array(prefix().prefix(KernelImage.prefixSize))
        #expect(throws: ImageError.notAnImage(looksLike: .bzImage)) {
            try KernelImage(prefix: x86, fileSize: Self.size)
        }
        #expect(throws: BzImageError.notABzImage(looksLike: .gzip)) {
            try BzImage(prefix: [0x1f, 0x8b], fileSize: 2)
        }
    }

    @Test("kexec_file_load takes either, and the file tells which")
    func either() throws {
        let arm64 = try Fixture.kernelPrefix("debian-6.1-cloud-arm64")
        let image = try KernelImage(prefix: arm64, fileSize: 27_236_288)
        #expect(try FileLoadKernel(prefix: arm64, fileSize: 27_236_288) == .arm64(image))
        let x86 = try BzImage(prefix: prefix(), fileSize: Self.size)
        #expect(try FileLoadKernel(prefix: prefix(), fileSize: Self.size) == .x86(x86))

        #expect(throws: FileLoadKernelError.neither(looksLike: .gzip)) {
            try FileLoadKernel(prefix: [0x1f, 0x8b, 8], fileSize: 3)
        }
        #expect(throws: FileLoadKernelError.arm64(.bigEndian)) {
            try FileLoadKernel(prefix: arm64.patched(UInt8(0xb), at: 24), fileSize: 27_236_288)
        }
        #expect(throws: FileLoadKernelError.x86(.zImage)) {
            try FileLoadKernel(prefix: prefix().patched(UInt8(0), at: 0x211), fileSize: Self.size)
        }
    }

    @Test("No truncated or changed header traps, and every truncation is refused")
    func malformed() throws {
        let prefix = try prefix()
        for length in 0...prefix.count {
            #expect(throws: BzImageError.self) {
                try BzImage(prefix: Array(prefix.prefix(length)), fileSize: UInt64(length))
            }
        }
        for length in 0..<1024 {
            #expect(throws: BzImageError.self) {
                try BzImage(prefix: Array(prefix.prefix(length)), fileSize: Self.size)
            }
        }
        prefix.forEachChangedByte { bytes in
            guard let image = try? BzImage(prefix: bytes, fileSize: Self.size) else { return }
            #expect(image.bootProtocol >= 0x20c)
            #expect(image.alignment.nonzeroBitCount == 1)
            #expect(image.initSize >= Self.size - 256 * 512)
        }
    }
}
