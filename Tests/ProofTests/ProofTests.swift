import Arm64
import KexecPlan
import Testing

@testable import Proof

/// What the proof says of sound tables.
@Suite("Proof of page tables")
struct ProofTests {
    @Test("Sound tables: nothing is found", arguments: Granule.allCases)
    func sound(granule: Granule) throws {
        let sample = try ProofSample.small(granule)
        let proof = sample.proof
        #expect(proof.findings == [])
        #expect(proof.tableCount == sample.bytes.count / Int(granule.size))
        #expect(proof.fewestTables == proof.tableCount)
        #expect(proof.mappedBytes == AddressRangeSet(sample.expectation.due.map(\.range)).size)
    }
}
