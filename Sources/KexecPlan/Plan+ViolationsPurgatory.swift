import Arm64

// Rules: purgatory's sections, and what is written into them.

extension Plan {
    /// The running kernel jumps to an instruction of purgatory.
    func entryInCode() -> [Violation.Problem] {
        let isInCode = purgatory.sections.contains { section in
            section.access.isExecutable && section.range?.contains(entry) == true
        }
        return isInCode ? [] : [.entryOutsideCode(entry)]
    }

    /// Instructions have 4 bytes and are aligned to them.
    func codeAlignment() -> [Violation.Problem] {
        let code = purgatory.sections.filter(\.access.isExecutable).map(\.address)
        return ([entry] + code).filter { !$0.isAligned(to: 4) }.map { .codeAlignment($0) }
    }

    /// Sections are sorted by address.
    func sectionOrder() -> [Violation.Problem] {
        zip(purgatory.sections, purgatory.sections.dropFirst()).filter { $0.address > $1.address }
            .map { .sectionOrder($1.name, after: $0.name) }
    }

    /// No two sections share memory.
    func sectionsApart() -> [Violation.Problem] {
        overlaps(
            purgatory.sections.compactMap { section in section.range.map { (section, $0) } }, name: \.name
        )
        .map { .sectionsOverlap($0, $1, $2) }
    }

    /// Each section, an empty one as well, is inside purgatory's segment.
    func sectionsInPurgatory() -> [Violation.Problem] {
        guard let segment = segment(.purgatory)?.range else { return [] }
        return purgatory.sections.filter { section in
            guard let end = section.address.advanced(by: section.size) else { return true }
            return section.address < segment.start || end > segment.end
        }
        .map { .sectionOutsidePurgatory($0.name, address: $0.address, size: $0.size) }
    }

    /// Each relocation changes bytes of one section.
    func relocationsInSections() -> [Violation.Problem] {
        let sections = SectionIndex(purgatory.sections)
        return purgatory.relocations.filter { !sections.hasAll(of: $0.site, size: $0.type.size) }
            .map { .relocationOutsideSections($0.type, site: $0.site, size: $0.type.size) }
    }
}

/// Sections by rising address, to find which of them has some bytes without looking at each: there may be many
/// relocations.
struct SectionIndex {
    /// Where a section starts, and the farthest end of all that start there or before.
    private var places: [(start: PhysicalAddress, farthest: PhysicalAddress)] = []

    init(_ sections: [PlacedSection]) {
        for range in sections.compactMap(\.range).sorted(by: { $0.start < $1.start }) {
            places.append((range.start, max(range.end, places.last?.farthest ?? .zero)))
        }
    }

    /// True where one section has all of the bytes.
    func hasAll(of address: PhysicalAddress, size: UInt64) -> Bool {
        let next = places.bisected { $0.start <= address }
        guard next > 0, let end = address.advanced(by: size) else { return false }
        return end <= places[next - 1].farthest
    }
}

extension PlacedSection {
    /// Its addresses; nil where they are none or leave 64 bits.
    var range: AddressRange? { AddressRange(start: address, size: size) }
}
