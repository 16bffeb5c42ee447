import Arm64
import KexecPlan
import Testing

@testable import Proof

/// What tables look like for layouts that are easy to get wrong: sizes of blocks, levels, the ends of 48 bits.
@Suite("Geometry of page tables")
struct GeometryTests {
    @Test(
        "A block, and not a byte more: blocks of 1 GiB, 2 MiB, 32 MiB, 512 MiB",
        arguments: [
            (Granule.granule4K, 1 << 30), (.granule4K, 2 << 20), (.granule16K, 32 << 20),
            (.granule64K, 512 << 20),
        ] as [(Granule, UInt64)])
    func blocks(granule: Granule, block: UInt64) throws {
        let start: UInt64 = 8 << 30
        let whole = try ProofSample(granule, [ProofSample.due(start, block)], base: start + 4 << 30)
        #expect(whole.proof.findings == [])
        #expect(whole.tables.mappings[0].entries == [.init(size: block, count: 1)])
        // One page less at either end: smaller blocks and pages.
        for (first, size) in [(start, block - granule.size), (start + granule.size, block - granule.size)] {
            let ragged = try ProofSample(granule, [ProofSample.due(first, size)], base: start + 4 << 30)
            #expect(ragged.proof.findings == [])
            #expect(ragged.tables.mappings[0].entries.last?.size == granule.size)
            #expect(!ragged.tables.mappings[0].entries.contains { $0.size == block })
        }
    }

    @Test(
        "The fewest address bits and levels: highest address, bits, root level",
        arguments: [
            (Granule.granule4K, 0x1ff_ffff, 25, 2), (.granule4K, 0x3fff_ffff, 30, 2),
            (.granule4K, 0x4000_0000, 31, 1),
            (.granule4K, 0x7f_ffff_ffff, 39, 1), (.granule4K, 0x80_0000_0000, 40, 0),
            (.granule4K, 0xffff_ffff_ffff, 48, 0), (.granule16K, 0x1ff_ffff, 25, 3),
            (.granule16K, 0x200_0000, 26, 2),
            (.granule16K, 0xf_ffff_ffff, 36, 2), (.granule16K, 0x10_0000_0000, 37, 1),
            (.granule16K, 0x8000_0000_0000, 48, 0), (.granule64K, 0x1fff_ffff, 29, 3),
            (.granule64K, 0x2000_0000, 30, 2),
            (.granule64K, 0x3ff_ffff_ffff, 42, 2), (.granule64K, 0x400_0000_0000, 43, 1),
            (.granule64K, 0xffff_ffff_ffff, 48, 1),
        ] as [(Granule, UInt64, Int, Int)])
    func addressBits(granule: Granule, highest: UInt64, bits: Int, rootLevel: Int) throws {
        let page = granule.size
        let sample = try ProofSample(
            granule, [ProofSample.due(highest.alignedDown(to: page), page)], base: 0x10_0000)
        #expect(sample.proof.findings == [])
        #expect(sample.tables.inputAddressBits == bits)
        #expect(
            sample.tables.tables.first
                == .init(level: try #require(TranslationLevel(rawValue: rootLevel)), count: 1))
        #expect(sample.tables.walkRegisters.tcrEL1 & 0x3f == UInt64(64 - bits))
    }

    @Test("A crash kernel of more than 16 GiB, ragged at both ends", arguments: Granule.allCases)
    func largeSegment(granule: Granule) throws {
        let page = granule.size
        let sample = try ProofSample(
            granule, [ProofSample.due(0x8_0000_0000 - page, 17 << 30 + 2 * page)], base: 0x4000_0000)
        #expect(sample.proof.findings == [])
        #expect(sample.bytes.count / Int(page) <= 8)
    }

    @Test("Segments terabytes apart, up to the last byte of 48 bits", arguments: Granule.allCases)
    func farApart(granule: Granule) throws {
        let size: UInt64 = 64 << 20 + granule.size
        let starts: [UInt64] = [0, 1 << 40, 5 << 40, 1 << 45, 1 << 48 - size]
        let sample = try ProofSample(
            granule, starts.map { try ProofSample.due($0, size) }, base: 3 << 40)
        let proof = sample.proof
        #expect(proof.findings == [])
        #expect(sample.tables.inputAddressBits == 48)
        #expect(proof.mappedBytes == size * 5 + UInt64(sample.bytes.count))
        #expect(sample.walkEnd == 1 << 48)
    }

    @Test("How few tables are enough: counted by hand")
    func fewest() throws {
        let geometry = try #require(WalkGeometry(granule: .granule4K, inputAddressBits: 39))
        func total(_ ranges: (UInt64, UInt64)...) throws -> Int {
            FewestTables(try ranges.map { try range($0.0, $0.1) }, geometry).total
        }
        #expect(try total((0x4000_0000, 1 << 30)) == 1)
        #expect(try total((0x4000_0000, 2 << 20)) == 2)
        #expect(try total((0x4000_0000, 4096)) == 3)
        // The same gigabyte in two kinds that meet inside a block, and at the end of one.
        #expect(try total((0x4000_0000, 0x10_0000), (0x4010_0000, 0x3ff0_0000)) == 3)
        #expect(try total((0x4000_0000, 0x20_0000), (0x4020_0000, 0x3fe0_0000)) == 2)
        // Ragged at both ends of several gigabytes: only the ends need tables.
        #expect(try total((0x3fff_f000, (5 << 30) + 0x2000)) == 5)
        let large = try #require(WalkGeometry(granule: .granule16K, inputAddressBits: 48))
        // No blocks above 32 MiB: a table of level 2 for each 64 GiB, and one of level 1 for 128 TiB.
        #expect(FewestTables([try range(0, 1 << 40)], large).counts.map(\.count) == [1, 1, 16, 0])
    }
}

extension ProofSample {
    /// The first address after all that is mapped.
    var walkEnd: UInt64? {
        WalkGeometry(tcr: tables.walkRegisters.tcrEL1, .el1).flatMap {
            walk($0).runs.last?.input.end.rawValue
        }
    }
}
