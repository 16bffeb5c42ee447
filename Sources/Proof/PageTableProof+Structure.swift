import Arm64
import KexecPlan

extension PageTableProof.Subject {
    /// What is wrong with the tables as such: where they are, how they hang together, how many they are.
    func addStructureProblems(_ walk: PageTableWalk, to problems: inout ProblemList) {
        let tableSize = tables.granule.size
        if !tables.root.isAligned(to: tableSize) {
            problems.append(.rootMisaligned(tables.root, alignment: tableSize))
        }
        if tables.root != base { problems.append(.rootNotFirst(tables.root, first: base)) }
        if !UInt64(bytes.count).isMultiple(of: tableSize) {
            problems.append(.partialTable(size: UInt64(bytes.count), tableSize: tableSize))
        }
        problems += walk.unreached.lazy.map { .unreachedTable($0) }
        problems += walk.irregularities.lazy.map { .irregular($0) }
        if let bits = dueAddressBits, bits != tables.inputAddressBits {
            problems.append(.inputAddressBits(tables.inputAddressBits, due: bits))
        }
        let found = walk.tableCounts
        for (level, fewest) in fewestTables?.counts ?? [] where found[level, default: 0] != fewest {
            problems.append(.tableCount(level: level, found: found[level, default: 0], fewest: fewest))
        }
    }

    /// What the plan says of the tables, and the bytes don't.
    func addPlanProblems(
        _ walk: PageTableWalk, _ runs: [PageTableWalk.Run], _ mapped: AddressRangeSet,
        _ regime: TranslationRegime, to problems: inout ProblemList
    ) {
        let found = walk.tableCounts
        let planned = Dictionary(tables.tables.map { ($0.level.rawValue, $0.count) }) { first, _ in first }
        for level in 0...3 where planned[level, default: 0] != found[level, default: 0] {
            problems.append(
                .plannedTables(
                    level: level, planned: planned[level, default: 0], found: found[level, default: 0]))
        }
        let leaves = walk.leaves
        var end = PhysicalAddress.zero
        for mapping in tables.mappings.sorted(by: { $0.range.start < $1.range.start }) {
            // Each address is judged by one mapping, so that the time is bounded by the bytes.
            guard mapping.range.start >= end else {
                problems.append(.plannedTwice(mapping.range))
                continue
            }
            end = mapping.range.end
            let entries = PageTableWalk.descriptors(of: leaves, in: mapping.range, tables.granule)
            let first = runs.bisected { $0.input.end <= mapping.range.start }
            let alike = runs[first...].prefix { $0.input.start < end }.allSatisfy { run in
                let rights = run.attributes.rights(regime)
                let attribute = MemoryAttribute(
                    mair: registers.mair, index: run.attributes.attributeIndex)
                return attribute == dueAttribute(mapping.memory) && rights.write == mapping.access.isWritable
                    && rights.execute == mapping.access.isExecutable
            }
            if entries != mapping.entries || !alike {
                problems.append(.plannedMapping(mapping.range, found: entries, alike: alike))
            }
        }
        problems += mapped.subtracting(AddressRangeSet(tables.mappings.map(\.range))).ranges.lazy.map {
            .notPlanned($0)
        }
    }
}

extension PageTableWalk {
    /// How many tables each level has.
    var tableCounts: [Int: Int] { tables.reduce(into: [:]) { $0[$1.level, default: 0] += 1 } }

    /// The entries that map memory, by rising address.
    var leaves: [Entry] {
        entries.filter { if case .memory = $0.content { true } else { false } }
    }

    /// How many descriptors of which size begin in `range`, the largest size first. The leaves are by rising address.
    static func descriptors(
        of leaves: [Entry], in range: AddressRange, _ granule: Granule
    ) -> [Mapping.EntryCount] {
        var counts: [UInt64: Int] = [:]
        let first = leaves.bisected { $0.input.end <= range.start }
        for entry in leaves[first...] {
            guard let inside = entry.input.intersection(range) else { break }
            let size: UInt64 = 1 << UInt64(granule.shift + (3 - entry.level) * (granule.shift - 3))
            // The first descriptor may begin before the range.
            let skipped = (inside.start.rawValue - entry.input.start.rawValue + size - 1) / size
            let reached = (inside.end.rawValue - entry.input.start.rawValue + size - 1) / size
            if reached > skipped { counts[size, default: 0] += Int(reached - skipped) }
        }
        return counts.sorted { $0.key > $1.key }.map { Mapping.EntryCount(size: $0.key, count: $0.value) }
    }
}
