import Arm64
import KexecPlan
import TestSupport
import Testing

@Suite("kplan make --serial")
struct SerialOptionTests {
    private func console(_ option: String, machine: String = "2g-el1") throws -> Console? {
        let workshop = try CommandWorkshop(machine: machine)
        let result = try workshop.make(["--serial", option, "-o", "plan.json"])
        try #require(result.status == 0, "\(result.errors)")
        return try workshop.plan().request.console
    }

    private func uart(_ kind: Console.Kind, _ address: UInt64) -> Console {
        Console(kind: kind, address: PhysicalAddress(address))
    }

    @Test("The device tree tells which UART a name is, and what is at an address")
    func found() throws {
        for option in ["ttyAMA0", "/dev/ttyAMA0,115200n8", "mmio32,0x9000000", "mmio,0x9000000"] {
            #expect(try console(option) == uart(.pl011, 0x900_0000))
        }
        #expect(try console("mmio32,0xa000000") == uart(.uart8250Word, 0xa00_0000))
        #expect(try console("mmio,0x9000000", machine: "2g-efi-acpi") == uart(.uart8250, 0x900_0000))
        #expect(try console("none") == nil)
    }

    @Test func notFound() throws {
        expect(
            try CommandWorkshop().make(["--serial", "ttyS0"]), 2,
            """
            fdt: has no UART that purgatory can drive and the kernel calls ttyS0; with --console give one of \
            these, or what else is there:
              pl011,0x9000000  /pl011@9000000, ttyAMA0
            """)
        expect(
            try CommandWorkshop(machine: "2g-efi-acpi").make(["--serial", "ttyAMA0"]), 2,
            """
            fdt: has no UART that purgatory can drive and the kernel calls ttyAMA0, and no other one either; say \
            what is there and where, as in --console pl011,0x9000000
            """)
    }

    @Test("Where only some UARTs have an alias, the others have no name")
    func ambiguous() throws {
        let workshop = try CommandWorkshop()
        let source = try Toolchain.decompileDeviceTree(workshop.folder.read("fdt"))
        let second = """
                aliases { serial3 = "/pl011@9000000"; };
                uart@9100000 { compatible = "arm,pl011"; reg = <0 0x9100000 0 0x1000>; };
                chosen {
            """
        let edited = source.replacing("\tchosen {", with: second, maxReplacements: 1)
        #expect(edited != source)
        try workshop.folder.write(Toolchain.compileDeviceTree(edited), "fdt")
        expect(
            try workshop.make(["--serial", "ttyAMA0"]), 2,
            """
            fdt: has no UART that purgatory can drive and the kernel calls ttyAMA0; with --console give one of \
            these, or what else is there:
              pl011,0x9000000  /pl011@9000000, ttyAMA3
              pl011,0x9100000  /uart@9100000, without an alias
            """)
    }
}
