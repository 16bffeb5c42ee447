import Arm64
import TestSupport
import Testing

@testable import KexecPlan

@Suite("What the memory maps of several machines have in common")
struct SharedMemoryTests {
    private static let pageSize: UInt64 = 0x1_0000

    /// Machines whose maps are alike, as those of a fleet are, and not the same.
    private static func machines(_ seed: UInt64) throws -> [MemoryMap] {
        var random = SplitMix64(seed: seed)
        func range(_ limit: UInt64) throws -> AddressRange {
            let start = UInt64.random(in: 0..<limit, using: &random) & ~0xfff
            let size = (UInt64.random(in: 0..<limit / 8, using: &random) & ~0xfff) + 0x1000
            return try #require(AddressRange(start: PhysicalAddress(start), size: size))
        }
        let kinds = ["reserved", "Crash kernel", "/reserved-memory/firmware"]
        let common = try (0..<3).map { _ in try range(1 << 24) }
        return try (0..<Int.random(in: 1...6, using: &random)).map { _ in
            var ram = common
            if Bool.random(using: &random) { ram.append(try range(1 << 24)) }
            if Bool.random(using: &random) { ram.removeFirst() }
            let reserved = try (0..<Int.random(in: 0...8, using: &random)).map { _ in
                MemoryMap.Region(
                    range: try range(1 << 24), kind: kinds.randomElement(using: &random) ?? "")
            }
            return MemoryMap(
                ram: AddressRangeSet(ram).ranges.map { .init(range: $0, kind: "System RAM") },
                reserved: reserved)
        }
    }

    private static func shared(_ machines: [MemoryMap]) -> SharedMemory {
        var shared = SharedMemory(pageSize: pageSize)
        for machine in machines { shared.add(machine) }
        return shared
    }

    @Test(
        "Free is what is free on all, RAM what is RAM on all, and each reservation keeps its kind",
        arguments: 0..<300 as Range<UInt64>)
    func intersection(seed: UInt64) throws {
        let machines = try Self.machines(seed)
        let memory = Self.shared(machines).memory
        let all = machines.dropFirst().reduce(machines[0].systemRAM) { $0.intersection($1.systemRAM) }
        #expect(memory.systemRAM == all)
        let usable = machines.dropFirst().reduce(machines[0].usable) { $0.intersection($1.usable) }
        #expect(memory.usable == usable)
        for machine in machines {
            for region in machine.reserved {
                let due = all.intersection(region.range)
                let kept = AddressRangeSet(memory.reserved.filter { $0.kind == region.kind }.map(\.range))
                #expect(due.subtracting(kept).isEmpty)
            }
        }
        if machines.count > 1 {
            #expect(memory.reserved.allSatisfy { all.contains($0.range) })
        }
    }

    @Test("The order of machines is nowhere in it", arguments: 0..<100 as Range<UInt64>)
    func order(seed: UInt64) throws {
        let machines = try Self.machines(seed)
        var random = SplitMix64(seed: seed)
        let (one, other) = (Self.shared(machines), Self.shared(machines.shuffled(using: &random)))
        #expect(one.memory == other.memory)
        let pieces = (one.takings(limit: .max).pieces, other.takings(limit: .max).pieces)
        #expect(pieces.0.map(\.range) == pieces.1.map(\.range))
        #expect(pieces.0.map(\.count) == pieces.1.map(\.count))
    }

    @Test("One machine has its own map, as it is")
    func one() throws {
        let machine = try Self.machines(7)[0]
        #expect(Self.shared([machine]).memory == machine)
        #expect(Self.shared([machine]).takings(limit: 9).pieces.isEmpty)
        #expect(Self.shared([]).memory.ram.isEmpty)
    }

    @Test(
        "Who takes what: pieces are free on just so many, and not free on the machine that is named",
        arguments: 0..<300 as Range<UInt64>)
    func takings(seed: UInt64) throws {
        let machines = try Self.machines(seed)
        let free = machines.map { $0.usable.shrunk(to: Self.pageSize) }
        let (pieces, more, moreSize) = Self.shared(machines).takings(limit: .max)
        #expect(more == 0 && moreSize == 0)
        for piece in pieces {
            #expect(free.count { $0.contains(piece.range) } == machines.count - piece.count)
            #expect(free.count { !$0.overlaps(piece.range) } == piece.count)
            #expect(!free[piece.machine].overlaps(piece.range))
        }
        // Together they are all that some have free and others not.
        let some = free.reduce(AddressRangeSet()) { $0.union($1) }
        let all = free.dropFirst().reduce(free[0]) { $0.intersection($1) }
        #expect(AddressRangeSet(pieces.map(\.range)) == some.subtracting(all))
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $0.range.size >= $1.range.size })
        let few = Self.shared(machines).takings(limit: 2)
        #expect(few.pieces == Array(pieces.prefix(2)) && few.more == max(0, pieces.count - 2))
        #expect(few.moreSize == pieces.dropFirst(2).reduce(0) { $0 + $1.range.size })
    }
}
