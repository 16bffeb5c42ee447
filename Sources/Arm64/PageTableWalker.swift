/// Reads the bytes of translation tables as the MMU would: written apart from the builder, so that each can show
/// the other's faults.
///
/// It takes any bytes: what leads nowhere is an answer. Walks of a whole tree enter a table once, so that they are
/// no longer than the bytes are.
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
        /// All the rest.
        public let attributes: LeafAttributes
    }

    let bytes: [UInt8]
    let base: UInt64
    let root: UInt64
    let geometry: WalkGeometry

    /// - Parameters:
    ///   - bytes: the memory of the tables.
    ///   - base: the physical address of `bytes`; nil for that of the root.
    ///   - root: TTBR0_ELx: the physical address of the root.
    ///   - geometry: what TCR_ELx says.
    public init(
        bytes: [UInt8], base: PhysicalAddress? = nil, root: PhysicalAddress, geometry: WalkGeometry
    ) {
        self.bytes = bytes
        self.base = (base ?? root).rawValue
        self.root = root.rawValue
        self.geometry = geometry
    }

    /// The walk for one address.
    public func translate(_ address: UInt64) -> Result {
        var level = geometry.rootLevel
        guard address >> UInt64(geometry.inputAddressBits) == 0 else { return .fault(level: level) }
        var table = root
        var hierarchy: UInt64 = 0
        while true {
            let shift = UInt64(geometry.shift(level: level))
            let index = address >> shift & (1 << UInt64(geometry.indexBits) - 1)
            guard let offset = offset(table) else { return .malformed(level: level, descriptor: table) }
            let descriptor = read(offset + Int(index) * 8)
            switch decode(descriptor, level: level) {
            case .invalid: return .fault(level: level)
            case .reserved: return .malformed(level: level, descriptor: descriptor)
            case .table(let next):
                table = next
                hierarchy |= descriptor & Self.hierarchyBits
                level += 1
            case .memory(let output):
                guard descriptor & reservedLeafBits(level: level) == 0 else {
                    return .malformed(level: level, descriptor: descriptor)
                }
                return .mapped(
                    Translation(
                        output: output | address & (1 << shift - 1), size: 1 << shift,
                        attributes: LeafAttributes(descriptor: descriptor, hierarchy: hierarchy)))
            }
        }
    }

    // MARK: Descriptors

    /// What a descriptor is.
    enum Form {
        case invalid
        case reserved
        case table(UInt64)
        case memory(UInt64)
    }

    /// Bits [63:59] of a table descriptor: NSTable, APTable, UXNTable or XNTable, PXNTable.
    static let hierarchyBits: UInt64 = 0x1f << 59
    /// Bits [58:51] and [11:2] of a table descriptor, which the MMU ignores.
    static let ignoredTableBits: UInt64 = 0xff << 51 | 0xffc
    private static let addressBits: UInt64 = 0x0000_ffff_ffff_f000

    func decode(_ descriptor: UInt64, level: Int) -> Form {
        guard descriptor & 1 == 1 else { return .invalid }
        let below: UInt64 = 1 << UInt64(geometry.shift(level: level)) - 1
        if descriptor & 2 == 2, level < 3 {
            return .table(descriptor & Self.addressBits & ~(1 << UInt64(geometry.pageShift) - 1))
        }
        guard descriptor & 2 == 2 || geometry.hasBlocks(level: level), descriptor & 2 == 0 || level == 3
        else {
            return .reserved
        }
        return .memory(descriptor & Self.addressBits & ~below)
    }

    /// The bits of a block or page descriptor of `level` that are RES0: address bits below its size, and those above
    /// 48 bits ([49:48]; what is above is attributes).
    func reservedLeafBits(level: Int) -> UInt64 {
        0b11 << 48 | Self.addressBits & (1 << UInt64(geometry.shift(level: level)) - 1)
    }

    /// The same of a table descriptor, [50:48] here.
    var reservedTableBits: UInt64 {
        0b111 << 48 | Self.addressBits & (1 << UInt64(geometry.pageShift) - 1)
    }

    // MARK: Memory

    /// Where the table at a physical address is in the bytes; nil where it is not, or not wholly, there.
    func offset(_ table: UInt64) -> Int? {
        let distance = table.subtractingReportingOverflow(base)
        guard !distance.overflow, let offset = Int(exactly: distance.partialValue),
            offset <= bytes.count - (1 << geometry.pageShift)
        else { return nil }
        return offset
    }

    /// The 64-bit little-endian number at an offset that is in the bytes.
    private func read(_ offset: Int) -> UInt64 {
        (0..<8).reversed().reduce(0) { $0 << 8 | UInt64(bytes[offset + $1]) }
    }
}
