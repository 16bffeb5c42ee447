import Arm64

/// The symbols by which a loader and purgatory understand each other (docs/PURGATORY.md), and the form of the
/// table of regions.
public enum PurgatoryContract {
    /// The entry.
    public static let entry = "purgatory_start"
    /// The table of what is checked.
    public static let regions = "purgatory_regions"
    /// The SHA-256 of purgatory's own content, with these 32 bytes zero.
    public static let ownDigest = "purgatory_sha256"

    /// The most regions that the table holds: as many as kexec_load takes segments.
    public static let maximumRegions = 16

    /// An entry of the table: address, content length, memory length (8 bytes each), name (16 bytes),
    /// SHA-256 (32 bytes), flags (8 bytes, zero).
    public static let regionSize: UInt64 = 80
    /// Where an entry has its digest, in bytes.
    public static let regionDigestOffset: UInt64 = 40
    /// The size of an entry's name, in bytes.
    public static let regionNameSize = 16
    /// The size of the table, in bytes.
    public static let regionTableSize = regionSize * UInt64(maximumRegions)
}

extension Plan {
    /// The segments that purgatory checks with its table: all but itself, by rising address.
    public var checkedSegments: [Segment] {
        segments.filter { $0.role != .purgatory }
    }
}
