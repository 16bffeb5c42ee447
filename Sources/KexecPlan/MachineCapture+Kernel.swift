import Arm64

/// The kernel that runs on a machine.
public struct RunningKernel: Equatable, Sendable {
    /// What `uname -r` says.
    public var release: String?
    /// /proc/version: with the compiler and the time of its build.
    public var version: String?
    /// The size of its pages, in bytes: a granule that its CPUs have.
    public var pageSize: UInt64?
    /// /proc/cmdline.
    public var commandLine: String?
    /// Its configuration.
    public var configuration: Configuration?

    /// Makes it from its parts.
    public init(
        release: String? = nil, version: String? = nil, pageSize: UInt64? = nil, commandLine: String? = nil,
        configuration: Configuration? = nil
    ) {
        self.release = release
        self.version = version
        self.pageSize = pageSize
        self.commandLine = commandLine
        self.configuration = configuration
    }

    /// The options that a kexec depends on, of all that the kernel was built with.
    public struct Configuration: Equatable, Sendable {
        /// The file that says them, from the root.
        public var path: String
        /// By name.
        public var options: [Option]

        /// Makes it from its parts.
        public init(path: String, options: [Option]) {
            self.path = path
            self.options = options
        }
    }

    /// An option of a kernel's configuration.
    public struct Option: Equatable, Sendable {
        /// Its name, such as `CONFIG_KEXEC`.
        public var name: String
        /// `y`, `m`, `n` where it is said not to be set, else its value as it is written.
        public var value: String

        /// Makes it from its parts.
        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// A machine's CPUs.
public struct Processors: Equatable, Sendable {
    /// Those that may ever be there, as a list such as `0-3,8` (/sys/devices/system/cpu/possible).
    public var possible: String?
    /// Those that run (/sys/devices/system/cpu/online).
    public var online: String?
    /// The models among those that run, by the first CPU of each.
    public var models: [Model]
    /// What all of them can do, in the kernel's words (/proc/cpuinfo, `Features` or `flags`).
    public var features: [String]?
    /// The exception level that the kernel was started at: 1 or 2. Purgatory is entered there.
    public var exceptionLevel: Int?
    /// Whether the kernel runs at EL2 with HCR_EL2.E2H (VHE).
    public var usesE2H: Bool?
    /// How CPUs are started, each way once: `psci`, `spin-table`.
    public var enableMethods: [String]

    /// Makes it from its parts.
    public init(
        possible: String? = nil, online: String? = nil, models: [Model] = [], features: [String]? = nil,
        exceptionLevel: Int? = nil, usesE2H: Bool? = nil, enableMethods: [String] = []
    ) {
        self.possible = possible
        self.online = online
        self.models = models
        self.features = features
        self.exceptionLevel = exceptionLevel
        self.usesE2H = usesE2H
        self.enableMethods = enableMethods
    }

    /// CPUs of one model.
    public struct Model: Equatable, Sendable {
        /// Which ones, as a list such as `0-3,8`.
        public var processors: String
        /// MIDR_EL1; nil on x86_64.
        public var mainID: UInt64?
        /// What it is called; nil where it isn't known.
        public var name: String?
        /// The granules that it has; nil where that isn't known.
        public var granules: [Granule]?
        /// The bits of its physical addresses; nil where that isn't known.
        public var physicalAddressBits: Int?
        /// Whether it has FEAT_VHE; nil where that isn't known.
        public var hasVHE: Bool?

        /// Makes it from its parts.
        public init(
            processors: String, mainID: UInt64? = nil, name: String? = nil, granules: [Granule]? = nil,
            physicalAddressBits: Int? = nil, hasVHE: Bool? = nil
        ) {
            self.processors = processors
            self.mainID = mainID
            self.name = name
            self.granules = granules
            self.physicalAddressBits = physicalAddressBits
            self.hasVHE = hasVHE
        }
    }
}
