import Arm64
import BootInputs
import KexecPlan
import TestSupport
import Testing

/// The UARTs of a device tree, and what the kernel calls them.
@Suite struct SerialPortTests {
    @Test(arguments: ["1g-el1", "2g-el1", "8g-el1-crash", "2g-efi-dt"])
    func machines(machine: String) throws {
        let ports = try DeviceTree(Fixture.fdt(machine)).serialPorts
        #expect(
            ports == [
                SerialPort(path: "/pl011@9000000", console: console(.pl011, 0x900_0000), name: "ttyAMA0")
            ])
    }

    @Test func acpi() throws {
        #expect(try DeviceTree(Fixture.fdt("2g-efi-acpi")).serialPorts == [])
    }

    private func console(_ kind: Console.Kind, _ address: UInt64) -> Console {
        Console(kind: kind, address: PhysicalAddress(address))
    }

    /// "name kind,address" of each port of a tree with these nodes at its root.
    private func ports(_ nodes: String, aliases: String = "") throws -> [String] {
        let source = """
            /dts-v1/;
            / {
                #address-cells = <2>;
                #size-cells = <2>;
                aliases { \(aliases) };
                \(nodes)
            };
            """
        return try DeviceTree(Toolchain.compileDeviceTree(source)).serialPorts.map {
            "\($0.name ?? "?") \($0.console)"
        }
    }

    private func node(
        _ address: UInt64, _ compatible: String = "arm,pl011", status: String? = nil, _ more: String = ""
    ) -> String {
        let status = status.map { "status = \"\($0)\";" } ?? ""
        let unit = String(address, radix: 16)
        return
            "uart@\(unit) { compatible = \"\(compatible)\"; reg = <0 0x\(unit) 0 0x1000>; \(status) \(more) };"
    }

    /// `/uart` is `uart@2000` as well, for who looks a path up.
    @Test("Nodes of one name are apart")
    func oneName() throws {
        let unnamed = "uart { compatible = \"arm,pl011\"; reg = <0 0x3000 0 0x1000>; };"
        #expect(
            try ports(node(0x2000) + unnamed) == ["ttyAMA0 pl011,0x2000", "ttyAMA1 pl011,0x3000"])
        let bus = """
            bus@0 { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x10000 0x10000>;
                uart@0 { compatible = "arm,pl011"; reg = <0x100 0x100>; }; };
            bus { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x20000 0x10000>;
                uart@0 { compatible = "arm,pl011"; reg = <0x200 0x100>; }; };
            """
        #expect(try ports(bus) == ["ttyAMA0 pl011,0x10100", "ttyAMA1 pl011,0x20200"])
        #expect(
            try ports(bus, aliases: "serial0 = \"/bus@0/uart\"; serial1 = \"/bus@0/uart@0\";").first
                == "ttyAMA0 pl011,0x10100")
    }

    @Test("Without aliases each driver counts its ports in the tree's order")
    func counted() throws {
        let word = "reg-shift = <2>; reg-io-width = <4>;"
        #expect(
            try ports(
                node(0x3000) + node(0x2000, "ns16550a") + node(0x1000, "arm,sbsa-uart")
                    + node(0x4000, "snps,dw-apb-uart", word) + node(0x5000, "brcm,bcm2835-aux-uart")
                    + node(0x6000, "vendor,uart"))
                == [
                    "ttyAMA0 pl011,0x3000", "ttyS0 uart8250,mmio,0x2000", "ttyAMA1 pl011,0x1000",
                    "ttyS1 uart8250,mmio32,0x4000", "ttyS2 uart8250,mmio32,0x5000",
                ])
    }

    @Test("What is off doesn't count; what purgatory can't drive does")
    func status() throws {
        let secure = #"secure-status = "okay";"#
        #expect(
            try ports(
                node(0x1000, status: "disabled", secure) + node(0x2000, status: "okay")
                    + node(0x3000, status: "ok")
                    + node(0x4000, "ns16550a", "big-endian;") + node(0x5000, "ns16550a"))
                == ["ttyAMA0 pl011,0x2000", "ttyAMA1 pl011,0x3000", "ttyS1 uart8250,mmio,0x5000"])
    }

    /// A Raspberry Pi's: one number space for the aliases of all drivers.
    @Test("Aliases number the ports")
    func aliases() throws {
        let uarts = node(0x1000) + node(0x2000, "ns16550a") + node(0x3000)
        #expect(
            try ports(
                uarts,
                aliases: """
                    serial1 = "/uart@2000"; serial0 = "/uart@3000"; serial4 = "/uart@1000"; serial9 = "/none";
                    serial10 = "nowhere";
                    """) == ["ttyAMA4 pl011,0x1000", "ttyS1 uart8250,mmio,0x2000", "ttyAMA0 pl011,0x3000"])
        // Some with, some without: only the kernel's order of probing tells.
        #expect(
            try ports(uarts, aliases: #"serial0 = "/uart@3000";"#)
                == ["? pl011,0x1000", "ttyS0 uart8250,mmio,0x2000", "ttyAMA0 pl011,0x3000"])
    }

    @Test("Ports on buses, and the depth where the kernel stops looking")
    func depth() throws {
        let bus = "soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0xfe000000 0x10000>; "
        let inner = "uart@1000 { compatible = \"arm,pl011\"; reg = <0x1000 0x1000>; };"
        #expect(
            try ports("a { b { }; }; " + bus + inner + " }; " + node(0x2000)) == [
                "ttyAMA0 pl011,0xfe001000", "ttyAMA1 pl011,0x2000",
            ])
        func nested(_ depth: Int) -> String {
            let open = String(
                repeating: "n { #address-cells = <2>; #size-cells = <2>; ranges; ", count: depth)
            return open + node(0x1000) + String(repeating: "}; ", count: depth)
        }
        #expect(try ports(nested(61)) == ["ttyAMA0 pl011,0x1000"])
        #expect(try ports(nested(62)) == [])
    }
}
