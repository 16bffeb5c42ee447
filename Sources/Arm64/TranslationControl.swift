/// TCR_ELx for the tables of `TranslationTables`, complete but for the physical address size (IPS, PS), which
/// has to be read from the CPU that runs.
///
/// Source: Arm ARM (DDI 0487), TCR_EL1, TCR_EL2.
public struct TranslationControl: Equatable, Sendable {
    /// The granule of the tables.
    public let granule: Granule
    /// The number of bits of an input address, 25 to 48: 64 − T0SZ.
    public let inputAddressBits: Int

    /// The fewest bits that T0SZ can ask for without FEAT_TTST: T0SZ is at most 39.
    public static let fewestInputAddressBits = 25
    /// The most bits that can be asked for without FEAT_LVA and FEAT_LPA2.
    public static let mostInputAddressBits = 48

    /// TCR for tables of this granule and size; nil for a size that TCR can't express.
    public init?(granule: Granule, inputAddressBits: Int) {
        guard (Self.fewestInputAddressBits...Self.mostInputAddressBits).contains(inputAddressBits) else {
            return nil
        }
        self.granule = granule
        self.inputAddressBits = inputAddressBits
    }

    private static let t0sz = BitField(position: 0, width: 6)
    private static let irgn0 = BitField(position: 8, width: 2)
    private static let orgn0 = BitField(position: 10, width: 2)
    private static let sh0 = BitField(position: 12, width: 2)
    private static let tg0 = BitField(position: 14, width: 2)
    private static let t1sz = BitField(position: 16, width: 6)
    private static let epd1 = BitField.bit(23)
    private static let tg1 = BitField(position: 30, width: 2)
    private static let el2RES1 = BitField.bit(23)(1) | BitField.bit(31)(1)

    /// IRGN0, ORGN0: Write-Back, Read- and Write-Allocate.
    private static let writeBackWriteAllocate: UInt64 = 0b01

    /// What all forms share: how the tables are walked from TTBR0.
    private var walk: UInt64 {
        Self.t0sz(UInt64(64 - inputAddressBits))
            | Self.irgn0(Self.writeBackWriteAllocate)
            | Self.orgn0(Self.writeBackWriteAllocate)
            | Self.sh0(Descriptor.innerShareable)
            | Self.tg0(granule.tg0)
    }

    /// TCR_EL1: no walks from TTBR1 (EPD1); its size and granule hold valid values all the same.
    public var el1: UInt64 {
        let tg1: UInt64 =
            switch granule {
            case .granule16K: 0b01
            case .granule4K: 0b10
            case .granule64K: 0b11
            }
        return walk | Self.t1sz(UInt64(64 - inputAddressBits)) | Self.epd1(1) | Self.tg1(tg1)
    }

    /// TCR_EL2 where HCR_EL2.E2H is 0.
    public var el2: UInt64 { walk | Self.el2RES1 }

    /// TCR_EL2 where HCR_EL2.E2H is 1: the layout of TCR_EL1.
    public var el2E2H: UInt64 { el1 }
}
