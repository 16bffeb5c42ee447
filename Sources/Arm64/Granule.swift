/// A translation granule: the size of a page and of a table.
///
/// Source: Arm ARM (DDI 0487), "The AArch64 Virtual Memory System Architecture", translation granules.
public enum Granule: String, CaseIterable, Sendable {
    case granule4K = "4K"
    case granule16K = "16K"
    case granule64K = "64K"

    /// log2 of the granule's size in bytes.
    public var shift: Int {
        switch self {
        case .granule4K: 12
        case .granule16K: 14
        case .granule64K: 16
        }
    }

    /// The size of a page and of a table, in bytes.
    public var size: UInt64 { 1 << UInt64(shift) }

    /// log2 of the number of descriptors in a table: descriptors have 8 bytes.
    public var bitsPerLevel: Int { shift - 3 }

    /// The number of descriptors in a table.
    public var descriptorsPerTable: Int { 1 << bitsPerLevel }

    /// TCR_ELx.TG0.
    public var tg0: UInt64 {
        switch self {
        case .granule4K: 0b00
        case .granule64K: 0b01
        case .granule16K: 0b10
        }
    }
}

/// A level of the translation table walk. Level 3 holds pages.
public enum TranslationLevel: Int, CaseIterable, Comparable, Sendable {
    case level0 = 0
    case level1
    case level2
    case level3

    /// True where `left` is nearer to the root.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The level that a table descriptor of this level points to; nil at level 3.
    public var next: TranslationLevel? { TranslationLevel(rawValue: rawValue + 1) }
}

extension Granule {
    /// log2 of the bytes that one descriptor of `level` maps.
    public func entryShift(at level: TranslationLevel) -> Int {
        shift + (TranslationLevel.level3.rawValue - level.rawValue) * bitsPerLevel
    }

    /// The bytes that one descriptor of `level` maps.
    public func entrySize(at level: TranslationLevel) -> UInt64 { 1 << UInt64(entryShift(at: level)) }

    /// True where `level` can map memory without a further table: pages at level 3; blocks of 1 GiB and 2 MiB
    /// with 4K, of 32 MiB with 16K, of 512 MiB with 64K (48-bit addresses, without FEAT_LPA2 and FEAT_LPA).
    public func mapsMemory(at level: TranslationLevel) -> Bool {
        switch level {
        case .level0: false
        case .level1: self == .granule4K
        case .level2, .level3: true
        }
    }

    /// The level of the root table for `addressBits` bits of input address.
    public func rootLevel(addressBits: Int) -> TranslationLevel {
        let level = TranslationLevel.allCases.last { entryShift(at: $0) + bitsPerLevel >= addressBits }
        return level ?? .level0
    }
}
