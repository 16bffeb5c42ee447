import Arm64
import KexecPlan
import Testing

@testable import Planner

/// The tables map themselves: how many there are can depend on where they are.
@Suite struct PageTablePlacesTests {
    /// More RAM, none of it free: so that no plan needs more than half of it.
    private static let taken: Range<UInt64> = 64 * gibi..<96 * gibi
    /// Takes all but the tables: kernel, purgatory and device tree, to the last byte.
    private static let others: Range<UInt64> = 0x4000_0000..<0x4060_0000

    /// A machine where the tables have no place but `holes`: too small for purgatory's 2 MiB, and without a whole
    /// block for the device tree.
    private func layout(_ holes: [Range<UInt64>]) throws -> Layout {
        Layout(
            ram: [Self.others] + holes + [Self.taken], reserved: [Self.taken], kernel: 4 * mebi - 16 * kibi,
            purgatory: try TestPurgatory.replacing(".skip 4096\n", with: ".skip 0x200000\n"))
    }

    @Test func aPlaceOfTheirOwnTakesFurtherTables() throws {
        // All others need a table of level 1, one of level 2 and two of level 3. In another GiB, the tables need one
        // of level 2 and one of level 3 more.
        let plan = try layout([0x8000_0000..<0x8010_0000]).plan()
        #expect(try plan.place(.pageTables) == 0x800f_a000..<0x8010_0000)
        #expect(plan.pageTables?.tables.map(\.count) == [1, 2, 3])
        // In another block of 2 MiB: one of level 3.
        let near = try layout([0x4060_1000..<0x4070_0000]).plan()
        #expect(try near.place(.pageTables) == 0x406f_b000..<0x4070_0000)
        #expect(near.pageTables?.tables.map(\.count) == [1, 1, 3])
    }

    @Test func whatTheyGrowByMayCrossABlock() throws {
        // Four pages fit above 0x80200000, the six that are needed don't: the tables go over the border, which takes
        // a seventh.
        let plan = try layout([0x801f_0000..<0x8020_4000]).plan()
        #expect(plan.pageTables?.tables.map(\.count) == [1, 2, 4])
        #expect(try plan.place(.pageTables) == 0x801f_d000..<0x8020_4000)
        #expect(plan.segment(.pageTables)?.contentSize == 0x7000)
    }

    @Test func aSegmentMayBeLargerThanTheTablesInIt() throws {
        // The far hole takes four tables, which then are six. Six have room only near the others, where five are
        // enough: the sixth page stays empty.
        let plan = try layout([0x4060_1000..<0x4060_7000, 0x8000_0000..<0x8000_4000]).plan()
        #expect(try plan.place(.pageTables) == 0x4060_1000..<0x4060_7000)
        #expect(plan.segment(.pageTables)?.contentSize == 0x5000)
        #expect(plan.pageTables?.tables.map(\.count) == [1, 1, 3])
        let own = try #require(plan.pageTables?.mappings.last)
        #expect(own.range.start.rawValue == 0x4060_1000)
        #expect(own.entries == [.init(size: 0x1000, count: 6)])
    }

    @Test func noRoomForWhatTheyGrewTo() throws {
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .pageTables, size: 0x6000, alignment: 0x1000, window: nil,
                    largestHole: try range(0x8000_0000..<0x8000_5000)))
        ) { try layout([0x8000_0000..<0x8000_5000]).plan() }
    }

    @Test func aConsoleTakesTablesToo() throws {
        let console = Console(kind: .pl011, address: PhysicalAddress(0x12_3400_0000))
        var layout = Layout(ram: [0x4000_0000..<0x8000_0000])
        let without = try layout.plan()
        layout.console = console
        let with = try layout.plan()
        #expect(without.pageTables?.tables.map(\.count) == [1, 1, 1])
        #expect(without.pageTables?.inputAddressBits == 31)
        #expect(with.pageTables?.tables.map(\.count) == [1, 2, 2])
        #expect(with.pageTables?.inputAddressBits == 37)
        let mapping = try #require(with.pageTables?.mappings.last)
        #expect(mapping.range == (try range(0x12_3400_0000..<0x12_3400_1000)))
        #expect(mapping.memory == .deviceNGnRE && mapping.access == .readWrite)
    }

    @Test func whatTouchesAndIsAlikeIsOneMapping() throws {
        let plan = try Layout(ram: [0x4000_0000..<0x8000_0000], initrd: 0x1000).plan()
        #expect(
            plan.pageTables?.mappings.map(\.purpose) == [
                "page-tables", "purgatory .text", "purgatory .rodata", "purgatory .bss",
                "dtb, initrd, kernel",
            ])
        let whole = try #require(plan.pageTables?.mappings.last)
        #expect(whole.range == (try range(0x7eff_d000..<0x8000_0000)))
        #expect(whole.entries == [.init(size: 2 * mebi, count: 8), .init(size: 4096, count: 3)])
    }
}
