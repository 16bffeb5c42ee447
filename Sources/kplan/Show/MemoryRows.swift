import Arm64

/// A line of the picture of memory.
enum MemoryRow: Equatable {
    /// One piece.
    case piece(MemoryPiece)
    /// Pieces far from every segment.
    case folded(Fold)

    /// Several pieces as one line.
    struct Fold: Equatable {
        var range: AddressRange
        var reserved: Total
        var free: Total
        /// What is no RAM.
        var holes: Total
    }

    /// How many pieces there are, and their bytes.
    struct Total: Equatable {
        var count: Int
        var size: UInt64
    }
}

extension [MemoryPiece] {
    /// Pieces near a segment as they are; runs of at least three others folded.
    var rows: [MemoryRow] {
        // What reserves memory right beside a segment may be why it is there.
        let near = 2
        let isNear = indices.map { index in
            self[Swift.max(0, index - near)...Swift.min(count - 1, index + near)].contains {
                !$0.segments.isEmpty
            }
        }
        var rows: [MemoryRow] = []
        var index = 0
        while index < count {
            let run = self[index...].indices.prefix { isNear[$0] == isNear[index] }
            rows += isNear[index] ? self[run].map { .piece($0) } : folded(self[run])
            index += run.count
        }
        return rows
    }

    private func folded(_ pieces: ArraySlice<MemoryPiece>) -> [MemoryRow] {
        guard pieces.count > 2, let first = pieces.first, let last = pieces.last,
            let range = AddressRange(start: first.range.start, end: last.range.end)
        else { return pieces.map { .piece($0) } }
        func total(_ isCounted: (MemoryPiece) -> Bool) -> MemoryRow.Total {
            let counted = pieces.filter(isCounted)
            return .init(count: counted.count, size: counted.reduce(0) { $0 + $1.range.size })
        }
        return [
            .folded(
                .init(
                    range: range, reserved: total { $0.reservation != nil }, free: total(\.isFree),
                    holes: total { !$0.isRAM && $0.reservation == nil }))
        ]
    }
}
