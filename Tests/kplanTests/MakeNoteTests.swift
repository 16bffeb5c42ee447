import TestSupport
import Testing

/// What `kplan make` says of a plan that may not be what was meant: on standard error, the plan is made.
@Suite struct MakeNoteTests {
    private func notes(_ options: [String], machine: String = "2g-el1") throws -> String {
        let workshop = try CommandWorkshop(machine: machine)
        let result = try workshop.make(options + ["-o", "plan.json"])
        #expect(result.status == 0 && result.output.isEmpty)
        return result.errors
    }

    @Test("Silence is told where nobody asked for it")
    func silence() throws {
        #expect(
            try notes([], machine: "2g-efi-acpi") == """
                kplan: note: fdt: has no /chosen/stdout-path with a UART that purgatory can drive, so it prints \
                nothing; say with --console what is there, as in --console pl011,0x9000000, or none

                """)
        #expect(try notes(["--console", "none"], machine: "2g-efi-acpi").isEmpty)
        #expect(try notes([]).isEmpty)

        let workshop = try CommandWorkshop()
        let source = try Toolchain.decompileDeviceTree(workshop.folder.read("fdt"))
        let edited = source.replacing("stdout-path", with: "other-path")
        try workshop.folder.write(Toolchain.compileDeviceTree(edited), "fdt")
        #expect(
            try workshop.make(["-o", "plan.json"]).errors == """
                kplan: note: fdt: has no /chosen/stdout-path with a UART that purgatory can drive, so it prints \
                nothing; give one with --console, or none:
                  pl011,0x9000000  /pl011@9000000, ttyAMA0

                """)
    }

    @Test("An address where nothing is known, as of a number without 0x")
    func unknownAddress() throws {
        #expect(
            try notes(["--console", "pl011,9000000"]) == """
                kplan: note: nothing is known at the console's address 0x895440: fdt has no UART there, iomem nothing \
                at all; numbers without 0x are decimal. The UARTs of the tree:
                  pl011,0x9000000  /pl011@9000000, ttyAMA0

                """)
        // The tree has none there, but /proc/iomem something.
        #expect(try notes(["--console", "pl011,0x9000000"], machine: "2g-efi-acpi").isEmpty)
    }

    @Test("A UART of another kind than the tree's")
    func otherKind() throws {
        #expect(
            try notes(["--console", "uart8250,mmio,0x9000000"]) == """
                kplan: note: fdt: has pl011,0x9000000 at /pl011@9000000, not uart8250,mmio,0x9000000: purgatory drives \
                what --console says

                """)
        for console in ["raw,0x9000000", "pl011,0x9000000", "mmio,0x9000000"] {
            #expect(try notes(["--console", console]).isEmpty)
        }
    }

    @Test("What a purgatory of kexec-tools' contract has no use for")
    func foreign() throws {
        let workshop = try CommandWorkshop()
        let source = Series2017.source.replacing("pgtble_base", with: "other_base")
        try workshop.folder.write(Toolchain.assemble(source), "purgatory.ro")
        let options = [
            "--purgatory", "purgatory.ro", "--granule", "64K", "--allow-mmu-off", "-o", "plan.json",
        ]
        let result = try workshop.make(options)
        #expect(result.status == 0)
        #expect(
            result.errors.contains(
                "\nkplan: note: --granule changes nothing: this purgatory takes no page tables\n"))
        #expect(result.errors.contains("\nkplan: note: --allow-mmu-off changes nothing: "))
        #expect(
            try workshop.kplan("show", "plan.json").output.contains(
                "pl011,0x9000000: purgatory stores bytes, and waits for nothing\n"))
    }
}
