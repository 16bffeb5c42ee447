import Arm64
import BootInputs
import KexecPlan
import TestSupport
import Testing

/// Purgatories of kexec-tools' contract, linked as by ld.lld.
@Suite struct ForeignLinkerTests {
    @Test(
        .enabled(if: DebianPurgatory.areThere, "\(DebianPurgatory.missing)"),
        arguments: DebianPurgatory.versions, LinkerTests.bases)
    func debiansIsLinkedAsByALinker(version: String, base: UInt64) throws {
        let object = try DebianPurgatory.object(version)
        #expect(try PurgatoryContract(of: try RelocatableObject(elf: object)) == .kexecTools)
        try LinkerTests.expectSameBytes(object, contract: .kexecTools, base: base)
    }

    @Test(arguments: LinkerTests.bases)
    func the2017SeriesIsLinkedAsByALinker(base: UInt64) throws {
        try LinkerTests.expectSameBytes(try Series2017.object(), contract: .kexecTools, base: base)
    }
}
