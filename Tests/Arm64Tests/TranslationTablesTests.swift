import Arm64
import TestSupport
import Testing

@Suite struct TranslationTablesTests {
    static let root = PhysicalAddress(0x7000_0000)

    static func region(
        _ start: UInt64, _ size: UInt64, _ memory: MemoryType = .normal, _ access: Access = .readOnly
    ) throws -> IdentityRegion {
        let range = try #require(AddressRange(start: PhysicalAddress(start), size: size))
        return IdentityRegion(range: range, memory: memory, access: access)
    }

    static func walker(_ tables: TranslationTables) throws -> PageTableWalker {
        PageTableWalker(
            bytes: try tables.bytes(root: root), root: root,
            geometry: try #require(
                WalkGeometry(granule: tables.granule, inputAddressBits: tables.inputAddressBits)))
    }

    /// Everything in the regions translates to itself with its attributes; their neighbours fault.
    static func expectExact(_ tables: TranslationTables, _ regions: [IdentityRegion]) throws {
        let walker = try walker(tables)
        let page = tables.granule.size
        for region in regions {
            let addresses = Set([
                region.range.start.rawValue, region.range.last.rawValue,
                region.range.start.rawValue + page - 1, region.range.end.rawValue - page,
                (region.range.start.rawValue / 2 + region.range.last.rawValue / 2) & ~1,
            ])
            for address in addresses where region.range.contains(PhysicalAddress(address)) {
                guard case .mapped(let found) = walker.translate(address) else {
                    Issue.record("\(address.hex) is not mapped: \(walker.translate(address))")
                    continue
                }
                #expect(found.output == address)
                #expect(found.attributes.attributeIndex == region.memory.attributeIndex)
                let rights = found.attributes.rights(.el1)
                #expect(rights.write == region.access.isWritable && !rights.unprivileged)
                #expect(found.attributes.privilegedExecuteNever == !region.access.isExecutable)
                #expect(found.attributes.executeNever == !region.access.isExecutable)
                #expect(found.attributes.accessFlag)
                #expect(found.attributes.shareability == (region.memory == .normal ? 0b11 : 0))
            }
            for address in [region.range.start.rawValue &- 1, region.range.end.rawValue]
            where !regions.contains(where: { $0.range.contains(PhysicalAddress(address)) }) {
                guard case .fault = walker.translate(address) else {
                    Issue.record("\(address.hex) is mapped: \(walker.translate(address))")
                    continue
                }
            }
        }
    }

    @Test func blocksAreAsLargeAsTheyCanBe() throws {
        // 1 GiB from a ragged start to a ragged end: pages, 2 MiB blocks, and no 1 GiB block.
        let region = try Self.region(0x4000_1000, (1 << 30) - 0x2000)
        let tables = try TranslationTables(granule: .granule4K, regions: [region])
        #expect(tables.inputAddressBits == 31)
        #expect(tables.rootLevel == .level1)
        #expect(tables.count(at: .level1) == 1)
        #expect(tables.count(at: .level2) == 1)
        #expect(tables.count(at: .level3) == 2)
        let entries = tables.entries(in: region.range)
        #expect(entries.map(\.size) == [2 << 20, 4 << 10])
        #expect(entries.map(\.count) == [510, 1022])
        try Self.expectExact(tables, [region])
    }

    @Test func aWholeGigabyteIsOneEntry() throws {
        let region = try Self.region(0x4000_0000, 1 << 30)
        let tables = try TranslationTables(granule: .granule4K, regions: [region])
        #expect(tables.tables.count == 1)
        #expect(tables.entries(in: region.range).map(\.count) == [1])
        try Self.expectExact(tables, [region])
    }

    @Test func regionsThatTouchAndAreAlikeShareBlocks() throws {
        let first = try Self.region(0x4000_0000, 0x10_0000)
        let second = try Self.region(0x4010_0000, 0x10_0000)
        let tables = try TranslationTables(granule: .granule4K, regions: [second, first])
        #expect(tables.tables.count == 2)
        let other = try Self.region(0x4010_0000, 0x10_0000, .normal, .readWrite)
        #expect(try TranslationTables(granule: .granule4K, regions: [first, other]).tables.count == 3)
    }

    @Test(arguments: [
        (Granule.granule4K, 25, TranslationLevel.level2), (.granule4K, 30, .level2),
        (.granule4K, 31, .level1),
        (.granule4K, 39, .level1), (.granule4K, 40, .level0), (.granule4K, 48, .level0),
        (.granule16K, 25, .level3), (.granule16K, 26, .level2), (.granule16K, 36, .level2),
        (.granule16K, 37, .level1), (.granule16K, 47, .level1), (.granule16K, 48, .level0),
        (.granule64K, 25, .level3), (.granule64K, 29, .level3), (.granule64K, 30, .level2),
        (.granule64K, 42, .level2), (.granule64K, 43, .level1), (.granule64K, 48, .level1),
    ])
    func rootLevels(granule: Granule, bits: Int, level: TranslationLevel) {
        #expect(granule.rootLevel(addressBits: bits) == level)
    }

    @Test func everyGranuleUpTo48Bits() throws {
        for granule in Granule.allCases {
            let regions = [
                try Self.region(0x900_0000, granule.size, .deviceNGnRE, .readWrite),
                try Self.region(0x4000_0000, granule.size * 3, .normal, .readExecute),
                try Self.region(0xffff_0000_0000, 0xffff_0000),
            ]
            let tables = try TranslationTables(granule: granule, regions: regions)
            #expect(tables.inputAddressBits == 48)
            try Self.expectExact(tables, regions)
        }
    }

    @Test func whatCannotBeMappedIsRefused() throws {
        let beyond = try Self.region(1 << 48, 4096)
        #expect(throws: TranslationTables.BuildError.addressBeyondTables(beyond.range)) {
            try TranslationTables(granule: .granule4K, regions: [beyond])
        }
        let ragged = try Self.region(0x1000, 0x1800)
        #expect(throws: TranslationTables.BuildError.notWholePages(ragged.range, pageSize: 4096)) {
            try TranslationTables(granule: .granule4K, regions: [ragged])
        }
        let first = try Self.region(0x1000, 0x2000)
        let second = try Self.region(0x2000, 0x2000)
        #expect(throws: TranslationTables.BuildError.overlap(first.range, second.range)) {
            try TranslationTables(granule: .granule4K, regions: [second, first])
        }
    }

    /// Random layouts: exact, and no table is there without need.
    @Test(arguments: Granule.allCases)
    func randomLayouts(granule: Granule) throws {
        var random = SplitMix64(seed: 0x6b70_6c61_6e00 + granule.size)
        for _ in 0..<150 {
            var regions: [IdentityRegion] = []
            var next: UInt64 = 0
            for _ in 0..<Int.random(in: 1...16, using: &random) {
                // Gaps and sizes of every magnitude.
                let gap = UInt64.random(
                    in: 0...(1 << UInt64.random(in: 0...40, using: &random)), using: &random)
                let size = UInt64.random(
                    in: 1...(1 << UInt64.random(in: 0...36, using: &random)), using: &random)
                let start = (next + gap).alignedDown(to: granule.size) + granule.size
                let end = start + (size.alignedUp(to: granule.size) ?? granule.size)
                guard end < 1 << 48 else { break }
                next = end
                let access = try #require(Access.allCases.randomElement(using: &random))
                regions.append(try Self.region(start, end - start, .normal, access))
            }
            let tables = try TranslationTables(granule: granule, regions: regions.shuffled(using: &random))
            try Self.expectExact(tables, regions)
            try Self.expectMinimal(tables, regions)
        }
    }

    /// A table below the root is needed exactly where what it covers is touched and not all of one kind (or of a
    /// size that has no block): counted from the regions, not from the tables.
    static func expectMinimal(_ tables: TranslationTables, _ regions: [IdentityRegion]) throws {
        let granule = tables.granule
        for level in TranslationLevel.allCases where level > tables.rootLevel {
            guard let above = TranslationLevel(rawValue: level.rawValue - 1) else { continue }
            let span = granule.entrySize(at: above)
            // Only spans at the ends of regions can be ragged; without blocks, every touched span needs a table.
            var spans: Set<UInt64> = []
            for region in regions {
                if granule.mapsMemory(at: above) {
                    spans.insert(region.range.start.rawValue / span)
                    spans.insert(region.range.last.rawValue / span)
                } else {
                    spans.formUnion(
                        (region.range.start.rawValue / span)...(region.range.last.rawValue / span))
                }
            }
            let needed = spans.filter { index in
                guard granule.mapsMemory(at: above),
                    let range = AddressRange(start: PhysicalAddress(index * span), size: span)
                else { return true }
                let inside = regions.filter { $0.range.overlaps(range) }
                let alike = Set(inside.map { "\($0.memory) \($0.access)" }).count == 1
                return !(alike && AddressRangeSet(inside.map(\.range)).contains(range))
            }
            #expect(tables.count(at: level) == needed.count)
        }
    }
}
