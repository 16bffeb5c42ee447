import Arm64

// Rules: the list of segments, as kexec_load(2) takes it. What the system call doesn't check, whether there is
// memory at all, is checked here: "the caller is responsible" (kernel/kexec_core.c).

extension Plan {
    /// There are 1 to 16 segments.
    func segmentCount() -> [Violation.Problem] {
        let limit = LoadMethod.segmentLimit
        return 1...limit ~= segments.count ? [] : [.segmentCount(segments.count, limit: limit)]
    }

    /// The page size is that of a granule.
    func machinePageSize() -> [Violation.Problem] {
        hasPageSize ? [] : [.machinePageSize(machine.pageSize)]
    }

    /// Each segment is a range of addresses.
    func segmentRanges() -> [Violation.Problem] {
        segments.filter { $0.range == nil }
            .map { .segmentRange($0.role, address: $0.address, memorySize: $0.memorySize) }
    }

    /// Start and end are multiples of the page size.
    func segmentAlignment() -> [Violation.Problem] {
        guard hasPageSize else { return [] }
        return placedSegments.filter { _, range in
            !range.start.isAligned(to: machine.pageSize) || !range.end.isAligned(to: machine.pageSize)
        }
        .map { .segmentAlignment($0, $1, pageSize: machine.pageSize) }
    }

    /// The content fits the memory.
    func segmentContents() -> [Violation.Problem] {
        segments.filter { $0.contentSize > $0.memorySize }
            .map { .segmentContent($0.role, contentSize: $0.contentSize, memorySize: $0.memorySize) }
    }

    /// "total_pages > nr_pages / 2": the kernel needs a second place for what it copies. All of RAM bounds what it
    /// counts from above.
    func segmentTotal() -> [Violation.Problem] {
        let ram = machine.memory.systemRAM.size
        let needed = placedSegments.reduce(UInt64(0)) { sum, segment in
            let (total, overflow) = sum.addingReportingOverflow(segment.1.size)
            return overflow ? .max : total
        }
        return needed > ram / 2 ? [.moreThanHalfOfMemory(needed: needed, ram: ram)] : []
    }

    /// Segments are sorted by address.
    func segmentOrder() -> [Violation.Problem] {
        zip(segments, segments.dropFirst()).filter { $0.address > $1.address }
            .map { .segmentOrder($1.role, after: $0.role) }
    }

    /// No two segments share memory.
    func segmentsApart() -> [Violation.Problem] {
        overlaps(placedSegments) { $0 }.map { .segmentsOverlap($0, $1, $2) }
    }

    /// Each segment is in System RAM that nothing reserves.
    func segmentsInMemory() -> [Violation.Problem] {
        missing(in: machine.memory.usable, of: placedSegments).map { .segmentOutsideMemory($0, $1) }
    }

    /// Each segment is in the window that was asked for.
    func segmentsInWindow() -> [Violation.Problem] {
        guard let window = request.memoryWindow else { return [] }
        return placedSegments.filter { !window.contains($1) }
            .map { .segmentOutsideWindow($0, $1, window: window) }
    }

    /// The segments whose addresses are a range.
    var placedSegments: [(SegmentRole, AddressRange)] {
        segments.compactMap { segment in segment.range.map { (segment.role, $0) } }
    }

    private var hasPageSize: Bool {
        Granule.allCases.contains { $0.size == machine.pageSize }
    }

    /// What of each of `items` is not in `memory`, by rising address; items that have nothing to be named are left
    /// out. What two items share is named with the first of them: that they share it is said elsewhere, and so
    /// no plan makes this longer than itself.
    func missing<Item>(
        in memory: AddressRangeSet, of items: [(Item, AddressRange)]
    ) -> [(Item, [AddressRange])] {
        let missing = AddressRangeSet(items.map(\.1)).subtracting(memory)
        var found: [(Item, [AddressRange])] = []
        var reached = PhysicalAddress.zero
        for (item, range) in items.sorted(by: { $0.1.start < $1.1.start }) {
            if let rest = AddressRange(start: max(range.start, reached), end: range.end) {
                let ranges = missing.intersection(rest).ranges
                if !ranges.isEmpty { found.append((item, ranges)) }
            }
            reached = max(reached, range.end)
        }
        return found
    }

    /// The pairs of `items` that share memory, with what they share: each item with the one before it that
    /// reaches farthest.
    func overlaps<Item, Name>(
        _ items: [(Item, AddressRange)], name: (Item) -> Name
    ) -> [(Name, Name, AddressRange)] {
        var found: [(Name, Name, AddressRange)] = []
        var farthest: (Item, AddressRange)?
        for item in items.sorted(by: { $0.1.start < $1.1.start }) {
            if let farthest, let shared = farthest.1.intersection(item.1) {
                found.append((name(farthest.0), name(item.0), shared))
            }
            if item.1.end > farthest?.1.end ?? .zero { farthest = item }
        }
        return found
    }
}
