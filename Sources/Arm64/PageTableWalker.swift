/// Translates addresses with the bytes of translation tables as the MMU would: written apart from the builder,
/// so that each can show the other's faults.
///
/// Source: Arm ARM (DDI 0487), "Translation table walk", VMSAv8-64 stage 1, 48-bit addresses.
public struct PageTableWalker: Sendable {
    /// Where a walk ended.
    public enum Result: Equatable, Sendable {
        /// It is mapped.
        case mapped(Translation)
        /// It is not: the level where the walk found nothing (a translation fault).
        case fault(level: Int)
        /// The walk left the tables' memory, or met bits that must be zero.
        case malformed(level: Int, descriptor: UInt64)
    }

    /// What a leaf descriptor says.
    public struct Translation: Equatable, Sendable {
        /// The address that comes out.
        public let output: UInt64
        /// The size of the block or page, in bytes.
        public let size: UInt64
        /// AttrIndx.
        public let attributeIndex: UInt64
        /// AP[2:1].
        public let accessPermissions: UInt64
        /// SH.
        public let shareability: UInt64
        /// AF.
        public let accessFlag: Bool
        /// PXN.
        public let privilegedExecuteNever: Bool
        /// UXN, or XN at EL2 without E2H.
        public let executeNever: Bool
    }

    private let bytes: [UInt8]
    private let root: UInt64
    private let pageShift: Int
    private let inputBits: Int

    /// - Parameters:
    ///   - bytes: the memory of the tables, the root's first.
    ///   - root: TTBR0_ELx: the physical address of `bytes`.
    ///   - granule: TCR_ELx.TG0.
    ///   - inputAddressBits: 64 − TCR_ELx.T0SZ.
    public init(bytes: [UInt8], root: PhysicalAddress, granule: Granule, inputAddressBits: Int) {
        self.bytes = bytes
        self.root = root.rawValue
        pageShift = granule.shift
        inputBits = inputAddressBits
    }

    /// The walk for one address.
    public func translate(_ address: UInt64) -> Result {
        let indexBits = pageShift - 3
        let levels = (inputBits - pageShift + indexBits - 1) / indexBits
        var level = 4 - levels
        guard address >> UInt64(inputBits) == 0 else { return .fault(level: level) }
        var table = root
        while true {
            let shift = pageShift + (3 - level) * indexBits
            let index = address >> UInt64(shift) & (1 << UInt64(indexBits) - 1)
            guard let descriptor = read(table &+ index * 8) else {
                return .malformed(level: level, descriptor: table)
            }
            guard descriptor & 1 == 1 else { return .fault(level: level) }
            let isTableOrPage = descriptor & 2 == 2
            if level == 3 || !isTableOrPage {
                return leaf(descriptor, address: address, level: level, shift: shift)
            }
            table = descriptor & 0x0000_ffff_ffff_f000 & ~(1 << UInt64(pageShift) - 1)
            level += 1
        }
    }

    private func leaf(_ descriptor: UInt64, address: UInt64, level: Int, shift: Int) -> Result {
        let size: UInt64 = 1 << UInt64(shift)
        let base = descriptor & 0x0000_ffff_ffff_f000
        let isPage = descriptor & 2 == 2
        // A block at level 0 or at a level without blocks, a "block" at level 3, and address bits below the
        // size of the block are reserved.
        let blockLevels = pageShift == 12 ? 1...2 : 2...2
        guard isPage ? level == 3 : blockLevels.contains(level), base & (size - 1) == 0 else {
            return .malformed(level: level, descriptor: descriptor)
        }
        return .mapped(
            Translation(
                output: base | address & (size - 1), size: size,
                attributeIndex: descriptor >> 2 & 7, accessPermissions: descriptor >> 6 & 3,
                shareability: descriptor >> 8 & 3, accessFlag: descriptor >> 10 & 1 == 1,
                privilegedExecuteNever: descriptor >> 53 & 1 == 1,
                executeNever: descriptor >> 54 & 1 == 1))
    }

    /// The 64-bit little-endian number at a physical address inside the tables.
    private func read(_ address: UInt64) -> UInt64? {
        let distance = address.subtractingReportingOverflow(root)
        guard !distance.overflow, distance.partialValue & 7 == 0,
            let offset = Int(exactly: distance.partialValue), offset <= bytes.count - 8
        else { return nil }
        return (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(bytes[offset + $1]) }
    }
}
