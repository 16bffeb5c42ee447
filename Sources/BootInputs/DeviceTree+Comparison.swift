import KexecPlan

extension DeviceTree {
    /// Where another tree differs from this one: nodes and their properties by name, then the memory reservation block; of
    /// a node that is in one alone nothing below it. Empty for trees of the same bytes alone.
    public func changes(to new: DeviceTree) -> [DeviceTreeChange] {
        if bytes == new.bytes { return [] }
        var changes = Self.changes(from: contents { _ in true }, to: new.contents { _ in true })
        changes += Self.reservationChanges(from: reservationEntries, to: new.reservationEntries)
        return changes.isEmpty ? [.layout] : changes
    }

    /// What a tree says, without its order: a node with its properties, by its path; twice where two have one path.
    typealias Contents = [(path: [UInt8], properties: [NamedValue])]

    /// A property's name and value.
    struct NamedValue {
        let name: [UInt8]
        let value: [UInt8]
    }

    /// The root and the nodes for whose paths `isIncluded` holds, by path, with the properties for whose names
    /// `isPropertyIncluded` holds, by name.
    func contents(
        where isIncluded: (String) -> Bool, isPropertyIncluded: ([UInt8]) -> Bool = { _ in true }
    ) -> Contents {
        func properties(of node: Node) -> [NamedValue] {
            var properties: [NamedValue] = []
            forEachProperty(of: node) { name, value in
                let property = NamedValue(name: Array(name), value: Array(value))
                if isPropertyIncluded(property.name) { properties.append(property) }
            }
            return properties.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        }
        let nodes = [node(at: "/")].compactMap(\.self) + nodes { isIncluded($0.path) }
        return nodes.map { (Array($0.path.utf8), properties(of: $0)) }
            .sorted { $0.path.lexicographicallyPrecedes($1.path) }
    }

    /// Where what two trees say differs.
    static func changes(from old: Contents, to new: Contents) -> [DeviceTreeChange] {
        let old = Dictionary(old.map { ($0.path, $0.properties) }) { $0 + $1 }
        let new = Dictionary(new.map { ($0.path, $0.properties) }) { $0 + $1 }
        var changes: [DeviceTreeChange] = []
        var alone = NodesAlone()
        let paths = Set(old.keys).union(new.keys)
        // A node comes before what is below it.
        for path in paths.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            switch (old[path], new[path]) {
            case (let these?, let those?):
                changes += propertyChanges(
                    of: String(decoding: path, as: UTF8.self), from: these, to: those)
            case (let properties?, nil), (nil, let properties?):
                let isNew = old[path] == nil
                guard let index = alone.top(of: path, isNew: isNew, orElse: changes.count) else {
                    let contents = DeviceTreeNodeContents(properties: properties.count, nodesBelow: 0)
                    changes += node(path, contents, isNew: isNew)
                    continue
                }
                changes[index].addNodeBelow()
            case (nil, nil): continue
            }
        }
        return changes
    }

    private static func node(
        _ path: [UInt8], _ contents: DeviceTreeNodeContents, isNew: Bool
    ) -> [DeviceTreeChange] {
        let change = isNew ? Change(from: nil, to: contents) : Change(from: contents, to: nil)
        return change.map { [.node(path: String(decoding: path, as: UTF8.self), $0)] } ?? []
    }

    private static func propertyChanges(
        of node: String, from old: [NamedValue], to new: [NamedValue]
    ) -> [DeviceTreeChange] {
        // A malformed node may have two properties of one name.
        let old = Dictionary(grouping: old, by: \.name)
        let new = Dictionary(grouping: new, by: \.name)
        let names = Set(old.keys).union(new.keys).sorted { $0.lexicographicallyPrecedes($1) }
        var changes: [DeviceTreeChange] = []
        for name in names {
            let these: [NamedValue] = old[name] ?? []
            let those: [NamedValue] = new[name] ?? []
            for index in 0..<max(these.count, those.count) {
                let was = index < these.count ? these[index].value : nil
                let comes = index < those.count ? those[index].value : nil
                guard let change = Change(from: was, to: comes) else { continue }
                changes.append(
                    .property(node: node, name: String(decoding: name, as: UTF8.self), change))
            }
        }
        return changes
    }

    static func reservationChanges(
        from old: [DeviceTreeReservation], to new: [DeviceTreeReservation]
    ) -> [DeviceTreeChange] {
        let removed = Self.entries(of: old, without: new).compactMap { Change(from: $0, to: nil) }
        let added = Self.entries(of: new, without: old).compactMap { Change(from: nil, to: $0) }
        return (removed + added).map(DeviceTreeChange.reservation)
    }

    /// The entries of the memory reservation block, in its order.
    var reservationEntries: [DeviceTreeReservation] {
        reservationBlock.map { DeviceTreeReservation(start: $0.start, size: $0.size) }
    }

    /// What one list has more of than another.
    private static func entries(
        of list: [DeviceTreeReservation], without other: [DeviceTreeReservation]
    ) -> [DeviceTreeReservation] {
        var counts = Dictionary(other.map { ($0, 1) }, uniquingKeysWith: +)
        return list.filter { entry in
            guard let count = counts[entry], count > 0 else { return true }
            counts[entry] = count - 1
            return false
        }
    }
}

/// Which change tells of a node that is in one tree alone: its own, or that of the highest such node above it.
private struct NodesAlone {
    private var old: [[UInt8]: Int] = [:]
    private var new: [[UInt8]: Int] = [:]

    /// The index of the change of the node above; nil where this node is the highest, whose change has `index`.
    mutating func top(of path: [UInt8], isNew: Bool, orElse index: Int) -> Int? {
        let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? 0
        let parent = Array(path[..<slash])
        let top = isNew ? new[parent] : old[parent]
        if isNew { new[path] = top ?? index } else { old[path] = top ?? index }
        return top
    }
}

extension DeviceTreeChange {
    /// Counts one more node below the one that this is about.
    fileprivate mutating func addNodeBelow() {
        guard case .node(let path, let change) = self else { return }
        func counted(_ contents: DeviceTreeNodeContents?) -> DeviceTreeNodeContents? {
            contents.map { .init(properties: $0.properties, nodesBelow: $0.nodesBelow + 1) }
        }
        if let change = Change(from: counted(change.old), to: counted(change.new)) {
            self = .node(path: path, change)
        }
    }
}
