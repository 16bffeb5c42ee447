import BootInputs
import KexecPlan

// What was given as a kernel, and what to give instead.

extension Messages {
    static func text(_ error: FileLoadKernelError) -> String {
        switch error {
        case .arm64(let error): text(error)
        case .x86(let error): text(error)
        case .neither(let kind):
            """
            is no kernel that kexec_file_load takes: neither an arm64 Image nor an x86_64 bzImage; \
            \(text(kind, wanted: nil))
            """
        }
    }

    /// What a file is, and what to do where a kernel for an architecture is wanted; nil for either.
    static func text(_ kind: KernelFileKind, wanted: Architecture?) -> String {
        let image =
            switch wanted {
            case .arm64?: "the Image"
            case .x86?: "the bzImage"
            case nil: "the kernel"
            }
        return switch kind {
        case .empty: "the file is empty"
        case .arm64Image: "it is a kernel for arm64 (an Image)"
        case .bzImage:
            "it is a kernel for x86 (a bzImage), and kexec_load is for arm64 alone: plan with --method kexec_file_load"
        case .gzip: "it is gzip-compressed: unpack it first (gzip -dc)"
        case .zstd: "it is zstd-compressed: unpack it first (zstd -dc)"
        case .xz: "it is xz-compressed: unpack it first (xz -dc)"
        case .lz4: "it is lz4-compressed: unpack it first (lz4 -dc)"
        case .elf: "it is an ELF file: use \(builtImage(wanted)) of the kernel's build, not vmlinux"
        case .zboot: "it is a compressed EFI kernel (zboot): use \(image) that it was made from"
        case .portableExecutable:
            "it is an EFI program, perhaps a unified kernel image: use \(image) that is inside (its section .linux)"
        case .uImage: "it is a U-Boot uImage: use \(image) that is inside"
        case .deviceTree: "it is a device tree or a flattened image tree (FIT): use \(image) that is inside"
        case .unknown: "it is nothing that kplan knows"
        }
    }

    /// Where a kernel's build leaves what kplan takes.
    private static func builtImage(_ architecture: Architecture?) -> String {
        switch architecture {
        case .arm64?: "arch/arm64/boot/Image"
        case .x86?: "arch/x86/boot/bzImage"
        case nil: "arch/arm64/boot/Image or arch/x86/boot/bzImage"
        }
    }
}
