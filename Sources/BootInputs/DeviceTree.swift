import Arm64
import CLibFDT
import Glibc

/// A flattened device tree, checked by libfdt.
///
/// Source: Devicetree Specification, "Flattened Devicetree (DTB) Format".
public struct DeviceTree: Equatable, Sendable {
    /// All of it: as many bytes as its header's `totalsize` says.
    public let bytes: [UInt8]

    /// Checks the header and the structure of the tree that starts with the first byte. Bytes behind it are
    /// dropped, padding inside it is kept.
    public init(_ bytes: [UInt8]) throws(DeviceTreeError) {
        guard let magic = bytes.bigEndian(UInt32.self, at: 0) else {
            throw .shorterThanHeader(size: bytes.count)
        }
        guard magic == 0xd00d_feed else { throw .notADeviceTree(magic: magic) }
        guard bytes.count >= 40, let totalSize = bytes.bigEndian(UInt32.self, at: 4),
            let version = bytes.bigEndian(UInt32.self, at: 20),
            let lastCompatible = bytes.bigEndian(UInt32.self, at: 24)
        else { throw .shorterThanHeader(size: bytes.count) }
        guard version >= 16, lastCompatible <= 17 else {
            throw .unsupportedVersion(version: version, lastCompatible: lastCompatible)
        }
        guard let tree = bytes.slice(at: 0, count: Int(totalSize)) else {
            throw .truncated(size: bytes.count, totalSize: totalSize)
        }
        let code = bytes.withUnsafeBytes { fdt_check_full($0.baseAddress, tree.count) }
        if let fault = DeviceTreeFault(code: code) { throw .malformed(fault) }
        self.bytes = tree.count == bytes.count ? bytes : Array(tree)
    }

    /// The value of a property; nil where the tree has no such node or the node no such property. Paths start with `/`;
    /// a unit address may be left out where the name is unique without it.
    public func property(_ path: String, _ name: String) -> [UInt8]? {
        withValue(path, name) { _, value in Array(value) }
    }

    /// Where the value of a property starts, counted in bytes from the start of the tree; nil where there is no
    /// such property.
    public func offset(of property: String, in path: String) -> Int? {
        withValue(path, property) { tree, value in
            value.baseAddress.map { tree.distance(to: $0) }
        }
    }

    /// The entries of the memory reservation block, in its order, without those that leave 64 bits.
    public var reservations: [AddressRange] {
        reservationBlock.compactMap { AddressRange(start: PhysicalAddress($0.start), size: $0.size) }
    }

    /// The entries of the memory reservation block, in its order, as they are written.
    var reservationBlock: [(start: UInt64, size: UInt64)] {
        bytes.withUnsafeBytes { tree in
            (0..<max(0, fdt_num_mem_rsv(tree.baseAddress))).compactMap { index in
                var start: UInt64 = 0
                var size: UInt64 = 0
                guard fdt_get_mem_rsv(tree.baseAddress, index, &start, &size) == 0 else { return nil }
                return (start, size)
            }
        }
    }

    /// A node, by where it is: paths can't tell apart nodes of one name, or `memory` and `memory@0`.
    struct Node: Equatable {
        /// Its path, for people.
        let path: String
        /// Its offset in the structure block.
        let offset: Int32
        /// The offsets of the nodes above it, the root first.
        fileprivate let above: [Int32]

        /// The node above; nil of the root.
        var parent: Node? {
            above.last.map {
                let parts = path.split(separator: "/").dropLast()
                return Node(path: "/" + parts.joined(separator: "/"), offset: $0, above: above.dropLast())
            }
        }

        static func == (one: Node, other: Node) -> Bool { one.offset == other.offset }
    }

    /// The nodes directly below the one at `path`, in the tree's order; none where there is no such node.
    func children(of path: String) -> [Node] {
        withNode(path) { tree, parent in
            let above = Self.above(parent, in: tree) + [parent]
            var children: [Node] = []
            var offset = fdt_first_subnode(tree, parent)
            while offset >= 0 {
                if let name = fdt_get_name(tree, offset, nil) {
                    let path = (path == "/" ? path : path + "/") + String(cString: name)
                    children.append(Node(path: path, offset: offset, above: above))
                }
                offset = fdt_next_subnode(tree, offset)
            }
            return children
        } ?? []
    }

