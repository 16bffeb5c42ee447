import Arm64

/// What a machine says of itself, as far as a kexec on it depends on that: `machine.json`.
///
/// What could not be read is nil or empty, and `unreadable` says why.
public struct MachineCapture: Equatable, Sendable {
    /// The architecture of the running kernel.
    public var architecture: Architecture
    /// The running kernel.
    public var kernel: RunningKernel
    /// Its CPUs.
    public var processors: Processors
    /// The lines of /proc/iomem, in its order.
    public var memory: [MemoryResource]?
    /// The device tree that the running kernel got, packed, its seeds zero.
    public var deviceTree: [UInt8]?
    /// Serial ports and consoles.
    public var consoles: Consoles
    /// What the interrupt controller keeps in memory.
    public var interrupts: Interrupts
    /// What started the running kernel, and what it runs on.
    public var firmware: Firmware
    /// What is loaded, and whether more may be.
    public var kexec: KexecState
    /// What a crash kernel needs.
    public var crash: CrashFacts
    /// What may forbid a load.
    public var security: SecurityFacts
    /// The places of the document that were seeds and are zeros.
    public var zeroed: [String]
    /// The places of the document that were masked because it was asked for; nil where it was not.
    public var redacted: [String]?
    /// What could not be read.
    public var unreadable: [Unreadable]

    /// Makes a capture from its parts.
    public init(
        architecture: Architecture, kernel: RunningKernel, processors: Processors, memory: [MemoryResource]?,
        deviceTree: [UInt8]?, consoles: Consoles, interrupts: Interrupts, firmware: Firmware,
        kexec: KexecState, crash: CrashFacts, security: SecurityFacts, zeroed: [String], redacted: [String]?,
        unreadable: [Unreadable]
    ) {
        self.architecture = architecture
        self.kernel = kernel
        self.processors = processors
        self.memory = memory
        self.deviceTree = deviceTree
        self.consoles = consoles
        self.interrupts = interrupts
        self.firmware = firmware
        self.kexec = kexec
        self.crash = crash
        self.security = security
        self.zeroed = zeroed
        self.redacted = redacted
        self.unreadable = unreadable
    }

    /// Something that could not be read, and why.
    public struct Unreadable: Equatable, Sendable {
        /// Its place in the document, such as `security.lockdown`.
        public var what: String
        /// The file or folder that would say it, from the root.
        public var path: String
        /// Why not.
        public var reason: Reason
        /// The error of the system call, where `reason` is `failed`.
        public var errno: Int?

        /// Makes it from its parts.
        public init(what: String, path: String, reason: Reason, errno: Int? = nil) {
            self.what = what
            self.path = path
            self.reason = reason
            self.errno = errno
        }
    }

    /// Why something could not be read.
    public enum Reason: String, CaseIterable, Sendable {
        /// It is not there: the kernel lacks what would make it, or the saved folder has no copy.
        case absent
        /// This process may not read it.
        case forbidden
        /// It can be read, but shows nothing to a process without privilege (zeros for addresses).
        case hidden
        /// It has not the form that is known.
        case malformed
        /// The beginning of the kernel log is lost, or what is looked for does not stand in it.
        case incomplete
        /// A system call failed otherwise.
        case failed
    }
}

/// A line of /proc/iomem.
public struct MemoryResource: Equatable, Sendable {
    /// Its addresses. Address 2⁶⁴−1, which no range has, is left out.
    public var range: AddressRange
    /// How many lines it is part of.
    public var depth: Int
    /// Its name, such as `System RAM`, `reserved`, `Crash kernel`.
    public var name: String

    /// Makes it from its parts.
    public init(range: AddressRange, depth: Int, name: String) {
        self.range = range
        self.depth = depth
        self.name = name
    }
}
