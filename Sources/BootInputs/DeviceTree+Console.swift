import Arm64
import KexecPlan

extension DeviceTree {
    /// The UART that `/chosen/stdout-path` names; nil where it names none, or one that purgatory can't drive.
    ///
    /// Source: Devicetree Specification, "/chosen Node"; the kernel's `of_setup_earlycon`.
    public var stdoutPath: Console? {
        guard let value = text("/chosen", "stdout-path") ?? text("/chosen", "linux,stdout-path"),
            let path = absolutePath(String(value.prefix { $0 != ":" })), let node = node(at: path)
        else { return nil }
        return console(node)
    }

    /// The UART of a node; nil where purgatory can't drive it, or reach it.
    func console(_ node: Node) -> Console? {
        guard let kind = uartKind(node), let address = registerAddress(node) else { return nil }
        return Console(kind: kind, address: address)
    }

    /// A path from the root: the path itself, or with its first part replaced by what `/aliases` has for it.
    private func absolutePath(_ path: String) -> String? {
        if path.hasPrefix("/") { return path }
        let name = path.prefix { $0 != "/" }
        guard let target = text("/aliases", String(name)), target.hasPrefix("/") else { return nil }
        return target + path.dropFirst(name.count)
    }

    /// How the UART of a node is driven.
    private func uartKind(_ node: Node) -> Console.Kind? {
        let compatible = property(node, "compatible")
        switch SerialPort.Driver(compatible: compatible) {
        case .pl011: return .pl011
        case .uart8250 where property(node, "big-endian") == nil: break
        case .uart8250, nil: return nil
        }
        if SerialPort.Driver.hasWordRegisters(compatible: compatible) { return .uart8250Word }
        // Where registers are n bytes apart but have another width, neither kind fits.
        switch (cell(node, "reg-shift", default: 0), cell(node, "reg-io-width", default: 1)) {
        case (0, 1): return .uart8250
        case (2, 4): return .uart8250Word
        default: return nil
        }
    }

    /// The physical address of the first registers of a device: its `reg`, translated by the `ranges` of every bus
    /// above it.
    private func registerAddress(_ node: Node) -> PhysicalAddress? {
        guard var bus = node.parent, let reg = property(node, "reg"),
            let addressCells = cells("#address-cells", of: bus),
            let start = reg.cells(at: 0, count: addressCells),
            let offset = cell(node, "reg-offset", default: 0)
        else { return nil }
        var address = PhysicalAddress(start).advanced(by: UInt64(offset))
        while let above = bus.parent, let child = address {
            address = translate(child, from: bus, to: above)
            bus = above
        }
        return address
    }

    /// An address on `bus` as one of the bus `above`; nil where `ranges` doesn't have it. An empty `ranges` means
    /// that both are the same, none that the bus can't be reached from above.
    private func translate(
        _ address: PhysicalAddress, from bus: Node, to above: Node
    ) -> PhysicalAddress? {
        guard let ranges = property(bus, "ranges") else { return nil }
        if ranges.isEmpty { return address }
        guard let child = cells("#address-cells", of: bus), let length = cells("#size-cells", of: bus),
            let parent = cells("#address-cells", of: above)
        else { return nil }
        for entry in stride(from: 0, to: ranges.count / 4, by: child + parent + length) {
            guard let from = ranges.cells(at: entry, count: child),
                let to = ranges.cells(at: entry + child, count: parent),
                let size = ranges.cells(at: entry + child + parent, count: length)
            else { return nil }
            if address.rawValue >= from, address.rawValue - from < size {
                return PhysicalAddress(to).advanced(by: address.rawValue - from)
            }
        }
        return nil
    }

    /// A property that is one string.
    func text(_ path: String, _ name: String) -> String? {
        property(path, name)?.strings.first
    }

    /// A property that is one cell; `default` where it isn't there.
    private func cell(_ node: Node, _ name: String, default value: UInt32) -> UInt32? {
        guard let bytes = property(node, name) else { return value }
        return bytes.bigEndian(UInt32.self, at: 0)
    }
}
