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

    @Test("A purgatory that changes the kernel after all verification")
    func storesIntoTheKernel() throws {
        let workshop = try workshop(
            Toolchain.assemble(
                """
                .globl purgatory_start, arm64_kernel_entry, arm64_dtb_addr, arm64_sink, sha256_regions, sha256_digest
                .text
                purgatory_start:
                ldr x17, arm64_kernel_entry
                ldr x0, arm64_dtb_addr
                mov x1, xzr
                mov x2, xzr
                mov x3, xzr
                str xzr, [x17, #0x1008]
                br x17
                .balign 8
                arm64_kernel_entry: .quad 0
                arm64_dtb_addr: .quad 0
                arm64_sink: .quad 0
                .size arm64_kernel_entry, 8
                .size arm64_dtb_addr, 8
                .size arm64_sink, 8
                .data
                sha256_regions: .fill 256, 1, 0
                .size sha256_regions, 256
                sha256_digest: .fill 32, 1, 0
                .size sha256_digest, 32

                """))
        expectNo(
            try workshop.kplan("simulate", "plan.json"),
            "the kernel is reached, but not all is as it has to be",
            "(kernel+0x1008) and the 8 bytes at 0x", "in purgatory .text): it is not what was verified")
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
