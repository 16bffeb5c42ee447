import CLibFDT
import KexecPlan

// What is the same in a machine's tree on every boot, and what isn't. Firmware, the kernel and every kexec write into
// /chosen (Devicetree Specification, "/chosen Node": "parameters chosen or specified by the system firmware at run
// time"; drivers/of/kexec.c), and reserve memory for what they put there. RAM is told by the memory map: boot loaders
// fill the memory nodes in, EFI's stub removes them.

extension DeviceTree {
    /// `compatible` of the root: the board.
    public var compatible: [String] { property("/", "compatible")?.strings ?? [] }

    /// What tells the machine from others, as bytes to be hashed: of each node but those of one boot its path, and of each
    /// of its properties but a single unit's its name and its value, all by name. Padding, the memory reservation block
    /// and the order of nodes and properties are no part of it.
    public var identityBytes: [UInt8] {
        var bytes: [UInt8] = []
        func append(_ value: some Collection<UInt8>) {
            withUnsafeBytes(of: UInt64(value.count).bigEndian) { bytes += $0 }
            bytes += value
        }
        for (path, properties) in lastingNodes {
            append(path)
            withUnsafeBytes(of: UInt64(properties.count).bigEndian) { bytes += $0 }
            for property in properties {
                append(property.name)
                append(property.value)
            }
        }
        return bytes
    }

    /// Where the trees of two machines differ in what each boot leaves the same: paths of nodes and of properties, by
    /// name; of a node that is in one alone nothing below it.
    public func lastingDifferences(from other: DeviceTree) -> [DeviceTreeDifference] {
        let old = Dictionary(lastingNodes) { $0 + $1 }
        let new = Dictionary(other.lastingNodes) { $0 + $1 }
        var found: [DeviceTreeDifference] = []
        for path in Set(old.keys).union(new.keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            let text = String(decoding: path, as: UTF8.self)
            guard let these = old[path], let those = new[path] else {
                let side: DeviceTreeDifference.Side = old[path] == nil ? .other : .this
                let isSaid = found.contains { $0.side == side && text.hasPrefix($0.path + "/") }
                if !isSaid { found.append(DeviceTreeDifference(path: text, side: side)) }
                continue
            }
            let names = Set(these.map(\.name)).union(those.map(\.name))
            for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                let values = (
                    these.filter { $0.name == name }.map(\.value),
                    those.filter { $0.name == name }.map(\.value)
                )
                guard values.0 != values.1 else { continue }
                let side: DeviceTreeDifference.Side =
                    values.0.isEmpty ? .other : values.1.isEmpty ? .this : .both
                let folder = text == "/" ? "" : text
                found.append(
                    DeviceTreeDifference(
                        path: "\(folder)/\(String(decoding: name, as: UTF8.self))", side: side))
            }
        }
        return found
    }

    private struct LastingProperty {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// The nodes that are the same on every boot, with their properties; both by name.
    private var lastingNodes: [([UInt8], [LastingProperty])] {
        var lasting: [([UInt8], [LastingProperty])] = []
        if let root = node(at: "/") { lasting.append((Array("/".utf8), lastingProperties(of: root))) }
        for node in nodes(where: { !Self.isOfOneBoot($0.path) }) {
            lasting.append((Array(node.path.utf8), lastingProperties(of: node)))
        }
        return lasting.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    }

    /// /chosen, what secure firmware has beside it, and the memory nodes.
    private static func isOfOneBoot(_ path: String) -> Bool {
        let first = path.dropFirst().prefix { $0 != "/" }
        return ["chosen", "secure-chosen", "memory"].contains(first) || first.hasPrefix("memory@")
    }

    /// The names of the properties that tell two machines of a kind apart: numbers that firmware fills in. Identities in
    /// plans leave these out, so that another list would make other identities.
    public static let propertiesOfOneUnit = [
        "serial-number", "linux,serial", "mac-address", "local-mac-address", "local-bd-address",
    ]
    private static let ofOneUnit = propertiesOfOneUnit.map { Array($0.utf8) }

    private func lastingProperties(of node: Node) -> [LastingProperty] {
        var properties: [LastingProperty] = []
        forEachProperty(of: node) { name, value in
            let property = LastingProperty(name: Array(name), value: Array(value))
            if !Self.ofOneUnit.contains(property.name) { properties.append(property) }
        }
        return properties.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// Where UEFI has its tables, as the tree says it: the kernel's EFI stub puts that there on every boot, and every
    /// kexec keeps it (drivers/firmware/efi/fdtparams.c).
    public var uefiPointers: [UEFIPointer] {
        ["system-table", "mmap-start", "mmap-size", "mmap-desc-size", "mmap-desc-ver"].compactMap { name in
            let property = "linux,uefi-" + name
            return number(property).map { UEFIPointer(property: property, value: $0) }
        }
    }
}

/// A place where the trees of two machines differ.
public struct DeviceTreeDifference: Equatable, Sendable {
    /// The path of a node or of a property.
    public var path: String
    /// Which tree has it.
    public var side: Side

    /// Which of two trees has something.
    public enum Side: Equatable, Sendable {
        case this
        case other
        /// Both, with other values.
        case both
    }

    /// Makes it from its parts.
    public init(path: String, side: Side) {
        self.path = path
        self.side = side
    }
}
