import KexecPlan

/// Why a kernel refuses a kexec_file_load, and no kexec_load, with the numbers.
///
/// Source: Linux, kernel/kexec_file.c, fs/kernel_read_file.c, arch/arm64/kernel/kexec_image.c,
/// arch/x86/kernel/kexec-bzimage64.c, crypto/asymmetric_keys/verify_pefile.c.
public enum FileRefusal: Equatable, Sendable {
    // The files.
    /// A file has no byte.
    case empty(InputRole)
    /// A file is larger than the kernel reads.
    case tooLarge(InputRole, size: UInt64, limit: UInt64)
    /// A file can't be read: its descriptor is not open for reading, or its disk fails.
    case unreadable
    /// A file is open for writing somewhere.
    case openForWriting

    // What is in them.
    /// The running kernel's loaders don't take the file as a kernel; its architecture.
    case notAKernel(Architecture)
    /// The bzImage can't start from page tables of five levels, which the running kernel has (no XLF_5LEVEL).
    case noFiveLevelEntry
    /// The running kernel was started by 32-bit EFI, and takes no bzImage then.
    case firmwareOf32Bits
    /// A kernel with TDX doesn't leave CPUs on which a partial write to private memory poisons it: the next would get machine
    /// checks (arch/x86/kernel/machine_kexec_64.c, X86_BUG_TDX_PW_MCE).
    case poisonedByTDX
    /// The CPU lacks the page size that the kernel was built for.
    case pageSizeUnsupported(KernelImage.PageSize)
    /// The kernel is for the other byte order, which the CPU lacks.
    case byteOrder
    /// The command line, with its NUL, is longer than the bzImage takes, in bytes.
    case commandLineTooLong(size: UInt64, limit: UInt64)
    /// The running kernel can't make the next one's device tree from its own.
    case deviceTreeNotMade
    /// Kernel and initrd find no room, each in one piece; what they need, the largest room there is, and what the kernel's
    /// address is a multiple of, in bytes.
    case noRoom(kernel: UInt64, initrd: UInt64?, alignment: UInt64, KexecType, largest: UInt64?)

    // The signature.
    /// The signature is invalid, its key is revoked, or the running kernel can't check signatures of such files.
    case signatureRejected
    /// No key of the running kernel made the signature.
    case keyUnknown
    /// The running kernel lacks an algorithm of the signature.
    case algorithmMissing
    /// The signature is damaged, or the kernel file isn't what was signed.
    case signatureDamaged
    /// The kernel file is not signed.
    case unsigned
    /// Lockdown takes signed kernels only; whether this one is, by whatever key.
    case lockedDown(mode: String?, isSigned: Bool?)
    /// LoadPin takes files of its pinned file system only.
    case otherFileSystem(FilePassing)
    /// IMA finds no valid signature or digest with the file.
    case notAppraised(FilePassing)

    /// Whether the plan is at fault: its files, or what it asks for.
    var isOfPlan: Bool {
        switch self {
        case .empty, .tooLarge, .notAKernel, .noFiveLevelEntry, .pageSizeUnsupported, .byteOrder,
            .commandLineTooLong,
            .noRoom:
            true
        case .unreadable, .openForWriting, .firmwareOf32Bits, .poisonedByTDX, .deviceTreeNotMade,
            .signatureRejected, .keyUnknown, .algorithmMissing, .signatureDamaged, .unsigned, .lockedDown,
            .otherFileSystem, .notAppraised:
            false
        }
    }
}
