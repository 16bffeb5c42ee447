import Arm64
import KexecPlan
import Testing

@testable import kplan

private let gibibyte: UInt64 = 1 << 30

struct ShowMemoryTests {
    private func picture(_ plan: Plan, _ width: Int, ascii: Bool = false, color: Bool = false) -> [String] {
        PlanDrawing(
            plan: plan, id: "",
            options: ShowOptions(width: width, color: color, ascii: ascii, relocations: false)
        ).memory
    }

    @Test(arguments: [0, 40, 57, 80, 100, 120, 200])
    func staysInsideItsWidth(width: Int) throws {
        var plans = [try samplePlan()]
        // A large machine: RAM at 512 GiB, in pieces, with long names; segments far apart.
        var large = plans[0]
        large.machine.memory = MemoryMap(
            ram: try (0..<40).map { index in
                let start = 512 * gibibyte + UInt64(index) * 16 * gibibyte
                return .init(range: try range(start, start + 15 * gibibyte), kind: "System RAM")
            },
            reserved: try (0..<40).map { index in
                let start = 513 * gibibyte + UInt64(index) * 16 * gibibyte
                return .init(
                    range: try range(start, start + 0x1_0000),
                    kind: "GICv3 LPI pending table of redistributor \(index)")
            })
        for index in large.segments.indices {
            let address = 512 * gibibyte + UInt64(index) * 16 * gibibyte + 0x4000_0000 - 0x1_0000_0000 / 0x10
            large.segments[index].address = PhysicalAddress(address)
        }
        plans.append(large)
        // Addresses with all their digits.
        var high = plans[0]
        high.segments[4].address = PhysicalAddress(0xffff_ffff_ffff_0000)
        plans.append(high)
        for plan in plans {
            for ascii in [true, false] {
                let lines = picture(plan, width, ascii: ascii)
                #expect(lines.allSatisfy { $0.count <= max(width, 40) })
                let colored = picture(plan, width, ascii: ascii, color: true)
                #expect(colored.map(withoutColor) == lines)
            }
        }
    }

