import Arm64

// Rules: what purgatory is told through its symbols (docs/PURGATORY.md).

extension Plan {
    /// Symbols are sorted by address.
    func symbolOrder() -> [Violation.Problem] {
        zip(purgatory.symbols, purgatory.symbols.dropFirst()).filter { $0.address > $1.address }
            .map { .symbolOrder($1.name, after: $0.name) }
    }

    /// No byte is written for two symbols.
    func symbolsApart() -> [Violation.Problem] {
        let written = purgatory.symbols.compactMap { symbol in
            AddressRange(start: symbol.address, size: symbol.value.size).map { (symbol, $0) }
        }
        return overlaps(written, name: \.name).map { first, second, _ in .symbolsOverlap(first, second) }
    }

    /// What is written at a symbol is inside one section.
    func symbolsInSections() -> [Violation.Problem] {
        let sections = SectionIndex(purgatory.sections)
        return purgatory.symbols.filter { !sections.hasAll(of: $0.address, size: $0.value.size) }
            .map { .symbolOutsideSections($0.name, address: $0.address, size: $0.value.size) }
    }

    /// Each symbol by which purgatory is told something says what the plan says, and none is left out.
    func symbolValues() -> [Violation.Problem] {
        purgatorySymbolValues.compactMap { name, due in
            let found = purgatory.symbols.first { $0.name == name }?.value
            // Whether the object has these is known when its bytes are made.
            if found == nil, purgatory.contract.optionalSymbols.contains(name) { return nil }
            return found == due ? nil : .symbolValue(name, found: found, due: due)
        }
    }

    /// Nothing else is written into purgatory: each symbol is one that it is told something by, and none is there
    /// twice.
    func symbolsNeeded() -> [Violation.Problem] {
        // Which symbols these are depends on the segments. That one is missing is said elsewhere.
        guard [.kernel, .dtb, .purgatory].allSatisfy({ segment($0) != nil }) else { return [] }
        var due = Set(purgatorySymbolValues.map(\.name))
        return purgatory.symbols.filter { due.remove($0.name) == nil }
            .map { .symbolUnneeded($0.name, address: $0.address) }
    }
}
