import Emulation
import Foundation
import TestSupport
import Testing

@Suite("kplan simulate runs purgatories of kexec-tools' contract too")
struct SimulateForeignTests {
    /// A plan with this purgatory, which prints.
    private func workshop(_ purgatory: [UInt8]) throws -> CommandWorkshop {
        let workshop = try CommandWorkshop()
        try workshop.folder.write(MakeWorkshop.initrd, "initrd")
        try workshop.folder.write(purgatory, "purgatory.ro")
        let result = try workshop.make([
            "--initrd", "initrd", "--purgatory", "purgatory.ro", "--console", "pl011,0x9000000", "-o",
            "plan.json",
        ])
        try #require(result.status == 0, "\(result.errors)")
        return workshop
    }

    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func the2017Series(level: EmulatedMachine.ExceptionLevel) throws {
        let workshop = try workshop(try Series2017.object())
        let result = try workshop.kplan("simulate", "plan.json", "--el", level.rawValue)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("ok  page tables: TTBR0 is "))
    }

    @Suite(.enabled(if: DebianPurgatory.areThere, "\(DebianPurgatory.missing)"))
    struct Debian {
        @Test("With the MMU off, some 30 instructions a byte", arguments: DebianPurgatory.versions)
        func reaches(version: String) throws {
            let workshop = try SimulateForeignTests().workshop(try DebianPurgatory.object(version))
            let result = try workshop.kplan("simulate", "plan.json", "--json")
            #expect(result.status == 0, "\(result.output)\(result.errors)")
            let document = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
            let instructions = try #require(document["instructions"] as? Double)
            let hashed = try #require(document["hashed_bytes"] as? Double)
            #expect(29...34 ~= instructions / hashed)
            #expect(document["cached_accesses"] as? Int == 0)
            // "Tens of seconds to minutes", people say.
            let seconds = try #require(document["estimated_seconds"] as? Double)
            #expect(10...120 ~= seconds)
        }

        @Test func corrupted() throws {
            let workshop = try SimulateForeignTests().workshop(try DebianPurgatory.object("2.0.32"))
            expectNo(
                try workshop.kplan("simulate", "plan.json", "--corrupt", "initrd"),
                "the kernel is not reached: purgatory stopped, the verification failed\n",
                "sha256 digests do not match")
        }
    }
}
