import Executor
import KexecPlan

// What a plan for kexec_file_load leaves to the kernel, and how it is asked.

extension Messages {
    /// What the kernel decides when it loads a plan.
    static func text(_ decision: KernelDecision, of plan: FileLoadPlan) -> String {
        switch (decision, plan.architecture) {
        case (.layout, _) where plan.type == .crash:
            "all goes where it finds room in the memory that crashkernel= has reserved"
        case (.layout, .arm64):
            """
            kernel, initrd and device tree go where it finds room: the kernel to the lowest hole that takes them all, the \
            device tree to the highest
            """
        case (.layout, .x86):
            "purgatory, boot parameters, command line, kernel and initrd go where it finds room"
        case (.deviceTree, _):
            """
            the one that it runs with itself, with initrd, command line and seeds of the next kernel; no other can be given
            """
        case (.bootParameters, _):
            "made from its own: memory map, EFI data, setup data"
        case (.seeds, .arm64): "kaslr-seed and rng-seed, drawn when it is loaded"
        case (.seeds, .x86): "an RNG seed, drawn when it is loaded"
        case (.elfCoreHeader, _): "the memory that the crash kernel finds in /proc/vmcore"
        }
    }

    /// What is verified between the two kernels.
    static func text(_ purgatory: KernelPurgatory) -> String {
        switch purgatory {
        case .nothing:
            """
            nothing runs, so nothing is verified: the next kernel starts from what is in memory, even where something has \
            written to it after it was loaded
            """
        case .kernel:
            """
            the running kernel's own purgatory, which verifies one SHA-256 over all segments and stops without a word \
            where it differs
            """
        }
    }

    /// How the kernel gets the files.
    static func text(_ files: FilePassing) -> String {
        switch files {
        case .sealed: "sealed copies in memory: what is hashed is what the kernel reads"
        case .original:
            """
            the files themselves, for IMA and LoadPin; hashed before the call, and whoever may write to them can change \
            them until the kernel has read them
            """
        }
    }

    /// A flag in the kernel's words, and what it does.
    static func text(_ flag: FileLoadFlag) -> String {
        switch flag {
        case .noCMA: "KEXEC_FILE_NO_CMA: segments are not put into contiguous memory ahead of the jump"
        case .forceDTB: "KEXEC_FILE_FORCE_DTB: the next kernel gets the running kernel's device tree"
        }
    }

    /// Flags as they are passed: the number, and the kernel's names.
    static func text(_ flags: FileLoadFlags) -> String {
        let number = UInt64(flags.rawValue).hex
        return flags.isEmpty ? number : "\(number) (\(flags.names.joined(separator: ", ")))"
    }

    /// What a failed load of a crash kernel has done besides.
    static let crashKernelIsGone = """
        the crash kernel that was loaded before is gone: the kernel drops it before it loads another into the same memory
        """
}