    @Test func cutsMemoryWhereAnythingBeginsOrEnds() throws {
        let plan = try samplePlan()
        let pieces = plan.memoryPieces
        #expect(pieces.first?.range.start == PhysicalAddress(0x4000_0000))
        #expect(pieces.last?.range.end == PhysicalAddress(0xc000_0000))
        for (piece, next) in zip(pieces, pieces.dropFirst()) {
            #expect(piece.range.end == next.range.start)
            #expect(
                piece
                    != MemoryPiece(
                        range: piece.range, isRAM: next.isRAM, reservation: next.reservation,
                        segments: next.segments))
        }
        let free = AddressRangeSet(pieces.filter(\.isFree).map(\.range))
        let planned = AddressRangeSet(plan.segments.compactMap(\.range))
        #expect(free == plan.machine.memory.usable.subtracting(planned))
        for segment in plan.segments {
            #expect(pieces.filter { $0.segments == [segment.role] }.map(\.range) == [segment.range])
        }
    }

    @Test func showsWhatMustNotBe() throws {
        var plan = try samplePlan()
        plan.segments[0].address = PhysicalAddress(0x3f00_0000)
        plan.segments[2].address = PhysicalAddress(0x51c0_0000)
        plan.segments[4].address = PhysicalAddress(0x4158_e000)
        plan.segments[3].address = PhysicalAddress(0x4860_0000)
        let text = picture(plan, 80).joined(separator: "\n")
        #expect(text.contains("kernel, not RAM"))
        #expect(text.contains("page-tables over reserved"))
        #expect(text.contains("initrd and dtb"))
        #expect(text.contains("purgatory over reserved"))
    }

    @Test func keepsReservationsBesideSegmentsAndFoldsTheRest() throws {
        let rows = try samplePlan().memoryPieces.rows
        // Free, reserved, free, reserved, free; reserved and free beside the kernel …
        #expect(
            rows.first
                == .folded(
                    .init(
                        range: try range(0x4000_0000, 0x4860_0000),
                        reserved: .init(count: 2, size: 0x48_0000 + 0x47_f000),
                        free: .init(count: 3, size: 0x159_0000 + 0x65f_0000 + 0x18_1000),
                        holes: .init(count: 0, size: 0))))
        let near = rows.compactMap { row in
            if case .piece(let piece) = row, piece.reservation != nil { piece.range } else { nil }
        }
        #expect(near == [try range(0x4860_0000, 0x4870_0000), try range(0xb980_0000, 0xbfa0_0000)])
        #expect(rows.count < 15)
    }

    @Test func foldsWhatIsNoRAM() throws {
        var plan = try samplePlan()
        for start: UInt64 in [0x1_0000_0000, 0x2_0000_0000, 0x3_0000_0000] {
            plan.machine.memory.ram.append(.init(range: try range(start, start + 0x1000_0000), kind: "RAM"))
        }
        let last = try #require(plan.memoryPieces.rows.last)
        guard case .folded(let fold) = last else { throw NotFolded() }
        #expect(fold.holes == .init(count: 3, size: 0x4000_0000 + 2 * 0xf000_0000))
        #expect(fold.free.count == 2 + 3)
    }

    private struct NotFolded: Error {}

    @Test func drawsRAMToScale() throws {
        let cells = try samplePlan().memoryPieces.overview(cells: 64)
        #expect(cells.count == 64)
        // 32 MiB a cell: the kernel at 256 MiB, the initrd from 284 MiB on; 98 MiB reserved at the end.
        #expect(cells[8] == .segment(.kernel))
        #expect(cells[9] == .segment(.initrd))
        #expect(cells[7] == .free && cells[20] == .free)
        #expect(cells[0] == .partlyReserved || cells[0] == .free)
        #expect(cells.suffix(3) == [.reserved, .reserved, .reserved])
    }

    @Test func givesEverySegmentACell() throws {
        let plan = try samplePlan()
        let cells = plan.memoryPieces.closeUp(cells: 76)
        #expect(cells.count == 76)
        for segment in plan.segments { #expect(cells.contains(.segment(segment.role))) }
        func count(_ role: SegmentRole) -> Int { cells.count { $0 == .segment(role) } }
        // 26.7 and 31.3 MiB.
        #expect(count(.initrd) > count(.kernel) && count(.kernel) > 20)
        #expect(count(.dtb) == 1)
    }

    @Test func shortensWhatIsFarApart() throws {
        var plan = try samplePlan()
        plan.segments[1].address = PhysicalAddress(0xa000_0000)
        let cells = plan.memoryPieces.closeUp(cells: 76)
        #expect(cells.count == 76)
        #expect(cells.contains(.shortened))
        #expect(cells.count { $0 == .segment(.kernel) } > 10)
    }

    /// No plan is too strange to be drawn: people edit them by hand.
    @Test func drawsAnything() throws {
        var generator = SplitMix64(state: 20)
        func address() -> UInt64 {
            UInt64.random(in: 0...UInt64.max, using: &generator)
                >> UInt64.random(in: 0...63, using: &generator)
        }
        for _ in 0..<500 {
            var plan = try samplePlan()
            for index in plan.segments.indices {
                plan.segments[index].address = PhysicalAddress(address())
                plan.segments[index].memorySize = address()
                plan.segments[index].contentSize = address()
            }
            func regions(_ count: Int) -> [MemoryMap.Region] {
                (0..<count).compactMap { _ in
                    AddressRange(start: PhysicalAddress(address()), size: address())
                        .map { .init(range: $0, kind: "any") }
                }
            }
            plan.machine.memory = MemoryMap(ram: regions(4), reserved: regions(12))
            plan.machine.pageSize = address()
            plan.kernel.imageSize = address()
            let lines = picture(plan, 60)
            #expect(lines.allSatisfy { $0.count <= 60 })
            _ = render(plan, id: "", options: .init(width: 60, color: true, ascii: true, relocations: true))
        }
    }
}

/// The same numbers on every run (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}
