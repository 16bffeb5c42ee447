import Arm64
import TestSupport
import Testing

@testable import Proof

@Suite("What is due, each address once")
struct DueRegionsTests {
    private static func due(_ range: Range<UInt64>, _ access: Access, _ what: String) throws
        -> PageTableExpectation.Due
    {
        try ProofSample.due(
            range.lowerBound, range.upperBound - range.lowerBound, access, what: what)
    }

    private func range(_ start: UInt64, _ end: UInt64) throws -> AddressRange {
        try #require(AddressRange(start: PhysicalAddress(start), end: PhysicalAddress(end)))
    }

    @Test("Three that overlap: the one inside the first ends before the second does")
    func nested() throws {
        let regions = DueRegions([
            try Self.due(0..<50, .readOnly, "A"), try Self.due(10..<100, .readOnly, "B"),
            try Self.due(20..<40, .readWrite, "C"),
        ])
        #expect(regions.regions.map(\.range) == [try range(0, 50), try range(50, 100)])
        #expect(regions.regions.map(\.what) == ["A", "B"])
        #expect(regions.conflicts.map(\.0) == [try range(20, 40)])
        #expect(regions.uniform == [try range(0, 100)])
    }

    @Test("One that reaches over several conflicts with each")
    func several() throws {
        let regions = DueRegions([
            try Self.due(0..<50, .readOnly, "A"), try Self.due(10..<60, .readOnly, "B"),
            try Self.due(20..<80, .readWrite, "C"),
        ])
        #expect(regions.conflicts.map(\.0) == [try range(20, 50), try range(50, 60)])
        #expect(regions.regions.map(\.range) == [try range(0, 50), try range(50, 60), try range(60, 80)])
    }

    @Test("Random ranges: apart, by rising address, and every byte has the first that began with it")
    func random() throws {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<500 {
            let due = try (0..<6).map { index in
                let start = UInt64.random(in: 0..<40, using: &generator)
                let end = start + UInt64.random(in: 1..<30, using: &generator)
                return try Self.due(
                    start..<end, index.isMultiple(of: 2) ? .readOnly : .readWrite, "\(index)")
            }
            let found = DueRegions(due).regions
            for (lower, higher) in zip(found, found.dropFirst()) {
                #expect(lower.range.end <= higher.range.start)
            }
            let sorted = due.sorted { $0.range.start < $1.range.start }
            for byte in 0..<UInt64(70) {
                let address = PhysicalAddress(byte)
                #expect(
                    found.first { $0.range.contains(address) }?.what
                        == sorted.first { $0.range.contains(address) }?.what)
            }
        }
    }
}
