import Arm64

extension LinkedPurgatory {
    /// What is written at purgatory's symbols for this plan, by rising address.
    public func patches(for plan: Plan) throws(LinkingError) -> [SymbolPatch] {
        if plan.purgatory.contract == .kexecTools { try checkThatChecksAreOn() }
        var patches: [SymbolPatch] = []
        let optional = plan.purgatory.contract.optionalSymbols
        for (name, value) in plan.purgatorySymbolValues
        where !optional.contains(name) || object.symbol(named: name) != nil {
            patches.append(try patch(name, value))
        }
        patches.sort { $0.address < $1.address }
        for (patch, next) in zip(patches, patches.dropFirst())
        where next.address.rawValue - patch.address.rawValue < patch.value.size {
            throw .symbolsOverlap(patch.name, next.name)
        }
        return patches
    }

    /// `skip_checks`, where the object has it, is 0. It is not set: kexec-tools sets it only to switch the checks off.
    private func checkThatChecksAreOn() throws(LinkingError) {
        let name = PurgatoryContract.skipChecks
        guard let symbol = object.symbol(named: name) else { return }
        let size: UInt64 = 4
        guard symbol.size == size else {
            throw .wrongSymbolSize(name, size: symbol.size, expected: size)
        }
        guard case .section(let index) = symbol.place, let section = object.section(index: index),
            symbol.value <= section.size, size <= section.size - symbol.value
        else { throw .symbolWithoutContent(name) }
        // Without content it is zero as it is.
        guard let content = section.content, let start = Int(exactly: symbol.value) else { return }
        guard content.dropFirst(start).prefix(Int(size)).allSatisfy({ $0 == 0 }) else {
            throw .checksSkipped(name)
        }
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
