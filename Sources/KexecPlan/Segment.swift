import Arm64

/// A piece of memory that the system call fills.
public struct Segment: Equatable, Sendable {
    /// What it holds.
    public var role: SegmentRole
    /// Its physical address.
    public var address: PhysicalAddress
    /// Its size in memory, in bytes; what exceeds the content is zeros.
    public var memorySize: UInt64
    /// The size of its content, in bytes.
    public var contentSize: UInt64
    /// The SHA-256 of its content, with runtime slots zero.
    public var sha256: SHA256Digest

    /// Makes a segment from its parts.
    public init(
        role: SegmentRole, address: PhysicalAddress, memorySize: UInt64, contentSize: UInt64,
        sha256: SHA256Digest
    ) {
        self.role = role
        self.address = address
        self.memorySize = memorySize
        self.contentSize = contentSize
        self.sha256 = sha256
    }

    /// Its addresses; nil where they are none or leave 64 bits.
    public var range: AddressRange? { AddressRange(start: address, size: memorySize) }
}

/// What a segment holds. The raw value is its name in plans, in `segments.json`, and on purgatory's console.
public enum SegmentRole: String, CaseIterable, Sendable {
    case kernel
    case initrd
    case dtb
    case purgatory
    case pageTables = "page-tables"
}
