import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import kplan

/// `--purgatory` with an object of kexec-tools' contract, and `--allow-mmu-off`.
@Suite struct ForeignPurgatoryTests {
    /// A purgatory without the symbols of page tables.
    private static let plain = Series2017.source.replacing("pgtble_base", with: "other_base")

    private func workshop(_ source: String) throws -> CommandWorkshop {
        let workshop = try CommandWorkshop()
        try workshop.folder.write(MakeWorkshop.initrd, "initrd")
        try workshop.folder.write(try Toolchain.assemble(source), "purgatory.ro")
        return workshop
    }

    private static let options = ["--initrd", "initrd", "--purgatory", "purgatory.ro", "-o", "plan.json"]

    @Test func withoutTableBaseThePlanSaysSo() throws {
        let workshop = try workshop(Self.plain)
        let result = try workshop.make(Self.options)
        #expect(result.status == 0 && result.output.isEmpty)
        #expect(
            result.errors == """
                kplan: note: MMU off: this purgatory has no pgtble_base; it verifies without MMU and caches, which is slow

                """)
        let plan = try workshop.plan()
        #expect(plan.mmuOff == .noTableBase && plan.pageTables == nil)
        #expect(plan.purgatory.contract == .kexecTools)
        let shown = try workshop.kplan("show", "plan.json").output
        #expect(shown.contains("\nPage tables  none; MMU off: this purgatory has no pgtble_base\n"))
        #expect(shown.contains("contract of kexec-tools\n"))
        #expect(shown.contains("digest of all segments"))
    }

    /// The digest is made of the files again, and is what the plan's is.
    @Test func emitMakesTheSameBytes() throws {
        let workshop = try workshop(Self.plain)
        try #require(try workshop.make(Self.options).status == 0)
        let emitted = try workshop.kplan("emit", "plan.json", "-o", "out")
        #expect(emitted.status == 0, "\(emitted.errors)")
        // Another initrd of the same size, with the plan made to say its digest: purgatory's comes out otherwise.
        var initrd = MakeWorkshop.initrd
        initrd[1000] ^= 1
        try workshop.folder.write(initrd, "initrd")
        let other = InputFile(.builtin(initrd), role: .initrd, path: "", name: "initrd").input
        try workshop.edit { plan in
            for index in plan.inputs.indices where plan.inputs[index].role == .initrd {
                plan.inputs[index] = other
            }
            for index in plan.segments.indices where plan.segments[index].role == .initrd {
                plan.segments[index].sha256 = other.sha256
            }
        }
        let result = try workshop.kplan("emit", "plan.json", "-o", "out2")
        #expect(result.status == 1)
        #expect(result.errors.contains("the purgatory segment comes out with SHA-256"))
    }

    @Test func the2017SeriesHasTablesAndRegistersOfItsOwn() throws {
        let workshop = try workshop(Series2017.source)
        let result = try workshop.make(Self.options)
        #expect(result.status == 0 && result.errors.isEmpty)
        let shown = try workshop.kplan("show", "plan.json", "--width", "120").output
        #expect(shown.contains("identity, 4K granule, 48-bit addresses, root at "))
        #expect(shown.contains("  rwx  16 × 4K "))
        #expect(
            shown.contains(
                "  registers  purgatory's own  not set by the plan: MAIR 0: normal, TG0 4K, T0SZ 16 are in its code\n"
            ))
        expect(
            try workshop.make(Self.options + ["--granule", "64K"]), 2,
            """
            no plan can be made: this purgatory turns the MMU on with a granule of its own, 4K, not 64K: use \
            --granule 4K
            """)
        expect(
            try workshop.make(
                Self.options + ["--console", "pl011,0x1000000000000", "--allow-mmu-off"]), 2,
            """
            no plan can be made: the console pl011,0x1000000000000 is beyond the 48 bits that page tables translate; \
            use --console none
            """)
    }

    @Test func the2017SeriesBeyond4GiB() throws {
        let workshop = try CommandWorkshop(machine: "8g-el1-crash")
        try workshop.folder.write(try Toolchain.assemble(Series2017.source), "purgatory.ro")
        let options = ["--purgatory", "purgatory.ro", "-o", "plan.json"]
        #expect(try workshop.make(options).errors.isEmpty)
        #expect(try workshop.kplan("verify", "plan.json").status == 0)

        let far = try workshop.make(options + ["--mem-min", "4G"])
        #expect(far.status == 0)
        #expect(
            far.errors.hasPrefix(
                "kplan: note: the plan maps addresses beyond 4 GiB, which this purgatory does not reach at EL2 with E2H,"
            ))
        let verified = try workshop.kplan("verify", "plan.json")
        #expect(verified.status == 1 && VerifyCommandTests.checks(verified, "ok").contains("rules"))
        #expect(
            VerifyCommandTests.lines(verified).filter { $0.hasPrefix("no ") }.allSatisfy {
                $0.contains("page-tables  at EL2 with E2H: 0x")
                    && $0.contains("beyond the 32 bits of physical address")
            })
    }

    @Test func allowMMUOff() throws {
        let workshop = try CommandWorkshop()
        let far = ["--console", "pl011,0x1000000000000", "-o", "plan.json"]
        expect(
            try workshop.make(far), 2,
            """
            no plan can be made: the console pl011,0x1000000000000 is beyond the 48 bits that page tables translate; \
            use --console none, or --allow-mmu-off, with which purgatory verifies with MMU and caches off
            """)
        let result = try workshop.make(far + ["--allow-mmu-off"])
        #expect(result.status == 0 && result.output.isEmpty)
        #expect(
            result.errors
                == """
                kplan: note: MMU off: the console is beyond the 48 bits that page tables translate; it verifies \
                without MMU and caches, which is slow
                kplan: note: nothing is known at the console's address 0x1000000000000: fdt has no UART there, iomem \
                nothing at all; numbers without 0x are decimal. The UARTs of the tree:
                  pl011,0x9000000  /pl011@9000000, ttyAMA0

                """)
        let plan = try workshop.plan()
        #expect(plan.request.allowsMMUOff && plan.mmuOff == .consoleBeyondTables)
        #expect(try workshop.kplan("emit", "plan.json", "-o", "out").status == 0)
        // Where tables can be made there are some.
        #expect(try workshop.make(["--allow-mmu-off", "-o", "plan.json"]).errors.isEmpty)
        #expect(try workshop.plan().pageTables != nil)
    }

    @Test(arguments: [
        (
            "sha256_regions", "other",
            "purgatory has no symbol sha256_regions, which its contract demands (docs/PURGATORY.md)"
        ),
        (
            ".size sha256_digest, 32", ".size sha256_digest, 20",
            "purgatory's symbol sha256_digest has 20 bytes; its contract demands 32 (docs/PURGATORY.md)"
        ),
        (
            ".word 0", ".word 1",
            "purgatory's symbol skip_checks is not 0: it would start a kernel without any check"
        ),
        (
            "sha256_", "other_",
            """
            purgatory defines neither purgatory_regions, as kplan's own contract demands, nor sha256_regions and \
            sha256_digest, as kexec-tools' does (docs/PURGATORY.md): is it a purgatory?
            """
        ),
        (
            "other_base", "purgatory_sha256",
            """
            purgatory defines purgatory_sha256 of kplan's own contract and sha256_regions of kexec-tools'; it has to be \
            one of the two (docs/PURGATORY.md)
            """
        ),
    ])
    func whatIsNoPurgatory(part: String, replacement: String, message: String) throws {
        let workshop = try workshop(Self.plain.replacing(part, with: replacement))
        expect(try workshop.make(Self.options), 2, "no plan can be made: \(message)")
    }
}
