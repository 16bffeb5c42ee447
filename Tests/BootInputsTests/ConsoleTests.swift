import Arm64
import BootInputs
import KexecPlan
import TestSupport
import Testing

@Suite("The console that a device tree names")
struct ConsoleTests {
    @Test(
        "Machines with a device tree of the board have a PL011",
        arguments: ["1g-el1", "2g-el1", "8g-el1-crash", "2g-efi-dt"])
    func machines(machine: String) throws {
        let tree = try DeviceTree(Fixture.fdt(machine))
        #expect(tree.stdoutPath == Console(kind: .pl011, address: PhysicalAddress(0x900_0000)))
    }

    @Test("With ACPI the tree doesn't know")
    func acpi() throws {
        #expect(try DeviceTree(Fixture.fdt("2g-efi-acpi")).stdoutPath == nil)
    }

    /// The console of a board: what `/chosen` and `/aliases` say, and the UART at bus address 0x1000 of a bus that
    /// stands at 0xfe000000.
    private func console(
        chosen: String = #"stdout-path = "/soc/uart@1000:115200n8";"#, aliases: String = "",
        bus: String = "ranges = <0x0 0x0 0xfe000000 0x100000>;", uart: String
    ) throws -> Console? {
        let source = """
            /dts-v1/;
            / {
                #address-cells = <2>;
                #size-cells = <2>;
                chosen { \(chosen) };
                aliases { \(aliases) };
                soc { #address-cells = <1>; #size-cells = <1>; \(bus) uart@1000 { \(uart) }; };
            };
            """
        return try DeviceTree(Toolchain.compileDeviceTree(source)).stdoutPath
    }

    private func at(_ address: UInt64, _ kind: Console.Kind) -> Console {
        Console(kind: kind, address: PhysicalAddress(address))
    }

    private let pl011 = #"compatible = "arm,pl011", "arm,primecell"; reg = <0x1000 0x100>;"#

    @Test("Aliases and options")
    func aliases() throws {
        let expected = at(0xfe00_1000, .pl011)
        #expect(try console(uart: pl011) == expected)
        #expect(try console(chosen: #"linux,stdout-path = "/soc/uart@1000";"#, uart: pl011) == expected)
        let alias = #"serial0 = "/soc/uart@1000"; bus = "/soc";"#
        for path in ["serial0", "serial0:115200", "bus/uart@1000:9600n8", "/soc/uart"] {
            let chosen = "stdout-path = \"\(path)\";"
            #expect(try console(chosen: chosen, aliases: alias, uart: pl011) == expected)
        }
        for path in ["serial1", "", ":115200", "/soc/none"] {
            #expect(try console(chosen: "stdout-path = \"\(path)\";", aliases: alias, uart: pl011) == nil)
        }
        // libfdt itself would follow this forever.
        #expect(
            try console(chosen: #"stdout-path = "loop";"#, aliases: #"loop = "loop";"#, uart: pl011) == nil)
        #expect(try console(chosen: "", uart: pl011) == nil)
    }

    @Test("Kinds")
    func kinds() throws {
        let reg = "reg = <0x1000 0x100>;"
        let word = "reg-shift = <2>; reg-io-width = <4>;"
        #expect(try console(uart: #"compatible = "ns16550a";"# + reg) == at(0xfe00_1000, .uart8250))
        #expect(
            try console(uart: #"compatible = "vendor,x", "snps,dw-apb-uart";"# + reg + word)
                == at(0xfe00_1000, .uart8250Word))
        #expect(
            try console(uart: #"compatible = "ns16550a"; reg-offset = <0x40>;"# + reg + word)
                == at(0xfe00_1040, .uart8250Word))
        #expect(try console(uart: #"compatible = "ns16550a"; reg-shift = <2>;"# + reg) == nil)
        #expect(try console(uart: #"compatible = "ns16550a"; big-endian;"# + reg + word) == nil)
        #expect(try console(uart: #"compatible = "vendor,uart";"# + reg) == nil)
        #expect(try console(uart: #"compatible = "arm,pl011";"#) == nil)
    }

    @Test("Buses")
    func buses() throws {
        #expect(try console(bus: "ranges;", uart: pl011) == at(0x1000, .pl011))
        #expect(try console(bus: "", uart: pl011) == nil)
        #expect(try console(bus: "ranges = <0x2000 0x0 0xfe000000 0x1000>;", uart: pl011) == nil)
        let second = "ranges = <0x2000 0x0 0xfe000000 0x1000>, <0x1000 0x9 0x0 0x800>;"
        #expect(try console(bus: second, uart: pl011) == at(0x9_0000_0000, .pl011))
        let overflow = "ranges = <0x0 0xffffffff 0xfffff800 0x2000>;"
        #expect(try console(bus: overflow, uart: pl011) == nil)
        #expect(try console(bus: "ranges = <0x0 0x0>;", uart: pl011) == nil)
    }
}
