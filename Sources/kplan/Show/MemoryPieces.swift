import Arm64
import KexecPlan

/// A stretch of memory that is the same throughout.
struct MemoryPiece: Equatable {
    var range: AddressRange
    /// Whether it is System RAM.
    var isRAM: Bool
    /// What reserves it: the name of the innermost region; nil where nothing does.
    var reservation: String?
    /// The segments that are there: more than one only where a plan breaks its rules.
    var segments: [SegmentRole]

    /// Memory that may still be used.
    var isFree: Bool { isRAM && reservation == nil && segments.isEmpty }
}

extension Plan {
    /// All memory from the first address that the plan names to the last, cut wherever something begins or ends.
    var memoryPieces: [MemoryPiece] {
        enum Thing {
            case ram
            case reservation(String)
            case segment(SegmentRole)
        }
        let things: [(range: AddressRange, thing: Thing)] =
            machine.memory.ram.map { ($0.range, .ram) }
            + machine.memory.reserved.map { ($0.range, .reservation($0.kind)) }
            + segments.compactMap { segment in segment.range.map { ($0, .segment(segment.role)) } }
        let events = things.enumerated()
            .flatMap { index, thing in
                [(address: thing.range.start, index: index), (thing.range.end, index)]
            }
            .sorted { ($0.address, $0.index) < ($1.address, $1.index) }

        var pieces: [MemoryPiece] = []
        // What is there at the address that has been reached, in the order in which it began.
        var open: [Int] = []
        for (event, next) in zip(events, events.dropFirst()) {
            if let position = open.lastIndex(of: event.index) {
                open.remove(at: position)
            } else {
                open.append(event.index)
            }
            guard let range = AddressRange(start: event.address, end: next.address) else { continue }
            var piece = MemoryPiece(range: range, isRAM: false, reservation: nil, segments: [])
            for index in open {
                switch things[index].thing {
                case .ram: piece.isRAM = true
                case .reservation(let kind): piece.reservation = kind
                case .segment(let role): piece.segments.append(role)
                }
            }
            pieces.append(piece)
        }
        return pieces.merged
    }
}

extension [MemoryPiece] {
    /// Neighbours of the same kind as one.
    fileprivate var merged: [MemoryPiece] {
        reduce(into: []) { pieces, piece in
            if var last = pieces.last, let range = AddressRange(start: last.range.start, end: piece.range.end)
            {
                last.range = piece.range
                if last == piece {
                    pieces[pieces.count - 1].range = range
                    return
                }
            }
            pieces.append(piece)
        }
    }
}
