import Arm64

// Rules: what the page tables map. Memory that purgatory doesn't touch is never mapped: a cacheable mapping of
// reserved memory isn't safe, since speculation reaches it.

extension Plan {
    /// Mappings are whole pages.
    func mappingAlignment() -> [Violation.Problem] {
        guard let pageTables else { return [] }
        return pageTables.mappings.map(\.range).filter { range in
            !range.start.isAligned(to: pageTables.granule.size)
                || !range.end.isAligned(to: pageTables.granule.size)
        }
        .map { .mappingAlignment($0, granule: pageTables.granule) }
    }

    /// Mappings are sorted by address.
    func mappingOrder() -> [Violation.Problem] {
        zip(mappings, mappings.dropFirst()).filter { $0.range.start > $1.range.start }
            .map { .mappingOrder($1.range, after: $0.range) }
    }

    /// No address has two translations.
    func mappingsApart() -> [Violation.Problem] {
        overlaps(mappings.map { ($0, $0.range) }, name: \.range).map { .mappingsOverlap($0.0, $0.1) }
    }

    /// Each address has no more bits than the tables translate.
    func mappingsInAddressBits() -> [Violation.Problem] {
        guard let pageTables, Self.inputAddressBitsLimits ~= pageTables.inputAddressBits else { return [] }
        return mappings.map(\.range).filter { $0.last.rawValue >> UInt64(pageTables.inputAddressBits) != 0 }
            .map { .mappingBeyondAddressBits($0, bits: pageTables.inputAddressBits) }
    }

    /// A mapping's entries add up to it.
    func mappingEntries() -> [Violation.Problem] {
        guard let granule = pageTables?.granule else { return [] }
        let sizes = Set(
            TranslationLevel.allCases.filter(granule.mapsMemory(at:)).map(granule.entrySize(at:)))
        return mappings.filter { mapping in
            let isSorted = zip(mapping.entries, mapping.entries.dropFirst()).allSatisfy { $0.size > $1.size }
            let sum = mapping.entries.reduce(UInt64?.some(0)) { sum, entries in
                UInt64(exactly: entries.count).flatMap { sum?.addingProduct($0, entries.size) }
            }
            return !isSorted || sum != mapping.range.size
                || !mapping.entries.allSatisfy { sizes.contains($0.size) && $0.count > 0 }
        }
        .map { .mappingEntries($0.range, $0.entries) }
    }

    /// The pages of purgatory, of the other segments and of the console are mapped, and no other.
    func mappingsExact() -> [Violation.Problem] {
        guard let granule = pageTables?.granule else { return [] }
        let touched = checkedSegments.compactMap(\.range) + purgatoryMemory + consolePages
        let due = AddressRangeSet(touched).expanded(to: granule.size)
        let mapped = AddressRangeSet(mappings.map(\.range))
        let missing = due.subtracting(mapped)
        let unneeded = mapped.subtracting(due)
        return (missing.isEmpty ? [] : [.notMapped(missing.ranges)])
            + (unneeded.isEmpty ? [] : [.mappedInVain(unneeded.ranges)])
    }

    /// The console has an address (0 tells purgatory that there is none), its registers are aligned to their width,
    /// and they are within 64 bits, in whole pages.
    func consoleRegisters() -> [Violation.Problem] {
        guard let console = request.console else { return [] }
        let alignment = console.kind.registerAlignment
        if console.address == .zero { return [.consoleAtZero(console)] }
        if !console.address.isAligned(to: alignment) {
            return [.consoleAlignment(console, alignment: alignment)]
        }
        return consolePages.isEmpty ? [.consoleBeyond64Bits(console)] : []
    }

    /// The console's pages are not memory: they are mapped as a device.
    func consoleInDeviceMemory() -> [Violation.Problem] {
        consolePages.filter(machine.memory.systemRAM.overlaps).map { .consoleInRAM($0) }
    }

    /// What is mapped is usable memory or the console, at the pages' ragged ends as well.
    func mappingsInMemory() -> [Violation.Problem] {
        // What of a segment itself is no memory is said elsewhere.
        let mappable = machine.memory.usable.union(AddressRangeSet(consolePages + placedSegments.map(\.1)))
        return missing(in: mappable, of: mappings.map { ($0.range, $0.range) })
            .map { .mappingOutsideMemory($0, $1) }
    }

    /// The console is device memory that is written, and the other segments are only read. A section of purgatory has
    /// its own access; under kexec-tools' contract, whose stack lies in its code, all of purgatory is written and
    /// executed.
    func mappingUse() -> [Violation.Problem] {
        let read = placedSegments.filter { $0.0 != .purgatory }.map(\.1)
        var uses: [(MemoryType, Access, AddressRangeSet)] = Access.allCases.map { access in
            var ranges = access == .readOnly ? read : []
            switch purgatory.contract {
            case .kplan: ranges += purgatory.sections.filter { $0.access == access }.compactMap(\.range)
            case .kexecTools: ranges += access == .readWriteExecute ? purgatoryMemory : []
            }
            return (.normal, access, AddressRangeSet(ranges))
        }
        uses.append((.deviceNGnRE, .readWrite, AddressRangeSet(consolePages)))
        return mappings.flatMap { mapping in
            uses.filter { memory, access, ranges in
                (memory, access) != (mapping.memory, mapping.access) && ranges.overlaps(mapping.range)
            }
            .map { .mappingUse(mapping.range, memory: $0.0, access: $0.1) }
        }
    }

    /// What purgatory uses of its own segment: its sections, and what is between them, since it hashes its content. Under
    /// kexec-tools' contract all of it: `purgatory_len` is what it cleans.
    private var purgatoryMemory: [AddressRange] {
        if purgatory.contract == .kexecTools { return segment(.purgatory)?.range.map { [$0] } ?? [] }
        let sections = purgatory.sections.compactMap(\.range)
        let whole = segment(.purgatory)?.range.flatMap { segment in
            sections.map(\.end).max().flatMap {
                AddressRange(start: segment.start, end: min($0, segment.end))
            }
        }
        return sections + (whole.map { [$0] } ?? [])
    }

    private var mappings: [Mapping] { pageTables?.mappings ?? [] }

    /// The pages with the console's registers, as a list of at most one.
    private var consolePages: [AddressRange] {
        (request.console?.pages(pageTables?.granule ?? request.granule)).map { [$0] } ?? []
    }
}
