import Arm64
import KexecPlan
import Testing

@testable import Proof

/// A range of a size.
func range(_ start: UInt64, _ size: UInt64) throws -> AddressRange {
    try #require(AddressRange(start: PhysicalAddress(start), size: size))
}

extension LeafAttributes {
    /// Of a descriptor that has nothing but its bit 0.
    static let none = LeafAttributes(descriptor: 0, hierarchy: 0)
}

extension ProofSample {
    /// The descriptor at an offset of the bytes, a multiple of 8.
    func read(_ offset: Int) -> UInt64 {
        (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    mutating func write(_ descriptor: UInt64, at offset: Int) {
        for index in 0..<8 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: descriptor >> UInt64(8 * index))
        }
    }

    func descriptorIsZero(at offset: Int) -> Bool { read(offset / 8 * 8) == 0 }

    /// Where the descriptor of a level is that translates an address of 4K tables whose root is at level 1.
    func pointer(_ address: UInt64, level: Int = 3) throws -> Int {
        var offset = 0
        for above in 1...level {
            offset += Int(address >> UInt64(12 + 9 * (3 - above)) & 0x1ff) * 8
            if above == level { return offset }
            offset = Int(read(offset) & 0x0000_ffff_ffff_f000 - base.rawValue)
        }
        return offset
    }

    /// The level 3 descriptor of an address.
    func descriptor(_ address: UInt64) throws -> UInt64 { read(try pointer(address)) }

    mutating func set(_ address: UInt64, _ descriptor: UInt64) throws {
        write(descriptor, at: try pointer(address))
    }

    func walk(_ geometry: WalkGeometry) -> PageTableWalk {
        PageTableWalker(bytes: bytes, base: base, root: tables.root, geometry: geometry).walk()
    }

    /// What is irregular about descriptors.
    var kinds: [PageTableWalk.Irregularity.Kind] {
        problems.compactMap { if case .irregular(let found) = $0 { found.kind } else { nil } }
    }
}
