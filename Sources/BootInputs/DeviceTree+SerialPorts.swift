import Arm64
import KexecPlan

/// A UART of a device tree that purgatory can print on.
public struct SerialPort: Equatable, Sendable {
    /// Its path in the tree.
    public var path: String
    /// What it is, and where.
    public var console: Console
    /// What the kernel calls it (`ttyAMA0`); nil where the tree alone doesn't tell.
    public var name: String?

    /// Makes a port from its parts.
    public init(path: String, console: Console, name: String?) {
        self.path = path
        self.console = console
        self.name = name
    }

    /// The kernel's drivers, each of which counts its ports by itself.
    enum Driver: String {
        /// drivers/tty/serial/amba-pl011.c.
        case pl011 = "ttyAMA"
        /// drivers/tty/serial/8250.
        case uart8250 = "ttyS"

        /// The driver for a node's `compatible`; nil for none of these.
        init?(compatible: [UInt8]?) {
            let compatible = Set(compatible?.strings ?? [])
            if !compatible.isDisjoint(with: ["arm,pl011", "arm,sbsa-uart"]) {
                self = .pl011
            } else if !compatible.isDisjoint(with: Self.names8250.union(Self.wordNames8250)) {
                self = .uart8250
            } else {
                return nil
            }
        }

        /// Whether the registers of an 8250 have 32 bits whatever else its node says: so do 8250_bcm2835aux.c,
        /// 8250_mtk.c and 8250_tegra.c (UPIO_MEM32, regshift 2).
        static func hasWordRegisters(compatible: [UInt8]?) -> Bool {
            !wordNames8250.isDisjoint(with: compatible?.strings ?? [])
        }

        private static let wordNames8250: Set<String> = [
            "brcm,bcm2835-aux-uart", "mediatek,mt6577-uart", "nvidia,tegra20-uart",
        ]
        private static let names8250: Set<String> = [
            "ns8250", "ns16450", "ns16550", "ns16550a", "ns16750", "ns16850", "snps,dw-apb-uart",
        ]
    }
}

extension DeviceTree {
    /// The UARTs that the kernel uses and purgatory can drive, in the tree's order.
    ///
    /// A port has the number of its alias `serialN`; without aliases they are counted in the tree's order. Where some
    /// have one and others not, the kernel says that their "enumeration may be unpredictable"
    /// (pl011_probe_dt_alias, uart_read_port_properties): only those that have one are named.
    public var serialPorts: [SerialPort] {
        let nodes = nodes { node in
            SerialPort.Driver(compatible: property(node, "compatible")) != nil && isEnabled(node)
        }
        let aliases = serialAliases
        var count: [SerialPort.Driver: Int] = [:]
        var aliased: Set<SerialPort.Driver> = []
        // What purgatory can't drive is counted as well: the kernel can.
        let numbered = nodes.compactMap { node -> (Node, SerialPort.Driver, alias: Int?, index: Int)? in
            guard let driver = SerialPort.Driver(compatible: property(node, "compatible")) else { return nil }
            let alias = aliases.first { $0.node == node }?.number
            if alias != nil { aliased.insert(driver) }
            let index = count[driver, default: 0]
            count[driver] = index + 1
            return (node, driver, alias, index)
        }
        return numbered.compactMap { node, driver, alias, index in
            guard let console = console(node) else { return nil }
            let number = alias ?? (aliased.contains(driver) ? nil : index)
            return SerialPort(
                path: node.path, console: console, name: number.map { "\(driver.rawValue)\($0)" })
        }
    }

    /// Devices without a status are used as well (Devicetree Specification, "status").
    func isEnabled(_ node: Node) -> Bool {
        let status = property(node, "status")?.strings.first
        return status == nil || status == "okay" || status == "ok"
    }

    /// What `/aliases` numbers: `serial0` and so on. More than the kernel's drivers have ports for are not looked for
    /// (UART_NR of amba-pl011.c is 14; Debian's CONFIG_SERIAL_8250_NR_UARTS 32).
    private var serialAliases: [(number: Int, node: Node)] {
        (0..<64).compactMap { number in
            guard let path = text("/aliases", "serial\(number)"), let node = node(at: path) else {
                return nil
            }
            return (number, node)
        }
    }
}
