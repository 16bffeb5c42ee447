import Executor
import KexecPlan

// Why the kernel refuses a kexec_file_load, and no kexec_load.

extension Messages {
    static func text(_ refusal: FileRefusal) -> String {
        switch refusal {
        // The files
        case .empty(let role): "the \(role.rawValue) has no byte"
        case .tooLarge(let role, let bytes, let limit):
            "the \(role.rawValue) has \(size(bytes)); the kernel reads at most \(size(limit))"
        case .unreadable: "the kernel could not read a file: see whether its disk fails"
        case .openForWriting: "a file is open for writing somewhere: close it there (fuser tells where)"

        // What is in them
        case .notAKernel(let architecture):
            """
            the running kernel doesn't take the file as a kernel for \(architecture.rawValue): it is damaged, or newer than \
            what the kernel knows
            """
        case .noFiveLevelEntry:
            """
            the bzImage can't start from page tables of five levels, which the running kernel has (no XLF_5LEVEL): use a \
            newer kernel
            """
        case .firmwareOf32Bits:
            "the running kernel was started by 32-bit EFI, and takes no bzImage by kexec_file_load then"
        case .pageSizeUnsupported(let size):
            "the kernel was built for pages of \(size.rawValue), which this machine's CPU may not have"
        case .byteOrder: "the kernel is for the other byte order, which this machine's CPU may not have"
        case .commandLineTooLong(let bytes, let limit):
            "the command line has \(bytes) bytes with its NUL; for this kernel there may be \(limit)"
        case .poisonedByTDX:
            """
            this CPU's TDX (the bug tdx_pw_mce) may leave poisoned memory to the next kernel: boot a kernel without TDX for hosts
            """
        case .deviceTreeNotMade:
            "the running kernel could not make the next kernel's device tree from its own"
        case .noRoom(let kernel, let initrd, let alignment, let type, let largest):
            """
            there is no room: the kernel needs \(size(kernel)) in one piece, at a multiple of \(size(alignment))\
            \(initrd.map { ", and the initrd \(size($0)) in another" } ?? "")\(largest.map { room($0, type) } ?? "")
            """

        // The signature
        case .signatureRejected:
            """
            the kernel's signature is not valid, its key is revoked, or the running kernel can't check signatures of \
            such files
            """
        case .keyUnknown:
            "no key that the running kernel trusts made the kernel's signature: enrol its key, or use a signed kernel"
        case .algorithmMissing: "the running kernel lacks an algorithm of the kernel's signature"
        case .signatureDamaged: "the kernel's signature is damaged, or its file is not what was signed"
        case .unsigned: "the kernel is not signed, and the running kernel takes signed ones only"
        case .lockedDown(let mode, let isSigned):
            """
            the kernel is locked down\(mode.map { " (\(printable($0)))" } ?? ""), as it is with Secure Boot, and takes \
            signed kernels only\(isSigned == false ? ", which this one is not" : ""): use a kernel that a key signed \
            which it trusts
            """
        case .otherFileSystem(.sealed):
            """
            LoadPin takes files only from its pinned file system, that of the first file which the kernel has read, and sealed \
            copies are on none: make the plan with --files original
            """
        case .otherFileSystem(.original):
            "LoadPin takes files only from its pinned file system: put them there"
        case .notAppraised(.sealed):
            """
            IMA demands a signature with the file, and a sealed copy has none: make the plan with --files original
            """
        case .notAppraised(.original): "IMA finds no valid signature with the file (security.ima): sign it"
        }
    }

    private static func room(_ largest: UInt64, _ type: KexecType) -> String {
        switch type {
        case .normal: "; the largest free piece of RAM has \(size(largest))"
        case .crash: "; what is reserved for crash kernels has \(size(largest)) (crashkernel=)"
        }
    }
}
