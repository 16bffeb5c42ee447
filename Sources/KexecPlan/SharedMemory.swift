import Arm64

/// The memory that several machines have in common, learned from one machine after another: what is System RAM on all of
/// them, and what is reserved in it on any.
///
/// It keeps no machine's map: what it takes grows with the number of different ranges, which machines of a kind share.
public struct SharedMemory: Sendable {
    /// How many machines it was learned from.
    public private(set) var count = 0
    private var first: MemoryMap?
    private var ram = AddressRangeSet()
    private var reserved: [String: GrowingRangeSet] = [:]
    private var takers: [AddressRange: Takers] = [:]
    private let pageSize: UInt64

    /// Which machines take a range, as far as it has to be known.
    private struct Takers {
        var count: UInt64 = 0
        var lowest: Int
    }

    /// - Parameter pageSize: what segments are multiples of: of less than a whole page nothing is free. Bytes, a power of two.
    public init(pageSize: UInt64) {
        self.pageSize = pageSize
    }

    /// Counts a machine's memory in. Machines are numbered from 0.
    public mutating func add(_ memory: MemoryMap) {
        let systemRAM = memory.systemRAM
        if first == nil {
            first = memory
            ram = systemRAM
        } else {
            ram = ram.intersection(systemRAM)
        }
        for region in memory.reserved { reserved[region.kind, default: .init()].insert(region.range) }
        let all = AddressRange(start: .zero, end: PhysicalAddress(.max)).map { AddressRangeSet([$0]) }
        let taken = all?.subtracting(memory.usable.shrunk(to: pageSize)) ?? .init()
        for range in taken.ranges {
            var known = takers[range] ?? Takers(lowest: count)
            known.count += 1
            takers[range] = known
        }
        count += 1
    }

    /// What all machines have. Of one machine it is its own map; of several, RAM and each kind of reservation are sorted by
    /// address, apart, and reservations are those in the common RAM.
    public var memory: MemoryMap {
        guard count > 1, let first else { return first ?? MemoryMap(ram: [], reserved: []) }
        // System RAM has one name (`MemoryMap.init(_:)`).
        let name = first.ram.first?.kind ?? ""
        let kinds = reserved.flatMap { kind, ranges in
            ranges.set.intersection(ram).ranges.map { MemoryMap.Region(range: $0, kind: kind) }
        }
        return MemoryMap(
            ram: ram.ranges.map { MemoryMap.Region(range: $0, kind: name) },
            reserved: kinds.sorted {
                ($0.range.start, $0.range.end) != ($1.range.start, $1.range.end)
                    ? ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end)
                    : $0.kind.utf8.lexicographicallyPrecedes($1.kind.utf8)
            })
    }

    /// A range that is free on some machines and not on all, in whole pages.
    public struct Taking: Equatable, Sendable {
        /// Its addresses.
        public var range: AddressRange
        /// On how many machines it is not free.
        public var count: Int
        /// The number of the first of them.
        public var machine: Int
    }

    /// What is free on some machines and not on all: the largest pieces first, of equals the lowest.
    /// - Parameter limit: how many pieces are named.
    /// - Returns: the pieces, how many more there are, and their size in bytes.
    public func takings(limit: Int) -> (pieces: [Taking], more: Int, moreSize: UInt64) {
        let pieces = pieces.sorted {
            ($1.range.size, $0.range.start) < ($0.range.size, $1.range.start)
        }
        let named = pieces.prefix(limit).map { piece in
            let machine = takers.lazy.filter { $0.key.contains(piece.range) }.map(\.value.lowest).min() ?? 0
            return Taking(range: piece.range, count: Int(piece.count), machine: machine)
        }
        let rest = pieces.dropFirst(limit)
        return (named, rest.count, rest.reduce(0) { $0 + $1.range.size })
    }

    private struct Piece {
        var range: AddressRange
        var count: UInt64
    }

    /// What some machines take and not all, by rising address.
    private var pieces: [Piece] {
        var edges: [(address: PhysicalAddress, isStart: Bool, takers: Takers)] = []
        for (range, takers) in takers {
            edges.append((range.start, true, takers))
            edges.append((range.end, false, takers))
        }
        // What is no RAM and what is reserved are two things.
        for range in ram.ranges {
            for end in [range.start, range.end] {
                edges.append((end, true, Takers(lowest: 0)))
            }
        }
        edges.sort { $0.address < $1.address }
        var pieces: [Piece] = []
        var (start, number) = (PhysicalAddress.zero, UInt64(0))
        for edge in edges {
            if number > 0, number < UInt64(count), let range = AddressRange(start: start, end: edge.address) {
                pieces.append(Piece(range: range, count: number))
            }
            start = edge.address
            number = edge.isStart ? number + edge.takers.count : number - edge.takers.count
        }
        return pieces
    }
}

/// A set of addresses that grows range by range: what comes in is merged now and then.
private struct GrowingRangeSet {
    private var merged = AddressRangeSet()
    private var pending: [AddressRange] = []

    mutating func insert(_ range: AddressRange) {
        guard !merged.contains(range) else { return }
        pending.append(range)
        if pending.count > 64 + merged.ranges.count {
            merged = set
            pending = []
        }
    }

    var set: AddressRangeSet { merged.union(AddressRangeSet(pending)) }
}
