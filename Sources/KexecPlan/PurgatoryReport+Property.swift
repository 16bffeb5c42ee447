import Arm64

/// Why a property is no report of purgatory.
public enum PurgatoryReportError: Error, Equatable, Sendable {
    /// It has another size than a report, in bytes.
    case size(Int)
    /// All of it is zero: there was room for a report, and purgatory wrote none.
    case notWritten
    /// It has a version that isn't known.
    case unknownVersion(UInt32)
    /// Its flags say what no purgatory says.
    case badFlags(UInt32)
    /// It says that nothing was verified, or of a kernel at address 0: no purgatory starts a kernel so.
    case nothingVerified
}

extension PurgatoryReport {
    /// The property's name.
    public static let property = "kplan,purgatory-report"
    /// The property's path.
    public static let path = "/chosen/\(property)"
    /// The property's size, in bytes.
    public static let size = 40
    /// What its address is a multiple of, in bytes: purgatory stores cells of 32 bits with the MMU off.
    static let alignment: UInt64 = 4

    /// The report that a property holds: cells of 32 bits, big-endian.
    public init(property bytes: [UInt8]) throws(PurgatoryReportError) {
        guard bytes.count >= 4 else { throw .size(bytes.count) }
        let cells = stride(from: 0, to: bytes.count / 4 * 4, by: 4).map { start in
            bytes[start..<start + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        }
        if bytes.allSatisfy({ $0 == 0 }) { throw .notWritten }
        guard cells[0] == 1 else { throw .unknownVersion(cells[0]) }
        guard bytes.count == Self.size else { throw .size(bytes.count) }
        func pair(_ index: Int) -> UInt64 { UInt64(cells[index]) << 32 | UInt64(cells[index + 1]) }

        let flags = cells[1]
        guard flags >> 9 == 0, let level = Level(rawValue: flags & 0xf),
            let mmu = MMU(rawValue: flags >> 4 & 0xf)
        else { throw .badFlags(flags) }
        guard cells[2] > 0, pair(6) > 0, pair(8) > 0 else { throw .nothingVerified }
        self.init(
            level: level, mmu: mmu, usesCryptoExtension: flags >> 8 == 1, segments: cells[2],
            bytes: pair(6), ticks: pair(4), frequency: cells[3],
            kernelEntry: PhysicalAddress(pair(8)))
    }
}
