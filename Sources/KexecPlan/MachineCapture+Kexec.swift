import Arm64

/// What is loaded, and whether more may be.
public struct KexecState: Equatable, Sendable {
    /// Whether a kernel is loaded (/sys/kernel/kexec_loaded).
    public var isLoaded: Bool?
    /// Whether a crash kernel is loaded (/sys/kernel/kexec_crash_loaded).
    public var isCrashLoaded: Bool?
    /// Whether loading is off until the next boot (kernel.kexec_load_disabled).
    public var isDisabled: Bool?
    /// How often may be loaded yet; −1 is without limit (kernel.kexec_load_limit_reboot, since 6.3).
    public var loadLimit: Int?
    /// The same for crash kernels (kernel.kexec_load_limit_panic).
    public var crashLoadLimit: Int?

    /// Makes it from its parts.
    public init(
        isLoaded: Bool? = nil, isCrashLoaded: Bool? = nil, isDisabled: Bool? = nil, loadLimit: Int? = nil,
        crashLoadLimit: Int? = nil
    ) {
        self.isLoaded = isLoaded
        self.isCrashLoaded = isCrashLoaded
        self.isDisabled = isDisabled
        self.loadLimit = loadLimit
        self.crashLoadLimit = crashLoadLimit
    }
}

/// What a crash kernel needs of the one that crashes.
public struct CrashFacts: Equatable, Sendable {
    /// The memory that is reserved for crash kernels, in bytes (/sys/kernel/kexec_crash_size).
    public var reservedSize: UInt64?
    /// The regions called `Crash kernel` in the memory map.
    public var regions: [AddressRange]
    /// Where the kernel's vmcoreinfo is (/sys/kernel/vmcoreinfo).
    public var vmcoreinfo: AddressRange?
    /// Where each CPU's notes are, by CPU.
    public var notes: [Note]
    /// What the ELF headers of a crash dump need, in bytes (/sys/kernel/crash_elfcorehdr_size, since 6.6).
    public var headerSize: UInt64?

    /// Makes it from its parts.
    public init(
        reservedSize: UInt64? = nil, regions: [AddressRange] = [], vmcoreinfo: AddressRange? = nil,
        notes: [Note] = [], headerSize: UInt64? = nil
    ) {
        self.reservedSize = reservedSize
        self.regions = regions
        self.vmcoreinfo = vmcoreinfo
        self.notes = notes
        self.headerSize = headerSize
    }

    /// The crash notes of a CPU.
    public struct Note: Equatable, Sendable {
        /// The CPU's number.
        public var processor: Int
        /// Where they are.
        public var range: AddressRange

        /// Makes it from its parts.
        public init(processor: Int, range: AddressRange) {
            self.processor = processor
            self.range = range
        }
    }
}

/// What may forbid a load.
public struct SecurityFacts: Equatable, Sendable {
    /// The lockdown mode: `none`, `integrity`, `confidentiality` (/sys/kernel/security/lockdown).
    public var lockdown: String?
    /// The active security modules (/sys/kernel/security/lsm).
    public var modules: [String]?

    /// Makes it from its parts.
    public init(lockdown: String? = nil, modules: [String]? = nil) {
        self.lockdown = lockdown
        self.modules = modules
    }
}
