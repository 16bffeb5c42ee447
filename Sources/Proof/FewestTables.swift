import Arm64

/// How few tables can map some ranges to themselves, each with its own attributes, and nothing else.
///
/// Fewest of all trees in which one descriptor points to each table: what several point to, or a table that points to
/// itself, could save one, and the proof refuses it as a finding.
///
/// Counted from the ranges alone. Why no such tables do with fewer: let a *span* of a level be an aligned range of the size
/// that one table of that level translates. The walk for a byte goes through one table a level, until a descriptor
/// maps memory. Take a span of a level below the root with a byte that is mapped. All walks into it go through one
/// descriptor of the level above. That one can map memory itself only if (a) the architecture has blocks there, and
/// (b) the whole span is mapped, all of it with the same attributes, since a block has one set of them. In every other
/// case it points to a table. A table that stands for one span can't stand for another one: its leaf descriptors hold
/// output addresses, which for an identity are in the span. So each span with a mapped byte that is not
/// (a) and (b) takes a table of its own, and tables for these spans are enough.
///
/// A smaller T0SZ than the highest address needs adds levels above the root, and takes none away.
struct FewestTables {
    /// How many tables there are of each level, from the root's on.
    let counts: [(level: Int, count: Int)]

    /// All of them.
    var total: Int { counts.reduce(0) { $0 + $1.count } }

    /// - Parameter uniform: ranges that are mapped alike, by rising address, apart; those that touch differ.
    init(_ uniform: [AddressRange], _ geometry: WalkGeometry) {
        counts = (geometry.rootLevel...3).map { level in
            if level == geometry.rootLevel { return (level, 1) }
            let shift = UInt64(geometry.shift(level: level - 1))
            let whole = geometry.hasBlocks(level: level - 1) ? Self.wholeSpans(uniform, shift) : 0
            return (level, Self.touchedSpans(uniform, shift) - whole)
        }
    }

    /// How many spans of 2^`shift` bytes have a byte of the ranges.
    private static func touchedSpans(_ ranges: [AddressRange], _ shift: UInt64) -> Int {
        var count = 0
        var next: UInt64 = 0
        for range in ranges {
            let first = max(range.start.rawValue >> shift, next)
            let last = range.last.rawValue >> shift
            guard last >= first else { continue }
            count += Int(last - first + 1)
            next = last + 1
        }
        return count
    }

    /// How many spans are inside one range.
    private static func wholeSpans(_ ranges: [AddressRange], _ shift: UInt64) -> Int {
        ranges.reduce(0) { count, range in
            guard let inside = range.shrunk(to: 1 << shift) else { return count }
            return count + Int(inside.size >> shift)
        }
    }
}
