import Arm64

/// A purgatory object with its sections at their places: what its entry, its relocations and its symbols come to.
///
/// The places are all that a plan chooses; the rest follows from the object. So a plan is made with this, and
/// checked with it when its bytes are made.
public struct LinkedPurgatory: Sendable {
    let object: RelocatableObject
    /// Where its sections are.
    public let sections: [PlacedSection]
    private let sectionsByIndex: [Int: PlacedSection]

    /// Makes it from its parts; a section that has no place is not loaded.
    public init(_ object: RelocatableObject, sections: [PlacedSection]) {
        self.object = object
        self.sections = sections
        sectionsByIndex = Dictionary(sections.map { ($0.index, $0) }) { first, _ in first }
    }

    /// The physical address of a symbol that the object must define.
    func address(of name: String) throws(LinkingError) -> PhysicalAddress {
        guard let symbol = object.symbol(named: name), case .section(let index) = symbol.place,
            let section = sectionsByIndex[index]
        else { throw .missingSymbol(name) }
        return PhysicalAddress(section.address.rawValue &+ symbol.value)
    }

    /// Where the running kernel jumps to: an instruction.
    public func entry() throws(LinkingError) -> PhysicalAddress {
        let entry = try address(of: PurgatoryContract.entry)
        let isInCode = sections.contains { section in
            section.access.isExecutable && section.range?.contains(entry) == true
        }
        guard isInCode, entry.isAligned(to: 4) else { throw .entryOutsideCode(PurgatoryContract.entry) }
        return entry
    }

    /// All relocations, in the order of the object, with what they refer to.
    public func relocations() throws(LinkingError) -> [PlannedRelocation] {
        var planned: [PlannedRelocation] = []
        planned.reserveCapacity(object.relocations.count)
        for relocation in object.relocations { planned.append(try resolved(relocation)) }
        return planned
    }

    private func resolved(
        _ relocation: RelocatableObject.Relocation
    ) throws(LinkingError) -> PlannedRelocation {
        let place = sectionsByIndex[relocation.section]
        let name = place?.name ?? object.section(index: relocation.section)?.name ?? ""
        guard let type = RelocationType(rawValue: relocation.type) else {
            throw .unknownRelocation(type: relocation.type, section: name, offset: relocation.offset)
        }
        guard let place, relocation.offset <= place.size, type.size <= place.size - relocation.offset,
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
            guard let section = sectionsByIndex[index] else {
                throw .badRelocation(section: name, offset: relocation.offset)
            }
            target = section.address.rawValue &+ symbol.value
        }
        return PlannedRelocation(
            site: PhysicalAddress(place.address.rawValue &+ relocation.offset), type: type,
            symbol: symbol.name, addend: relocation.addend,
            value: target &+ UInt64(bitPattern: relocation.addend))
    }
}
