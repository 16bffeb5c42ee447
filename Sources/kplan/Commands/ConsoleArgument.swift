import Arm64
import KexecPlan

/// Where purgatory prints, in the words of the kernel's `console=` and `earlycon=`, options such as `,115200n8`
/// included: purgatory leaves a UART's speed as it is.
enum ConsoleArgument: Equatable {
    /// The UART that the device tree's `/chosen/stdout-path` names.
    case fromDeviceTree
    /// Nowhere.
    case silent
    /// This UART.
    case console(Console)
    /// The UART that the kernel calls by this name, such as `ttyAMA0`: the device tree tells which.
    case name(String)
    /// The UART at this address: what the device tree has there, else this kind.
    case address(PhysicalAddress, Console.Kind)

    init?(argument: String) {
        switch argument {
        case "stdout-path": self = .fromDeviceTree
        case "none": self = .silent
        default:
            var parts = argument.split(separator: ",", omittingEmptySubsequences: false)[...]
            if let options = parts.last, Self.isOptions(options), Self(parts: parts.dropLast()) != nil {
                parts = parts.dropLast()
            }
            guard let parsed = Self(parts: parts) else { return nil }
            self = parsed
        }
    }

    private init?(parts: ArraySlice<Substring>) {
        if let name = Self.portName(parts) {
            self = .name(name)
            return
        }
        guard let last = parts.last, let number = ByteCount(argument: String(last)) else { return nil }
        let address = PhysicalAddress(number.value)
        // serial_core.c, uart_parse_earlycon: the driver, then the width of its registers, then the address.
        let kind: Console.Kind
        switch parts.dropLast() {
        case ["mmio"]:
            self = .address(address, .uart8250)
            return
        case ["mmio32"]:
            self = .address(address, .uart8250Word)
            return
        case ["pl011"], ["pl011", "mmio"], ["pl011", "mmio32"]: kind = .pl011
        case ["raw"]: kind = .raw
        case let driver where Self.drivers8250.contains(driver.first ?? ""):
            switch driver.dropFirst() {
            case [], ["mmio"]: kind = .uart8250
            case ["mmio32"]: kind = .uart8250Word
            default: return nil
            }
        default: return nil
        }
        self = .console(Console(kind: kind, address: address))
    }

    /// The names that the kernel's earlycon has for an 8250 (8250_early.c).
    private static let drivers8250: Set<Substring> = ["uart8250", "uart", "ns16550", "ns16550a"]

    /// `ttyAMA0`, `ttyS1`, with or without /dev/.
    private static func portName(_ parts: ArraySlice<Substring>) -> String? {
        guard parts.count == 1, var name = parts.first else { return nil }
        if name.hasPrefix("/dev/") { name = name.dropFirst(5) }
        guard let driver = ["ttyAMA", "ttyS"].first(where: { name.hasPrefix($0) }),
            let number = UInt8(name.dropFirst(driver.count)), name == "\(driver)\(number)"
        else { return nil }
        return String(name)
    }

    /// A speed, as `115200` or `115200n8r` (Documentation/admin-guide/serial-console.rst).
    private static func isOptions(_ text: Substring) -> Bool {
        let rest = text.utf8.drop { 0x30...0x39 ~= $0 }
        return text.utf8.first.map { 0x30...0x39 ~= $0 } == true
            && rest.count <= 3 && rest.allSatisfy { "noe5678r".utf8.contains($0) }
    }
}
