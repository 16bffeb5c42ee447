import Arm64
import KexecPlan

/// What a kernel is asked to load, as far as it decides whether the kernel takes it: all but the bytes.
public enum LoadAttempt: Equatable, Sendable {
    /// By kexec_load(2).
    case segments(SegmentsAttempt)
    /// By kexec_file_load(2).
    case files(FilesAttempt)
    /// Nothing any more, by either call.
    case unload(LoadMethod, KexecType)

    /// The system call.
    public var method: LoadMethod {
        switch self {
        case .segments: .kexecLoad
        case .files: .kexecFileLoad
        case .unload(let method, _): method
        }
    }
}

/// What kexec_load(2) is asked to load.
public struct SegmentsAttempt: Equatable, Sendable {
    /// How it is loaded; the architecture is not among it.
    public var flags: LoadFlags
    /// What is loaded, in the order of the call; none unloads.
    public var segments: [Extent]

    /// A segment without its bytes.
    public struct Extent: Equatable, Sendable {
        /// What it holds.
        public var role: SegmentRole
        /// Its physical address.
        public var address: PhysicalAddress
        /// Its size in memory, in bytes.
        public var memorySize: UInt64
        /// The size of its content, in bytes.
        public var contentSize: UInt64

        /// Makes an extent from its parts.
        public init(role: SegmentRole, address: PhysicalAddress, memorySize: UInt64, contentSize: UInt64) {
            self.role = role
            self.address = address
            self.memorySize = memorySize
            self.contentSize = contentSize
        }
    }

    /// Makes an attempt from its parts.
    public init(flags: LoadFlags, segments: [Extent]) {
        self.flags = flags
        self.segments = segments
    }

    /// The attempt that applying a plan will be.
    public init(_ plan: Plan, flags: LoadFlags) {
        self.init(
            flags: flags,
            segments: plan.segments.map {
                Extent(
                    role: $0.role, address: $0.address, memorySize: $0.memorySize, contentSize: $0.contentSize
                )
            })
    }
}
