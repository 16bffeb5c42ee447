import Arm64

extension LinkedPurgatory {
    /// What is written at purgatory's symbols for this plan, by rising address.
    public func patches(for plan: Plan) throws(LinkingError) -> [SymbolPatch] {
        var patches: [SymbolPatch] = []
        for (name, value) in plan.purgatorySymbolValues {
            patches.append(try patch(name, value))
        }
        patches.sort { $0.address < $1.address }
        for (patch, next) in zip(patches, patches.dropFirst())
        where next.address.rawValue - patch.address.rawValue < patch.value.size {
            throw .symbolsOverlap(patch.name, next.name)
        }
        return patches
    }

    /// The patch that sets a symbol, which must have content and the size of the value.
    private func patch(_ name: String, _ value: SymbolPatch.Value) throws(LinkingError) -> SymbolPatch {
        let address = try address(of: name)
        guard let symbol = object.symbol(named: name), case .section(let index) = symbol.place,
            let section = object.section(index: index), section.content != nil,
            symbol.value <= section.size, value.size <= section.size - symbol.value
        else { throw .symbolWithoutContent(name) }
        guard symbol.size == value.size else {
            throw .wrongSymbolSize(name, size: symbol.size, expected: value.size)
        }
        return SymbolPatch(name: name, address: address, value: value)
    }
}
