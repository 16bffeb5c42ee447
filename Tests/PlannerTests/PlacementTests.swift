import Arm64
import KexecPlan
import Testing

@testable import Planner

/// Where one segment goes in given holes.
@Suite struct PlacementTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        let holes: [Range<UInt64>]
        let size: UInt64
        let alignment: UInt64
        var offset: UInt64 = 0
        var window: Range<UInt64>?
        /// Start addresses, by rising hole.
        let highest: [UInt64]
        /// The same for the lowest places; these know no window.
        var lowest: [UInt64]?
        var testDescription: String { name }

        var request: PlaceRequest {
            get throws {
                PlaceRequest(
                    role: .initrd, size: size, alignment: alignment, offset: offset,
                    window: try window.map(range))
            }
        }
    }

    static let cases = [
        Case(
            name: "a hole", holes: [0x1000..<0x9000], size: 0x2000, alignment: 0x1000, highest: [0x7000],
            lowest: [0x1000]),
        Case(
            name: "aligned", holes: [0x1000..<0x9000], size: 0x2000, alignment: 0x4000, highest: [0x4000],
            lowest: [0x4000]),
        Case(
            name: "exactly the hole", holes: [0x1000..<0x9000], size: 0x8000, alignment: 0x1000,
            highest: [0x1000], lowest: [0x1000]),
        Case(
            name: "a byte too large", holes: [0x1000..<0x9000], size: 0x8001, alignment: 0x1000,
            highest: [], lowest: []),
        Case(
            name: "large enough, but not where it is aligned", holes: [0x1000..<0x9000], size: 0x5000,
            alignment: 0x8000, highest: [], lowest: []),
        Case(
            name: "offset", holes: [0x1000..<0x9000], size: 0x1000, alignment: 0x4000, offset: 0x1000,
            highest: [0x5000], lowest: [0x1000]),
        Case(
            name: "offset, its base below the hole", holes: [0x5000..<0x6000], size: 0x1000,
            alignment: 0x4000, offset: 0x1000, highest: [0x5000], lowest: [0x5000]),
        Case(
            name: "no base below zero", holes: [0..<0x1000], size: 0x1000, alignment: 0x2000,
            offset: 0x1000, highest: [], lowest: []),
        Case(
            name: "several holes, the small one is left out",
            holes: [0x1000..<0x3000, 0x4000..<0x5000, 0x8000..<0xb000], size: 0x2000, alignment: 0x1000,
            highest: [0x1000, 0x9000], lowest: [0x1000, 0x8000]),
        Case(
            name: "window", holes: [0x1000..<0x9000, 0xa000..<0xf000], size: 0x2000, alignment: 0x1000,
            window: 0x3000..<0xc800, highest: [0x7000, 0xa000]),
        Case(
            name: "window smaller than the segment", holes: [0x1000..<0x9000], size: 0x2000,
            alignment: 0x1000, window: 0x3000..<0x4fff, highest: []),
        Case(
            name: "the end of 64 bits", holes: [0xffff_ffff_ffff_0000..<UInt64.max], size: 0x1000,
            alignment: 0x1000, highest: [0xffff_ffff_ffff_e000], lowest: [0xffff_ffff_ffff_0000]),
        Case(
            name: "nothing aligned before the end of 64 bits", holes: [0xffff_ffff_ffff_0001..<UInt64.max],
            size: 1, alignment: 0x1_0000, highest: [], lowest: []),
        Case(name: "no hole", holes: [], size: 1, alignment: 1, highest: [], lowest: []),
    ]

    @Test(arguments: cases)
    func places(_ test: Case) throws {
        var placement = Placement(free: AddressRangeSet(try test.holes.map(range)))
        let request = try test.request
        let candidates = placement.candidates(for: request)
        #expect(candidates.map(\.start.rawValue) == test.highest)
        #expect(candidates.allSatisfy { $0.size == test.size })
        if let lowest = test.lowest {
            #expect(placement.lowestCandidates(for: request).map(\.start.rawValue) == lowest)
        }
        guard let place = candidates.last else { return }
        // What is placed is taken, and nothing else.
        let before = placement.free
        #expect(try placement.placeHighest(request) == place)
        #expect(!placement.free.overlaps(place))
        #expect(placement.free.union(AddressRangeSet([place])) == before)
    }

    @Test func noRoomSaysWhatThereWas() throws {
        let holes = [0x1000..<0x5000, 0x6000..<0xc000, 0x10000..<0x16000] as [Range<UInt64>]
        var placement = Placement(free: AddressRangeSet(try holes.map(range)))
        let request = PlaceRequest(
            role: .initrd, size: 0x7000, alignment: 0x1000, window: try range(0x2000..<0xa000))
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .initrd, size: 0x7000, alignment: 0x1000, window: try range(0x2000..<0xa000),
                    largestHole: try range(0x6000..<0xa000)))
        ) { try placement.placeHighest(request) }
        // Of two that are equally large, the lower one; without a window, of all.
        let anywhere = PlaceRequest(role: .kernel, size: 0x7000, alignment: 0x1000)
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .kernel, size: 0x7000, alignment: 0x1000, window: nil,
                    largestHole: try range(0x6000..<0xc000)))
        ) { try placement.placeHighest(anywhere) }
    }

    @Test func theInitrdSharesAWindowOf32GiBWithTheKernel() throws {
        let cases: [(kernel: Range<UInt64>, window: Range<UInt64>)] = [
            (1 * gibi..<1 * gibi + 16 * mebi, 0..<33 * gibi),
            (40 * gibi..<40 * gibi + 16 * mebi, 9 * gibi..<72 * gibi),
            // Over the border of a GiB: a window has to cover both.
            (41 * gibi - mebi..<41 * gibi + mebi, 10 * gibi..<72 * gibi),
            (31 * gibi..<32 * gibi, 0..<63 * gibi),
            (32 * gibi..<32 * gibi + 1, 1 * gibi..<64 * gibi),
        ]
        for (kernel, window) in cases {
            let found = BootProtocol.initrdWindow(kernel: try range(kernel))
            #expect(try found == range(window))
        }
    }
}
