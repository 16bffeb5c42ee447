import BootInputs
import KexecPlan

// Where purgatory prints: what `--console` can't be, and what may not be what was meant.

extension Messages {
    /// Why a value is none for `--console`.
    static func text(noConsole value: String, of option: String = "--console") -> String {
        let parts = value.split(separator: ",", omittingEmptySubsequences: false)
        let name = String(parts[0])
        let known = ["pl011", "raw", "mmio", "mmio32", "uart8250", "uart", "ns16550", "ns16550a"]
        let reason =
            if parts.contains("io") {
                "arm64 has no I/O ports; give the address of the registers: uart8250,mmio,ADDRESS"
            } else if parts.count == 1, ByteCount(argument: value) != nil {
                "an address alone doesn't say how the UART is driven: pl011,ADDRESS, say"
            } else if name.hasPrefix("ttyAMA") || name.hasPrefix("ttyS") || name.hasPrefix("/dev/ttyAMA")
                || name.hasPrefix("/dev/ttyS")
            {
                "is no name of a UART, such as ttyAMA0, with a speed such as ,115200n8 at most"
            } else if !known.contains(name) {
                "\(quoted(name)) is no UART that purgatory can drive"
            } else if let width = parts.dropFirst().first(where: { $0.hasPrefix("mmio") }),
                width != "mmio" && width != "mmio32" || name == "raw" || name.hasPrefix("mmio")
            {
                "\(quoted(String(width))) is out of place: registers are mmio or mmio32, of pl011 and uart8250"
            } else if let address = parts.dropFirst().first(where: { !$0.hasPrefix("mmio") }),
                ByteCount(argument: String(address)) == nil
            {
                "\(quoted(String(address))) is no address: 0x9000000, say"
            } else if parts.count > 2 {
                "\(quoted(String(parts[parts.count - 1]))) is no speed, such as 115200n8"
            } else {
                "the address is missing"
            }
        return """
            \(option) \(quoted(value)): \(reason). It takes ttyAMA0, ttyS0, pl011,ADDRESS, uart8250,mmio,ADDRESS, \
            uart8250,mmio32,ADDRESS, mmio,ADDRESS, mmio32,ADDRESS, raw,ADDRESS, stdout-path, none
            """
    }

    /// That purgatory prints nothing, and how it could.
    static func text(silentAmong ports: [SerialPort]) -> String {
        let reason = "has no /chosen/stdout-path with a UART that purgatory can drive, so it prints nothing"
        guard !ports.isEmpty else {
            return "\(reason); say with --console what is there, as in --console pl011,0x9000000, or none"
        }
        return (["\(reason); give one with --console, or none:"] + list(ports)).joined(separator: "\n")
    }

    /// That the device tree has another UART where the console is said to be.
    static func text(_ console: Console, insteadOf port: SerialPort) -> String {
        "has \(port.console) at \(printable(port.path)), not \(console): purgatory drives what --console says"
    }

    /// That nothing is known where the console is said to be.
    static func text(
        unknown console: Console, deviceTree: String, memoryMap: String, among ports: [SerialPort]
    ) -> String {
        let text = """
            nothing is known at the console's address \(console.address): \(printable(deviceTree)) has no UART there, \
            \(printable(memoryMap)) nothing at all; numbers without 0x are decimal
            """
        return ports.isEmpty
            ? text : (["\(text). The UARTs of the tree:"] + list(ports)).joined(separator: "\n")
    }

    /// UARTs, a line each.
    static func list(_ ports: [SerialPort]) -> [String] {
        ports.map { port in
            "  \(port.console)  \(printable(port.path))"
                + (port.name.map { ", \($0)" } ?? ", without an alias")
        }
    }
}
