import Arm64
import KexecPlan

/// What purgatory touches, as regions to be mapped: its own sections, the segments that it reads, the console.
struct IdentityMap {
    let granule: Granule
    let contract: PurgatoryContract
    private(set) var mappings: [Mapping] = []

    init(granule: Granule, contract: PurgatoryContract) {
        self.granule = granule
        self.contract = contract
    }

    /// Adds the pages of `range`.
    mutating func add(_ range: AddressRange?, _ memory: MemoryType, _ access: Access, for purpose: String) {
        guard let range = range?.expanded(to: granule.size) else { return }
        mappings.append(
            Mapping(range: range, memory: memory, access: access, entries: [], purpose: purpose))
    }

    /// Adds what is read and hashed; purgatory itself where its code and its stack can't be told apart.
    mutating func add(_ segment: Segment) {
        let access: Access = segment.role == .purgatory ? .readWriteExecute : .readOnly
        add(segment.range, .normal, access, for: segment.role.rawValue)
    }

    /// Adds purgatory's sections, by rising address, those that may be used alike as one mapping. Pages between
    /// two mappings, where a section's alignment left some, go with the lower one: purgatory hashes them too.
    mutating func add(_ sections: [PlacedSection]) {
        var rest = sections[...]
        while let first = rest.first {
            let group = rest.prefix { $0.access == first.access }
            rest = rest.dropFirst(group.count)
            let end = rest.first?.address ?? group.last.flatMap { $0.address.advanced(by: $0.size) }
            let names = group.map(\.name).joined(separator: " ")
            add(
                end.flatMap { AddressRange(start: first.address, end: $0) }, .normal, first.access,
                for: "purgatory \(names)")
        }
    }

    /// The tables, and the mappings by rising address with the descriptors that map them. Mappings that touch
    /// and are alike become one, as in the tables.
    func tables() -> (tables: TranslationTables, mappings: [Mapping]) {
        guard
            let tables = try? TranslationTables(
                granule: granule,
                regions: mappings.map {
                    IdentityRegion(range: $0.range, memory: $0.memory, access: $0.access)
                }, fewestAddressBits: contract.fewestAddressBits)
        else { preconditionFailure("segments are apart, in whole pages and below 48 bits") }
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
