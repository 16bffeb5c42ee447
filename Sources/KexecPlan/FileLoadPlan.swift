/// The complete description of one kexec by kexec_file_load: which files the kernel gets, and how it is asked. Where
/// they go is the kernel's decision.
public struct FileLoadPlan: Equatable, Sendable {
    /// The system call that loads it. Nothing ever switches it.
    public static let method = LoadMethod.kexecFileLoad

    /// What it is for.
    public var type: KexecType
    /// What was asked for.
    public var request: FileLoadRequest
    /// The files that the kernel gets.
    public var inputs: [Input]
    /// What the kernel's header says; it tells the architecture too.
    public var kernel: FileLoadKernel

    /// Makes a plan from its parts.
    public init(type: KexecType, request: FileLoadRequest, inputs: [Input], kernel: FileLoadKernel) {
        self.type = type
        self.request = request
        self.inputs = inputs
        self.kernel = kernel
    }

    /// The architecture of both kernels.
    public var architecture: Architecture { kernel.architecture }

    /// The input with this role; nil where the plan has none.
    public func input(_ role: InputRole) -> Input? {
        inputs.first { $0.role == role }
    }

    /// What the running kernel decides itself when it loads the plan.
    public var leftToKernel: [KernelDecision] {
        switch architecture {
        case .arm64: [.layout, .deviceTree, .seeds] + (type == .crash ? [.elfCoreHeader] : [])
        case .x86: [.layout, .bootParameters, .seeds] + (type == .crash ? [.elfCoreHeader] : [])
        }
    }

    /// What runs between the two kernels.
    public var purgatory: KernelPurgatory {
        switch architecture {
        case .arm64: .nothing
        case .x86: .kernel
        }
    }
}

/// Something that kexec_file_load leaves to the running kernel.
public enum KernelDecision: String, CaseIterable, Sendable {
    /// Where everything goes.
    case layout
    /// The device tree: always the running one, with the kernel's changes (drivers/of/kexec.c).
    case deviceTree = "device-tree"
    /// x86_64: the boot parameters, memory map and EFI data included (arch/x86/kernel/kexec-bzimage64.c).
    case bootParameters = "boot-parameters"
    /// Random bytes for the next kernel.
    case seeds
    /// A crash kernel's ELF core header.
    case elfCoreHeader = "elf-core-header"
}

/// What runs between the two kernels after a kexec_file_load.
public enum KernelPurgatory: String, CaseIterable, Sendable {
    /// Nothing, so nothing is verified: arm64 doesn't select ARCH_SUPPORTS_KEXEC_PURGATORY.
    case nothing = "none"
    /// The running kernel's own, which verifies one SHA-256 over all segments (x86_64).
    case kernel
}
