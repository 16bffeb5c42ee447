import Arm64
import TestSupport
import Testing

@Suite struct AddressRangeSetTests {
    /// A set over the first 64 pages, compared with a bit mask.
    static func set(_ mask: UInt64) -> AddressRangeSet {
        AddressRangeSet(
            (0..<64 as Range<UInt64>).compactMap { page in
                mask >> page & 1 == 1
                    ? AddressRange(start: PhysicalAddress(page * 4096), size: 4096) : nil
            })
    }

    static func mask(_ set: AddressRangeSet) -> UInt64 {
        (0..<64 as Range<UInt64>).reduce(0 as UInt64) { mask, page in
            let isThere = set.ranges.contains { $0.contains(PhysicalAddress(page * 4096)) }
            return isThere ? mask | 1 << page : mask
        }
    }

    @Test func algebraAgreesWithBitMasks() throws {
        var random = SplitMix64(seed: 7)
        for _ in 0..<500 {
            let (a, b) = (random.next() & random.next(), random.next() & random.next())
            #expect(Self.mask(Self.set(a).union(Self.set(b))) == a | b)
            #expect(Self.mask(Self.set(a).subtracting(Self.set(b))) == a & ~b)
            #expect(Self.mask(Self.set(a).intersection(Self.set(b))) == a & b)
            for (left, right) in zip(Self.set(a).ranges, Self.set(a).ranges.dropFirst()) {
                #expect(left.end < right.start)
            }
        }
    }

    @Test func rangesAtTheEndOf64Bits() throws {
        let top = try #require(
            AddressRange(start: PhysicalAddress(.max - 4095), end: PhysicalAddress(.max)))
        #expect(AddressRange(start: PhysicalAddress(.max), size: 2) == nil)
        #expect(top.expanded(to: 4096) == nil)
        #expect(top.shrunk(to: 4096) == nil)
        #expect(AddressRangeSet([top]).subtracting(AddressRangeSet([top])).isEmpty)
        #expect(AddressRange(start: .zero, size: 0) == nil)
    }

    @Test func wholeBlocks() throws {
        let ragged = try #require(
            AddressRange(start: PhysicalAddress(0x1001), end: PhysicalAddress(0x4fff)))
        #expect(ragged.shrunk(to: 0x1000)?.description == "0x2000–0x3fff")
        #expect(ragged.expanded(to: 0x1000)?.description == "0x1000–0x4fff")
    }
}
