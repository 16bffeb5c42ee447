/// Bytes of a segment that are not fixed by the plan, but filled in on the machine: by `apply`, or, for the report,
/// by purgatory. Until then they are zero, or, for a digest, that of the unfilled bytes.
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
        /// What purgatory tells the kernel that it starts (`PurgatoryReport`). It is zero when the segment is loaded
        /// and verified.
        case report
    }

    /// Whether it is a property of the device tree: of all slots those that the tree's edits leave as zeros.
    public var isProperty: Bool {
        switch fill {
        case .random, .report: true
        case .digest, .segmentsDigest: false
        }
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
