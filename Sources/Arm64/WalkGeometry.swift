/// Where a walk from TTBR0_ELx begins and how it goes on, read out of TCR_ELx as the MMU reads it. Apart from
/// `TranslationControl`, which makes such values.
///
/// Source: Arm ARM (DDI 0487), TCR_EL1, TCR_EL2: T0SZ, TG0, EPD0.
public struct WalkGeometry: Hashable, Sendable {
    /// The granule.
    public let granule: Granule
    /// 64 − T0SZ: the bits of an input address, 25 to 48.
    public let inputAddressBits: Int

    /// What every CPU can walk: T0SZ is 16 to 39 without FEAT_LVA, FEAT_LPA2 and FEAT_TTST. nil for other sizes.
    public init?(granule: Granule, inputAddressBits: Int) {
        guard 25...48 ~= inputAddressBits else { return nil }
        self.granule = granule
        self.inputAddressBits = inputAddressBits
    }

    /// The geometry that a value of the regime's TCR_ELx asks for; nil where there is no walk: TG0 or T0SZ are
    /// reserved, or EPD0 is set.
    public init?(tcr: UInt64, _ regime: TranslationRegime) {
        guard regime == .el2 || tcr >> 7 & 1 == 0 else { return nil }
        let granule: Granule
        switch tcr >> 14 & 3 {
        case 0b00: granule = .granule4K
        case 0b01: granule = .granule64K
        case 0b10: granule = .granule16K
        default: return nil
        }
        self.init(granule: granule, inputAddressBits: 64 - Int(tcr & 0x3f))
    }

    /// log2 of the bytes of a page and of a table.
    var pageShift: Int {
        switch granule {
        case .granule4K: 12
        case .granule16K: 14
        case .granule64K: 16
        }
    }

    /// log2 of the descriptors of a table: each has 8 bytes.
    var indexBits: Int { pageShift - 3 }

    /// log2 of the bytes that a descriptor of `level` translates.
    public func shift(level: Int) -> Int { pageShift + (3 - level) * indexBits }

    /// The level of the root: the last one from which the rest of the input address is enough.
    public var rootLevel: Int { 4 - (inputAddressBits - pageShift + indexBits - 1) / indexBits }

    /// How many descriptors of a table can be reached: all, but for the root, whose index may have fewer bits.
    func reachableDescriptors(level: Int) -> Int {
        1 << min(indexBits, level == rootLevel ? inputAddressBits - shift(level: level) : indexBits)
    }

    /// True where a descriptor of `level` may be a block: 1 GiB and 2 MiB with 4K, 32 MiB with 16K, 512 MiB with 64K.
    public func hasBlocks(level: Int) -> Bool {
        granule == .granule4K ? 1...2 ~= level : level == 2
    }
}
