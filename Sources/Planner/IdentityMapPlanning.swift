import Arm64
import KexecPlan

/// What purgatory touches, as regions to be mapped: its own sections, the segments that it reads, the console.
struct IdentityMap {
    let granule: Granule
    private(set) var mappings: [Mapping] = []

    init(granule: Granule) {
        self.granule = granule
    }

    /// Adds the pages of `range`.
    mutating func add(_ range: AddressRange?, _ memory: MemoryType, _ access: Access, for purpose: String) {
        guard let range = range?.expanded(to: granule.size) else { return }
        mappings.append(
            Mapping(range: range, memory: memory, access: access, entries: [], purpose: purpose))
    }

    /// Adds what is read and hashed.
    mutating func add(_ segment: Segment) {
        add(segment.range, .normal, .readOnly, for: segment.role.rawValue)
    }

    /// Adds purgatory's sections, those that may be used alike as one mapping.
    mutating func add(_ sections: [PlacedSection]) {
        for access in Access.allCases {
            let group = sections.filter { $0.access == access }
            guard let first = group.first, let last = group.last,
                let end = last.address.advanced(by: last.size)
            else { continue }
            let names = group.map(\.name).joined(separator: " ")
            add(AddressRange(start: first.address, end: end), .normal, access, for: "purgatory \(names)")
        }
    }

    /// The tables, and the mappings by rising address with the descriptors that map them. Mappings that touch
    /// and are alike become one, as in the tables.
    func tables() throws(PlannerError) -> (tables: TranslationTables, mappings: [Mapping]) {
        let tables: TranslationTables
        do {
            tables = try TranslationTables(
                granule: granule,
                regions: mappings.map {
                    IdentityRegion(range: $0.range, memory: $0.memory, access: $0.access)
                })
        } catch {
            switch error {
            case .addressBeyondTables(let range): throw .addressBeyondTables(range)
            case .notWholePages, .overlap: preconditionFailure("segments are apart and in whole pages")
            }
        }
        var merged: [Mapping] = []
        for mapping in mappings.sorted(by: { $0.range.start < $1.range.start }) {
            if let last = merged.last, last.range.end == mapping.range.start,
                last.memory == mapping.memory, last.access == mapping.access,
                let range = AddressRange(start: last.range.start, end: mapping.range.end)
            {
                merged[merged.count - 1].range = range
                merged[merged.count - 1].purpose = last.purpose + ", " + mapping.purpose
            } else {
                merged.append(mapping)
            }
        }
        for index in merged.indices {
            merged[index].entries = tables.entries(in: merged[index].range).map {
                Mapping.EntryCount(size: $0.size, count: $0.count)
            }
        }
        return (tables, merged)
    }
}
