extension DeviceTree {
    /// `#address-cells` or `#size-cells` of a node, or what they are where they are missing (Devicetree
    /// Specification, "#address-cells and #size-cells"); nil for what isn't 1 or 2, so isn't a plain address.
    func cells(_ name: String, of path: String) -> Int? {
        cells(name, property(path, name))
    }

    /// The same of a node.
    func cells(_ name: String, of node: Node) -> Int? {
        cells(name, property(node, name))
    }

    private func cells(_ name: String, _ value: [UInt8]?) -> Int? {
        guard let value else { return name == "#address-cells" ? 2 : 1 }
        guard let count = value.bigEndian(UInt32.self, at: 0), 1...2 ~= count else { return nil }
        return Int(count)
    }
}

extension [UInt8] {
    /// The number in one or two cells (32 bits each) of a property, from the cell `first` on; nil where it isn't
    /// wholly inside.
    func cells(at first: Int, count: Int) -> UInt64? {
        switch count {
        case 1: bigEndian(UInt32.self, at: first * 4).map(UInt64.init)
        case 2: bigEndian(UInt64.self, at: first * 4)
        default: nil
        }
    }

    /// The strings of a property that is a list of them; a last one without its terminating zero isn't one.
    var strings: [String] {
        split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
