import KexecPlan

/// What kexec_file_load(2) is asked to load.
public struct FilesAttempt: Equatable, Sendable {
    /// How it is loaded.
    public var flags: FileLoadFlags
    /// What the kernel's header says.
    public var kernel: FileLoadKernel
    /// The size of the kernel's file, in bytes.
    public var kernelSize: UInt64
    /// The size of the initrd, in bytes; nil for none.
    public var initrdSize: UInt64?
    /// The size of the command line with its NUL, in bytes.
    public var commandLineSize: UInt64
    /// How the kernel gets the files.
    public var files: FilePassing
    /// Whether the kernel's file has a signature; nil where nobody has looked.
    public var isSigned: Bool?

    /// Makes an attempt from its parts.
    public init(
        flags: FileLoadFlags, kernel: FileLoadKernel, kernelSize: UInt64, initrdSize: UInt64?,
        commandLineSize: UInt64, files: FilePassing, isSigned: Bool? = nil
    ) {
        self.flags = flags
        self.kernel = kernel
        self.kernelSize = kernelSize
        self.initrdSize = initrdSize
        self.commandLineSize = commandLineSize
        self.files = files
        self.isSigned = isSigned
    }

    /// The attempt that applying a plan will be.
    public init(_ plan: FileLoadPlan, flags: FileLoadFlags) {
        self.init(
            flags: flags, kernel: plan.kernel, kernelSize: plan.input(.kernel)?.size ?? 0,
            initrdSize: plan.input(.initrd)?.size,
            commandLineSize: UInt64(plan.request.commandLine.utf8.count) + 1, files: plan.request.files)
        if case .x86(let image) = plan.kernel { isSigned = image.isSigned }
    }

    /// The memory that the kernel is loaded to needs, in bytes: what its header says.
    var kernelMemory: UInt64 {
        switch kernel {
        case .arm64(let image): image.imageSize
        case .x86(let image): max(image.initSize, kernelSize)
        }
    }

    /// What the kernel's address is a multiple of, in bytes (arm64: MIN_KIMG_ALIGN, arch/arm64/include/asm/boot.h).
    var kernelAlignment: UInt64 {
        switch kernel {
        case .arm64: 2 << 20
        case .x86(let image): image.alignment
        }
    }

    /// The least memory that all of it needs, in bytes; the most that 64 bits hold where it is more.
    var memory: UInt64 {
        let (sum, overflow) = kernelMemory.addingReportingOverflow(initrdSize ?? 0)
        return overflow ? .max : sum
    }
}
