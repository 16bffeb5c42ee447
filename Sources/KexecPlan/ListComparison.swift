import Arm64

/// What differs between two lists: elements that are in one alone, elements that changed, and their order.
struct ListComparison<Element: Equatable & Sendable> {
    /// The changes: what the old list has, in its order, then what is new.
    private(set) var changes: [Change<Element>] = []
    /// True where what both have stands in another order.
    private(set) var isReordered = false

    /// - Parameters:
    ///   - key: what makes two elements the same one. Where several have one key, the first of one list is the first of
    ///     the other, and so on.
    ///   - isSame: whether two of one key are as they were.
    ///   - oldKey: the same of the old list's elements, where addresses are others there.
    init<Key: Hashable>(
        _ old: [Element], _ new: [Element], by key: (Element) -> Key, of oldKey: (Element) -> Key,
        isSame: (Element, Element) -> Bool
    ) {
        // With the last of a key first, so that the first is taken from the end.
        var places: [Key: [Int]] = [:]
        for (index, element) in new.enumerated().reversed() {
            places[key(element), default: []].append(index)
        }
        var isTaken = [Bool](repeating: false, count: new.count)
        var last = -1
        for element in old {
            guard let index = places[oldKey(element)]?.popLast() else {
                changes.append(Change(old: element, new: nil))
                continue
            }
            isTaken[index] = true
            if index < last { isReordered = true }
            last = index
            if !isSame(element, new[index]) { changes.append(Change(old: element, new: new[index])) }
        }
        changes += zip(new, isTaken).compactMap { $1 ? nil : Change(old: nil, new: $0) }
    }
}

extension ListComparison {
    /// The same for lists whose elements have their keys in both plans.
    init<Key: Hashable>(
        _ old: [Element], _ new: [Element], by key: (Element) -> Key,
        isSame: (Element, Element) -> Bool = { $0 == $1 }
    ) {
        self.init(old, new, by: key, of: key, isSame: isSame)
    }
}

extension ListComparison<MemoryMap.Region> {
    /// What differs between two lists of regions. One that has grown, shrunk or moved a little is one change.
    init(_ old: [Element], _ new: [Element]) {
        self.init(old, new, by: \.self)
        var added = changes.compactMap(\.new)
        let removed = changes.compactMap { $0.new == nil ? $0.old : nil }
        changes = removed.map { region in
            let match = added.firstIndex {
                $0.kind == region.kind && $0.range.overlaps(region.range)
            }
            return Change(old: region, new: match.map { added.remove(at: $0) })
        }
        changes += added.map { Change(old: nil, new: $0) }
    }
}
