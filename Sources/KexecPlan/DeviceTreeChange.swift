/// A place where two device trees differ.
public enum DeviceTreeChange: Equatable, Sendable {
    /// A node that is in one tree alone, with what is below it.
    case node(path: String, Change<DeviceTreeNodeContents>)
    /// A property of a node that both have; its value is nil where the node has no such property.
    case property(node: String, name: String, Change<[UInt8]>)
    /// An entry of the memory reservation block.
    case reservation(Change<DeviceTreeReservation>)
    /// Nothing but the way in which it is written: the order of nodes and properties, padding.
    case layout

    /// The path of the node or of the property; nil of what has none.
    public var path: String? {
        switch self {
        case .node(let path, _): path
        case .property(let node, let name, _): node == "/" ? "/\(name)" : "\(node)/\(name)"
        case .reservation, .layout: nil
        }
    }

    /// Whether it is a seed, whose bytes are nobody's to read: `kaslr-seed`, `rng-seed`.
    public var isSecret: Bool {
        if case .property(_, let name, _) = self { name.hasSuffix("-seed") } else { false }
    }
}

/// How much there is of a node.
public struct DeviceTreeNodeContents: Equatable, Sendable {
    /// The number of its properties.
    public var properties: Int
    /// The number of nodes below it, and below those.
    public var nodesBelow: Int

    /// Makes it from its parts.
    public init(properties: Int, nodesBelow: Int) {
        self.properties = properties
        self.nodesBelow = nodesBelow
    }
}

/// An entry of a memory reservation block, as it is written: it may leave 64 bits.
public struct DeviceTreeReservation: Hashable, Sendable {
    /// The first physical address.
    public var start: UInt64
    /// The number of bytes.
    public var size: UInt64

    /// Makes it from its parts.
    public init(start: UInt64, size: UInt64) {
        self.start = start
        self.size = size
    }
}
