import Arm64

/// What purgatory tells the kernel that it starts: how the verification went on this machine. A property of
/// `/chosen`, zeros in the plan and in the digests, which purgatory fills when everything else is done
/// (docs/PURGATORY.md, "The report").
public struct PurgatoryReport: Equatable, Sendable {
    /// Where purgatory ran.
    public var level: Level
    /// What became of the MMU, and of the data cache with it.
    public var mmu: MMU
    /// Whether SHA-256 ran by the crypto extension; by portable code where not.
    public var usesCryptoExtension: Bool
    /// How many segments were verified, purgatory's own among them.
    public var segments: UInt32
    /// How many bytes of content they have.
    public var bytes: UInt64
    /// How long that took, in ticks of CNTVCT_EL0, without console output.
    public var ticks: UInt64
    /// Ticks per second (CNTFRQ_EL0), as firmware has set it; 0 where it hasn't.
    public var frequency: UInt32
    /// The physical address of the kernel's first instruction.
    public var kernelEntry: PhysicalAddress

    /// An exception level.
    public enum Level: UInt32, Sendable {
        /// EL1.
        case el1 = 1
        /// EL2, HCR_EL2.E2H 0.
        case el2
        /// EL2, HCR_EL2.E2H 1.
        case el2E2H
    }

    /// What became of the MMU.
    public enum MMU: UInt32, Sendable {
        /// It was on, with the plan's tables.
        case on
        /// Off: the plan has no page tables.
        case offWithoutTables
        /// Off: the CPU lacks the granule.
        case offForGranule
        /// Off: the CPU has fewer physical address bits than the tables need.
        case offForAddressBits
    }

    /// Makes a report from its parts.
    public init(
        level: Level, mmu: MMU, usesCryptoExtension: Bool, segments: UInt32, bytes: UInt64, ticks: UInt64,
        frequency: UInt32, kernelEntry: PhysicalAddress
    ) {
        self.level = level
        self.mmu = mmu
        self.usesCryptoExtension = usesCryptoExtension
        self.segments = segments
        self.bytes = bytes
        self.ticks = ticks
        self.frequency = frequency
        self.kernelEntry = kernelEntry
    }

    /// How long the verification took, in milliseconds, rounded down; nil where the frequency isn't known, or
    /// 64 bits don't hold it.
    public var milliseconds: UInt64? { ticks.scaled(by: 1000, over: UInt64(frequency)) }

    /// How fast it was, in bytes a second, rounded down; nil where the frequency isn't known, it took no tick, or
    /// 64 bits don't hold it.
    public var bytesPerSecond: UInt64? {
        frequency == 0 ? nil : bytes.scaled(by: UInt64(frequency), over: ticks)
    }
}

extension UInt64 {
    /// `self * factor / divisor`, however large the product is; nil where the quotient is too large, or there is
    /// none.
    fileprivate func scaled(by factor: UInt64, over divisor: UInt64) -> UInt64? {
        let product = multipliedFullWidth(by: factor)
        guard product.high < divisor else { return nil }
        return divisor.dividingFullWidth(product).quotient
    }
}
