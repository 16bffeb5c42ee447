import Arm64
import KexecPlan

/// A purgatory object at its address: what each of its symbols and relocations comes to.
struct LinkedPurgatory {
    let object: RelocatableObject
    let sections: [PlacedSection]

    init(_ object: RelocatableObject, layout: PurgatoryLayout, at base: PhysicalAddress) {
        self.object = object
        sections = layout.places.map { place in
            PlacedSection(
                name: place.section.name, index: place.section.index,
                address: PhysicalAddress(base.rawValue &+ place.offset), size: place.section.size,
                access: place.access)
        }
    }

    /// The physical address of the section with this index; nil where it is not loaded.
    private func address(ofSection index: Int) -> PhysicalAddress? {
        sections.first { $0.index == index }?.address
    }

    /// The physical address of a symbol that the object must define.
    func address(of name: String) throws(PlannerError) -> PhysicalAddress {
        guard let symbol = object.symbol(named: name), case .section(let index) = symbol.place,
            let section = address(ofSection: index)
        else { throw .missingSymbol(name) }
        return PhysicalAddress(section.rawValue &+ symbol.value)
    }

    /// Where the running kernel jumps to: an instruction.
    func entry() throws(PlannerError) -> PhysicalAddress {
        let entry = try address(of: PurgatoryContract.entry)
        let isInCode = sections.contains { section in
            section.access == .readExecute
                && AddressRange(start: section.address, size: section.size)?.contains(entry) == true
        }
        guard isInCode, entry.isAligned(to: 4) else { throw .entryOutsideCode(PurgatoryContract.entry) }
        return entry
    }

    /// All relocations, with what they refer to.
    func relocations() throws(PlannerError) -> [PlannedRelocation] {
        var planned: [PlannedRelocation] = []
        for relocation in object.relocations {
            let name = object.section(index: relocation.section)?.name ?? ""
            guard let type = RelocationType(rawValue: relocation.type) else {
                throw .unknownRelocation(
                    type: relocation.type, section: name, offset: relocation.offset)
            }
            guard let section = sections.first(where: { $0.index == relocation.section }),
                relocation.offset <= section.size, type.size <= section.size - relocation.offset,
                object.symbols.indices.contains(relocation.symbol)
            else { throw .badRelocation(section: name, offset: relocation.offset) }
            let symbol = object.symbols[relocation.symbol]
            let target: UInt64
            switch symbol.place {
            case .absolute: target = symbol.value
            case .undefined:
                // The null symbol stands for zero.
                guard relocation.symbol == 0 else { throw .undefinedSymbol(symbol.name) }
                target = 0
            case .section(let index):
                guard let start = address(ofSection: index) else {
                    throw .badRelocation(section: name, offset: relocation.offset)
                }
                target = start.rawValue &+ symbol.value
            }
            planned.append(
                PlannedRelocation(
                    site: PhysicalAddress(section.address.rawValue &+ relocation.offset), type: type,
                    symbol: symbol.name, addend: relocation.addend,
                    value: target &+ UInt64(bitPattern: relocation.addend)))
        }
        return planned
    }

    /// The patch that sets a symbol, which must have content.
    func patch(_ name: String, _ value: SymbolPatch.Value) throws(PlannerError) -> SymbolPatch {
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
