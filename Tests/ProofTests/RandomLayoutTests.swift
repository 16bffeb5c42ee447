import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import Proof

/// Properties of tables over random layouts. Each follows from its seed.
@Suite("Proof of page tables of random layouts")
struct RandomLayoutTests {
    @Test(
        "Exact, to itself, with the fewest tables: RAM anywhere in 48 bits, a byte to 64 GiB, 1 to 16 segments",
        arguments: Granule.allCases)
    func random(granule: Granule) throws {
        for seed in 0..<40 as Range<UInt64> {
            var random = SplitMix64(seed: seed << 8 | UInt64(granule.shift))
            let sample = try Self.sample(granule, &random)
            let proof = sample.proof
            #expect(proof.findings == [], "seed \(seed)")
            #expect(proof.fewestTables == sample.bytes.count / Int(granule.size), "seed \(seed)")
            #expect(
                proof.mappedBytes == AddressRangeSet(sample.expectation.due.map(\.range)).size, "seed \(seed)"
            )
        }
    }

    @Test("A change somewhere in the bytes is found", arguments: Granule.allCases)
    func changed(granule: Granule) throws {
        for seed in 0..<20 as Range<UInt64> {
            var random = SplitMix64(seed: seed << 8 | UInt64(granule.shift))
            var sample = try Self.sample(granule, &random)
            let index = Int.random(in: sample.bytes.indices, using: &random)
            sample.bytes[index] ^= UInt8.random(in: 1...255, using: &random)
            #expect(sample.proof.findings != [], "seed \(seed), byte \(index)")
        }
    }

    @Test("Bytes that are no tables: an answer, in time", arguments: Granule.allCases)
    func noTables(granule: Granule) throws {
        let sample = try ProofSample.small(granule)
        var random = SplitMix64(seed: UInt64(granule.shift))
        var bytes = sample
        bytes.bytes = sample.bytes.map { _ in UInt8.random(in: 0...255, using: &random) }
        #expect(!bytes.proof.findings.isEmpty)

        // Every descriptor a table, within the segment: cycles everywhere.
        bytes = sample
        for offset in stride(from: 0, to: bytes.bytes.count, by: 8) {
            let table = UInt64.random(in: 0..<UInt64(sample.bytes.count) / granule.size, using: &random)
            bytes.write(sample.base.rawValue + table * granule.size | 3, at: offset)
        }
        #expect(bytes.proof.tableCount <= sample.bytes.count / Int(granule.size))
        #expect(bytes.kinds.contains { if case .tableReachedAgain = $0 { true } else { false } })

        for count in [0, 7, Int(granule.size) - 1, Int(granule.size) + 8] {
            bytes = sample
            bytes.bytes = Array(sample.bytes.prefix(count))
            #expect(!bytes.proof.findings.isEmpty)
        }
    }

    /// Segments with gaps of every magnitude, alike or not, and perhaps a console; the tables are in a hole between them.
    private static func sample(_ granule: Granule, _ random: inout SplitMix64) throws -> ProofSample {
        let page = granule.size
        func magnitude(_ bits: ClosedRange<UInt64>, _ random: inout SplitMix64) -> UInt64 {
            UInt64.random(in: 1...(1 << UInt64.random(in: bits, using: &random)), using: &random)
        }
        var due: [PageTableExpectation.Due] = []
        var next: UInt64 = 0
        if Bool.random(using: &random) {
            let start = magnitude(12...32, &random).alignedDown(to: page)
            due.append(try ProofSample.due(start, page, .readWrite, .deviceNGnRE, what: "console"))
            next = start + page
        }
        // Anywhere in 48 bits: often high up.
        next += magnitude(20...47, &random).alignedDown(to: page)
        for index in 0..<Int.random(in: 1...16, using: &random) {
            let size = magnitude(0...36, &random).alignedUp(to: page) ?? page
            let start = next + (index % 3 == 0 ? 0 : magnitude(0...40, &random).alignedDown(to: page))
            guard start + size <= 1 << 48 - 1 << 34 else { break }
            let access = try #require(Access.allCases.randomElement(using: &random))
            due.append(try ProofSample.due(start, size, access, what: "segment \(index)"))
            next = start + size
        }
        // The tables after the last one, or far above.
        let gap = magnitude(0...34, &random).alignedDown(to: page)
        return try ProofSample(granule, due, base: next + gap)
    }
}
