import CLibFDT

extension DeviceTree {
    /// A property, and where it is.
    public struct Property: Equatable, Sendable {
        /// The path of its node.
        public let node: String
        /// Its name.
        public let name: String
        /// Where its value is, in the tree's bytes.
        public let range: Range<Int>

        /// The path of the property.
        public var path: String { node == "/" ? "/" + name : "\(node)/\(name)" }
    }

    /// All properties of all nodes, in the tree's order.
    public var properties: [Property] {
        let root = [node(at: "/")].compactMap(\.self)
        return (root + nodes { _ in true }).flatMap { node in
            bytes.withUnsafeBytes { tree in
                var properties: [Property] = []
                var offset = fdt_first_property_offset(tree.baseAddress, node.offset)
                while offset >= 0 {
                    var name: UnsafePointer<CChar>?
                    var length: Int32 = 0
                    if let value = fdt_getprop_by_offset(tree.baseAddress, offset, &name, &length), let name,
                        let base = tree.baseAddress, length >= 0
                    {
                        let start = base.distance(to: UnsafeRawPointer(value))
                        properties.append(
                            Property(
                                node: node.path, name: String(cString: name),
                                range: start..<start + Int(length)))
                    }
                    offset = fdt_next_property_offset(tree.baseAddress, offset)
                }
                return properties
            }
        }
    }

    /// The value of a property of this tree.
    public func value(_ property: Property) -> [UInt8] { Array(bytes[property.range]) }

    /// The tree with another value for each of these properties of it. A value of another size is a bug of the caller:
    /// left out without a word, it would leave what was to be hidden.
    public func replacing(
        _ values: [(property: Property, value: [UInt8])]
    ) throws(DeviceTreeError) -> DeviceTree {
        var bytes = bytes
        for (property, value) in values {
            precondition(value.count == property.range.count, "a value keeps its size")
            bytes.replaceSubrange(property.range, with: value)
        }
        return try DeviceTree(bytes)
    }

    /// Whether the kernel would find an ITS, the part of a GICv3 that turns messages into LPIs.
    public var hasITS: Bool {
        !nodes { node in
            property(node, "compatible")?.strings.contains("arm,gic-v3-its") == true && isEnabled(node)
        }.isEmpty
    }

    /// How CPUs are started (`enable-method`), each way once, by name.
    public var enableMethods: [String] {
        let methods = children(of: "/cpus").compactMap { property($0, "enable-method")?.strings.first }
        return Set(methods).sorted()
    }

    /// The machine's model, where the tree says it as text.
    public var model: String? { text("/", "model") }

    /// The text of `/chosen/stdout-path`.
    public var stdoutPathText: String? {
        text(Self.chosen, "stdout-path") ?? text(Self.chosen, "linux,stdout-path")
    }
}
