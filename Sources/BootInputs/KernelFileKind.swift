/// What a file is that was given as a kernel, told by its first bytes.
public enum KernelFileKind: String, CaseIterable, Sendable {
    case empty
    /// A kernel for arm64 (booting.rst).
    case arm64Image
    /// A kernel for x86 (boot.rst); 32-bit kernels have this form too.
    case bzImage
    case gzip
    case zstd
    case xz
    case lz4
    case elf
    /// A compressed kernel that unpacks itself under EFI (`CONFIG_EFI_ZBOOT`).
    case zboot
    /// A PE file that isn't a kernel by itself, such as a unified kernel image.
    case portableExecutable
    case uImage
    /// A device tree, or a kernel in a flattened image tree (FIT), which has the same form.
    case deviceTree
    case unknown

    /// Tells the kind of a file that starts with `prefix`.
    public init(prefix: [UInt8]) {
        guard !prefix.isEmpty else {
            self = .empty
            return
        }
        let known = Self.signatures.first { _, parts in
            parts.allSatisfy { offset, bytes in
                prefix.slice(at: offset, count: bytes.count).map { $0.elementsEqual(bytes) } ?? false
            }
        }
        self = known?.kind ?? .unknown
    }

    /// The bytes that tell a kind, by offset. Kernels that are PE files as well stand before these.
    private static let signatures: [(kind: Self, parts: [(offset: Int, bytes: [UInt8])])] = [
        (.arm64Image, [(56, Array("ARM".utf8) + [0x64])]),
        (.bzImage, [(0x1fe, [0x55, 0xaa]), (0x202, Array("HdrS".utf8))]),
        (.gzip, [(0, [0x1f, 0x8b])]),  // RFC 1952
        (.zstd, [(0, [0x28, 0xb5, 0x2f, 0xfd])]),  // RFC 8878
        (.xz, [(0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])]),  // The .xz File Format
        (.lz4, [(0, [0x04, 0x22, 0x4d, 0x18])]),  // LZ4 frame
        (.lz4, [(0, [0x02, 0x21, 0x4c, 0x18])]),  // LZ4 legacy frame, which the kernel's build makes
        (.elf, [(0, [0x7f, 0x45, 0x4c, 0x46])]),
        (.zboot, [(0, Array("MZ".utf8)), (4, Array("zimg".utf8))]),  // linux/pe.h
        (.portableExecutable, [(0, Array("MZ".utf8))]),
        (.uImage, [(0, [0x27, 0x05, 0x19, 0x56])]),  // U-Boot, image.h
        (.deviceTree, [(0, [0xd0, 0x0d, 0xfe, 0xed])]),
    ]
}
