import Arm64
import KexecPlan

/// A cell of a horizontal bar.
enum BarCell: Equatable {
    case free
    case partlyReserved
    case reserved
    case notRAM
    /// A stretch that is drawn shorter than it is.
    case shortened
    case segment(SegmentRole)
}

extension [MemoryPiece] {
    /// All RAM to scale in `count` cells, what is between left out. A segment has a cell however small it is.
    func overview(cells count: Int) -> [BarCell] {
        let ram = filter(\.isRAM)
        let total = ram.reduce(0 as UInt64) { $0 + $1.range.size }
        guard total > 0, count > 0 else { return [] }
        let cells = UInt64(count)
        func edge(_ cell: UInt64) -> UInt64 { total / cells * cell + total % cells * cell / cells }

        var first = 0
        var firstStart: UInt64 = 0
        return (0..<cells).map { cell in
            let (start, end) = (edge(cell), edge(cell + 1))
            while first + 1 < ram.count, firstStart + ram[first].range.size <= start {
                firstStart += ram[first].range.size
                first += 1
            }
            var (position, index) = (firstStart, first)
            var reserved: UInt64 = 0
            var largest: (role: SegmentRole, size: UInt64)?
            while index < ram.count, position < end {
                let next = position + ram[index].range.size
                let size = Swift.min(next, end) - Swift.max(position, start)
                if ram[index].reservation != nil { reserved += size }
                if let role = ram[index].segments.first, size > largest?.size ?? 0 { largest = (role, size) }
                (position, index) = (next, index + 1)
            }
            if let largest { return .segment(largest.role) }
            return reserved == 0 ? .free : reserved < (end - start + 1) / 2 ? .partlyReserved : .reserved
        }
    }

    /// The memory from the first segment to the last in `count` cells, to scale, but for two things: everything
    /// has a cell, and what is larger than the largest segment and holds none is drawn shorter. Nothing where it
    /// doesn't fit.
    func closeUp(cells count: Int) -> [BarCell] {
        guard let first = firstIndex(where: { !$0.segments.isEmpty }),
            let last = lastIndex(where: { !$0.segments.isEmpty }), last - first < count
        else { return [] }
        let pieces = self[first...last]
        let largest = pieces.filter { !$0.segments.isEmpty }.map(\.range.size).max() ?? 1
        let weights = pieces.map { Double(Swift.min($0.range.size, largest)) }
        let scale = Double(count - pieces.count) / weights.reduce(0, +)
        var lengths = weights.map { 1 + Int($0 * scale) }
        if let longest = lengths.indices.max(by: { lengths[$0] < lengths[$1] }) {
            lengths[longest] += count - lengths.reduce(0, +)
        }
        return zip(pieces, lengths).flatMap { piece, length in
            let cell: BarCell =
                if let role = piece.segments.first {
                    .segment(role)
                } else if !piece.isRAM {
                    .notRAM
                } else {
                    piece.reservation == nil ? .free : .reserved
                }
            var cells = [BarCell](repeating: cell, count: length)
            if piece.segments.isEmpty, piece.range.size > largest { cells[length / 2] = .shortened }
            return cells
        }
    }
}
