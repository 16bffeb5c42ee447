import Arm64
import KexecPlan

/// A segment with its content.
public struct EmittedSegment: Equatable, Sendable {
    /// What it holds.
    public let role: SegmentRole
    /// Its physical address.
    public let address: PhysicalAddress
    /// Its size in memory, in bytes; what exceeds the content is zeros.
    public let memorySize: UInt64
    /// The size of its content, in bytes.
    public let contentSize: UInt64
    /// Its content.
    public let content: Content
    /// The SHA-256 of its content, with runtime slots unfilled.
    public let sha256: SHA256Digest

    /// Where a segment's content comes from.
    public enum Content: Equatable, Sendable {
        /// All of a file, unchanged.
        case input(InputRole)
        /// Bytes that were generated.
        case bytes([UInt8])
    }
}
