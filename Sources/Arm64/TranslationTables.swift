/// A range that is to be mapped to itself.
public struct IdentityRegion: Equatable, Sendable {
    /// Its addresses, whole pages of the granule.
    public let range: AddressRange
    /// The memory type.
    public let memory: MemoryType
    /// What may be done there.
    public let access: Access

    /// Makes a region from its parts.
    public init(range: AddressRange, memory: MemoryType, access: Access) {
        self.range = range
        self.memory = memory
        self.access = access
    }
}

/// Identity translation tables: the fewest that map the given regions, and nothing else.
///
/// A descriptor maps memory as soon as all that it covers is of one region, so blocks are as large as they can
/// be and further tables stand only at ragged ends. Regions that touch and are mapped alike count as one.
public struct TranslationTables: Equatable, Sendable {
    /// One table.
    public struct Table: Equatable, Sendable {
        /// Its level in the walk.
        public let level: TranslationLevel
        /// Its valid descriptors, by rising index; all others are zero.
        public internal(set) var entries: [Entry]
    }

    /// A valid descriptor.
    public struct Entry: Equatable, Sendable {
        /// Its place in the table.
        public let index: Int
        /// The first address that it translates.
        public let address: PhysicalAddress
        /// What it says.
        public let content: Content

        /// What a descriptor says.
        public enum Content: Equatable, Sendable {
            /// The walk goes on in the table at this position of `tables`.
            case table(Int)
            /// A block, or at level 3 a page, of memory.
            case memory(MemoryType, Access)
        }
    }

    /// The granule.
    public let granule: Granule
    /// The number of bits of an input address: 64 − T0SZ.
    public let inputAddressBits: Int
    /// The tables, the root first, each before those that it points to.
    public private(set) var tables: [Table] = []

    /// Why tables can't be built.
    public enum BuildError: Error, Equatable, Sendable {
        /// A region reaches beyond the 48 bits that tables of this form translate.
        case addressBeyondTables(AddressRange)
        /// A region is not made of whole pages of the granule.
        case notWholePages(AddressRange, pageSize: UInt64)
        /// Two regions share addresses.
        case overlap(AddressRange, AddressRange)
        /// The tables themselves are to begin inside a page. The size in bytes.
        case rootNotAligned(PhysicalAddress, pageSize: UInt64)
        /// The tables themselves reach beyond 48 bits. The size of all of them, in bytes.
        case rootBeyondTables(PhysicalAddress, size: UInt64)
    }

    /// Builds the tables for `regions`, in any order.
    ///
    /// - Parameter fewestAddressBits: at least so many bits are translated, however low the addresses are.
    public init(
        granule: Granule, regions: [IdentityRegion],
        fewestAddressBits: Int = TranslationControl.fewestInputAddressBits
    ) throws(BuildError) {
        let regions = try Self.merged(regions, granule: granule)
        let highest = regions.last?.range.last.rawValue ?? 0
        let bits = UInt64.bitWidth - highest.leadingZeroBitCount
        self.granule = granule
        self.inputAddressBits = max(bits, fewestAddressBits)
        if let last = regions.last, inputAddressBits > TranslationControl.mostInputAddressBits {
            throw .addressBeyondTables(last.range)
        }
        _ = addTable(level: granule.rootLevel(addressBits: inputAddressBits), covering: regions[...])
    }

    /// The level at which the walk begins.
    public var rootLevel: TranslationLevel { granule.rootLevel(addressBits: inputAddressBits) }

    /// The memory that the tables take, in bytes.
    public var size: UInt64 { UInt64(tables.count) * granule.size }

    /// How many tables `level` has.
    public func count(at level: TranslationLevel) -> Int {
        tables.count { $0.level == level }
    }

    /// The regions by rising address, with those that touch and are mapped alike made one.
    private static func merged(
        _ regions: [IdentityRegion], granule: Granule
    ) throws(BuildError) -> [IdentityRegion] {
        var merged: [IdentityRegion] = []
        for region in regions.sorted(by: { $0.range.start < $1.range.start }) {
            guard region.range.shrunk(to: granule.size) == region.range else {
                throw .notWholePages(region.range, pageSize: granule.size)
            }
            guard let last = merged.last else {
                merged.append(region)
                continue
            }
            guard last.range.end <= region.range.start else { throw .overlap(last.range, region.range) }
            if last.range.end == region.range.start, last.memory == region.memory,
                last.access == region.access,
                let range = AddressRange(start: last.range.start, end: region.range.end)
            {
                merged[merged.count - 1] = IdentityRegion(
                    range: range, memory: last.memory, access: last.access)
            } else {
                merged.append(region)
            }
        }
        return merged
    }

    /// Adds the table of `level` for `regions`, which lie wholly in what it translates, and all tables below it.
    /// Returns its position.
    private mutating func addTable(
        level: TranslationLevel, covering regions: ArraySlice<IdentityRegion>
    ) -> Int {
        let position = tables.count
        tables.append(Table(level: level, entries: []))
        let entrySize = granule.entrySize(at: level)
        var entries: [Entry] = []
        var rest = regions
        while let region = rest.first {
            let entryStart = region.range.start.alignedDown(to: entrySize)
            // The highest address that is mapped is below 2^48, so no entry reaches past 64 bits.
            guard let entryRange = AddressRange(start: entryStart, size: entrySize) else { break }
            let content: Entry.Content
            if granule.mapsMemory(at: level), region.range.contains(entryRange) {
                content = .memory(region.memory, region.access)
            } else if let next = level.next {
                content = .table(addTable(level: next, covering: Self.clip(rest, to: entryRange)[...]))
            } else {
                preconditionFailure("level 3 maps whole pages")
            }
            let index =
                (entryStart.rawValue >> UInt64(granule.entryShift(at: level)))
                & UInt64(granule.descriptorsPerTable - 1)
            entries.append(Entry(index: Int(index), address: entryStart, content: content))
            rest = Self.after(entryRange.end, in: rest)
        }
        tables[position].entries = entries
        return position
    }

    /// What of `regions` lies in `range`.
    private static func clip(
        _ regions: ArraySlice<IdentityRegion>, to range: AddressRange
    ) -> [IdentityRegion] {
        regions.prefix { $0.range.start < range.end }.compactMap { region in
            region.range.intersection(range).map {
                IdentityRegion(range: $0, memory: region.memory, access: region.access)
            }
        }
    }

    /// What of `regions` lies at `address` and after.
    private static func after(
        _ address: PhysicalAddress, in regions: ArraySlice<IdentityRegion>
    ) -> ArraySlice<IdentityRegion> {
        var rest = regions.drop { $0.range.end <= address }
        if let first = rest.first, first.range.start < address,
            let range = AddressRange(start: address, end: first.range.end)
        {
            rest[rest.startIndex] = IdentityRegion(
                range: range, memory: first.memory, access: first.access)
        }
        return rest
    }
}