    /// The nodes for which `matches` holds, in the tree's order. What is deeper than the kernel looks is not among
    /// them (unflatten_dt_nodes of drivers/of/fdt.c: FDT_MAX_DEPTH is 64, the root and one more count).
    func nodes(where matches: (Node) -> Bool) -> [Node] {
        bytes.withUnsafeBytes { buffer in
            guard let tree = buffer.baseAddress else { return [] }
            var nodes: [Node] = []
            var names: [String] = []
            // Of the root and of the nodes with these names.
            var above: [Int32] = [0]
            var depth: Int32 = 0
            var offset = fdt_next_node(tree, 0, &depth)
            while offset >= 0, depth > 0 {
                if depth < 63, let name = fdt_get_name(tree, offset, nil) {
                    names.removeSubrange(min(Int(depth) - 1, names.count)...)
                    names.append(String(cString: name))
                    above.removeSubrange(min(Int(depth), above.count)...)
                    let node = Node(
                        path: "/" + names.joined(separator: "/"), offset: offset, above: above)
                    above.append(offset)
                    if matches(node) { nodes.append(node) }
                }
                offset = fdt_next_node(tree, offset, &depth)
            }
            return nodes
        }
    }

    /// The node at a path; nil where there is none.
    func node(at path: String) -> Node? {
        withNode(path) { tree, offset in
            Node(path: path, offset: offset, above: Self.above(offset, in: tree))
        }
    }

    /// The offsets of the nodes above the one at an offset, the root first.
    private static func above(_ node: Int32, in tree: UnsafeRawPointer) -> [Int32] {
        var above: [Int32] = []
        var depth: Int32 = 0
        var offset: Int32 = 0
        while 0..<node ~= offset, depth >= 0 {
            above.removeSubrange(min(Int(depth), above.count)...)
            above.append(offset)
            offset = fdt_next_node(tree, offset, &depth)
        }
        return Array(above.prefix(max(Int(depth), 0)))
    }

    /// The value of a property of a node of this tree; nil where it has no such property.
    func property(_ node: Node, _ name: String) -> [UInt8]? {
        bytes.withUnsafeBytes { tree in
            tree.baseAddress.flatMap { Self.value($0, node.offset, name) }.map(Array.init)
        }
    }

    /// Calls `body` with the name and the value of each property of a node of this tree, in the tree's order.
    func forEachProperty(
        of node: Node, _ body: (_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) -> Void
    ) {
        bytes.withUnsafeBytes { buffer in
            guard let tree = buffer.baseAddress else { return }
            var offset = fdt_first_property_offset(tree, node.offset)
            while offset >= 0 {
                var name: UnsafePointer<CChar>?
                var length: Int32 = 0
                if let value = fdt_getprop_by_offset(tree, offset, &name, &length), length >= 0, let name {
                    body(
                        UnsafeRawBufferPointer(start: name, count: strlen(name)),
                        UnsafeRawBufferPointer(start: value, count: Int(length)))
                }
                offset = fdt_next_property_offset(tree, offset)
            }
        }
    }

    /// Calls `body` with the tree's first byte and the property's value.
    private func withValue<Result>(
        _ path: String, _ name: String, _ body: (UnsafeRawPointer, UnsafeRawBufferPointer) -> Result?
    ) -> Result? {
        guard !name.utf8.contains(0) else { return nil }
        return withNode(path) { tree, node in
            Self.value(tree, node, name).flatMap { body(tree, $0) }
        }
    }

    private static func value(
        _ tree: UnsafeRawPointer, _ node: Int32, _ name: String
    ) -> UnsafeRawBufferPointer? {
        var length: Int32 = 0
        guard let value = fdt_getprop(tree, node, name, &length), length >= 0 else { return nil }
        return UnsafeRawBufferPointer(start: value, count: Int(length))
    }

    /// Calls `body` with the tree's first byte and the node's offset in the structure block.
    ///
    /// Only paths from the root: libfdt 1.6 follows an alias that names itself forever.
    private func withNode<Result>(
        _ path: String, _ body: (UnsafeRawPointer, Int32) -> Result?
    ) -> Result? {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
        return bytes.withUnsafeBytes { buffer in
            guard let tree = buffer.baseAddress else { return nil }
            let node = fdt_path_offset(tree, path)
            return node >= 0 ? body(tree, node) : nil
        }
    }
}
