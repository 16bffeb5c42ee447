import Arm64
import Files
import KexecPlan

/// What kexec_load(2) is asked to load.
public struct LoadRequest {
    /// Where the running kernel jumps to.
    public var entry: PhysicalAddress
    /// How it is loaded; the architecture is not among it.
    public var flags: LoadFlags
    /// What is loaded.
    public var segments: [LoadSegment]

    /// Makes a request from its parts.
    public init(entry: PhysicalAddress, flags: LoadFlags = [], segments: [LoadSegment]) {
        self.entry = entry
        self.flags = flags
        self.segments = segments
    }
}

/// A segment with its bytes.
public struct LoadSegment {
    /// What it holds.
    public var role: SegmentRole
    /// Its physical address.
    public var address: PhysicalAddress
    /// Its size in memory, in bytes; what exceeds the content is zeros.
    public var memorySize: UInt64
    /// Its bytes.
    public var content: Content

    /// The bytes of a segment: memory of this process that nothing else changes.
    public enum Content {
        /// Bytes that were made.
        case made([UInt8])
        /// A whole file, without a copy.
        case file(PrivateBytes)
    }

    /// Makes a segment from its parts.
    public init(role: SegmentRole, address: PhysicalAddress, memorySize: UInt64, content: Content) {
        self.role = role
        self.address = address
        self.memorySize = memorySize
        self.content = content
    }
}

extension LoadSegment.Content {
    /// The number of bytes.
    public var count: Int {
        switch self {
        case .made(let bytes): bytes.count
        case .file(let bytes): bytes.count
        }
    }

    /// Calls `body` with the bytes, which are there no longer than the call.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch self {
        case .made(let bytes): bytes.withUnsafeBytes(body)
        case .file(let bytes): bytes.withUnsafeBytes(body)
        }
    }
}
