/// Bytes of a segment that are not fixed by the plan, but filled in by `apply` on the machine. Until then they
/// are zero, or, for a digest, that of the unfilled bytes.
public struct RuntimeSlot: Equatable, Sendable {
    /// The segment that they are in.
    public var segment: SegmentRole
    /// Where its content has them, in bytes.
    public var offset: UInt64
    /// How many they are, in bytes.
    public var length: UInt64
    /// What they are filled with.
    public var fill: Fill
    /// What they are: the path of a device-tree property, or a symbol of purgatory.
    public var purpose: String

    /// What a slot is filled with.
    public enum Fill: Equatable, Sendable {
        /// Bytes from the kernel's random number generator.
        case random
        /// The SHA-256 of a segment's content, after its own slots were filled.
        case digest(of: SegmentRole)
        /// The one SHA-256 of all segments but purgatory, in their order, each with the zeros after its content.
        case segmentsDigest
    }

    /// Makes a slot from its parts.
    public init(segment: SegmentRole, offset: UInt64, length: UInt64, fill: Fill, purpose: String) {
        self.segment = segment
        self.offset = offset
        self.length = length
        self.fill = fill
        self.purpose = purpose
    }
}
