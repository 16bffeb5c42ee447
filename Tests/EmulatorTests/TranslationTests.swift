import Emulation
import Testing

@testable import Emulator

/// The MMU, the caches and what is reported about memory around them.
struct TranslationTests {
    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func identityTables(_ level: EmulatedMachine.ExceptionLevel) throws {
        let body = """
            adrp x5, data
            mmu_on
            ldr x6, [x5]
            str x6, [x5, #64]
            mmu_off
            """
        let outcome = try Assembler.machine(body, level: level).run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(outcome.reason == .reached(Assembler.done))
        #expect(outcome.translationChanges.map(\.translation.isMMUOn) == [true, false])
        let on = try #require(outcome.translationChanges.first)
        #expect(on.translation.ttbr0 == Assembler.base + 0x1000)
        #expect(on.translation.mair == 0x04ff)
        #expect(on.translation.tcr == (level == .el2 ? 0x8082_3519 : 0x2_0080_3519))
        #expect(on.translation.cachesData)
        #expect(on.pc == Assembler.base + 44)
        #expect(on.instructions == 12)
        #expect(outcome.accesses.readsWithMMU == 1)
        #expect(outcome.accesses.writesWithMMU == 1)
        // The value of TCR is loaded before.
        #expect(outcome.accesses.readsWithoutMMU == 1)
        #expect(outcome.accesses.writesWithoutMMU == 0)
        #expect(!outcome.translation.isMMUOn)
    }

    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func unmappedByTheTables(_ level: EmulatedMachine.ExceptionLevel) throws {
        let body = """
            mmu_on
            movz x5, #1, lsl #32
            movk x5, #0x4000, lsl #16
            movk x5, #0x10
            str x6, [x5]
            """
        // The address to stop at is one that the tables do not map either.
        let outcome = try Assembler.machine(body, level: level).run(
            entry: Assembler.base, stopAt: [Assembler.unmappedByTables])
        guard case .exception(let exception) = outcome.reason else {
            Issue.record("\(outcome.reason)")
            return
        }
        #expect(exception.number == 4)
        #expect(exception.exceptionClass == 0x25)
        #expect(exception.syndrome & 0x7f == 0x45)  // WnR, translation fault at level 1
        #expect(exception.faultAddress == Assembler.unmappedByTables + 0x10)
        #expect(exception.targetLevel == (level == .el1 ? 1 : 2))
        #expect(exception.pc == Assembler.base + 4 * 15)
        #expect(outcome.pc == exception.pc)
        #expect(outcome.instructions == 15)
    }

    @Test func executeNever() throws {
        var machine = try Assembler.machine("mmu_on\nmov x5, #0x08000000\nbr x5")
        machine.ram.append(0x0800_0000..<0x0800_1000)
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        guard case .exception(let exception) = outcome.reason else {
            Issue.record("\(outcome.reason)")
            return
        }
        #expect(exception.exceptionClass == 0x21)
        #expect(exception.syndrome & 0x3f == 0x0d)  // permission fault at level 1
        #expect(exception.pc == 0x0800_0000)
        #expect(outcome.instructions == 14)
    }

    @Test func nothingThere() throws {
        let outcome = try Assembler.machine("mov x5, #0x50000000\nldr x6, [x5, #8]").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(outcome.reason == .unmapped(.read, address: 0x5000_0008, pc: Assembler.base + 4))
        #expect(outcome.instructions == 1)
        let write = try Assembler.machine("mmu_on\nmov x5, #0x50000000\nstr x6, [x5]").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(write.reason == .unmapped(.write, address: 0x5000_0000, pc: Assembler.base + 4 * 13))
        let fetch = try Assembler.machine("mov x5, #0x50000000\nbr x5").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(fetch.reason == .unmapped(.fetch, address: 0x5000_0000, pc: 0x5000_0000))
        #expect(fetch.instructions == 2)
    }

    @Test func writesWithoutMMU() throws {
        let before = try Assembler.machine("adrp x5, data\nstr x6, [x5]\nmmu_on").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(
            before.accesses.firstWriteBeforeMMU
                == .init(pc: Assembler.base + 4, address: Assembler.data, size: 8))
        #expect(before.accesses.firstWriteAfterMMU == nil)
        #expect(before.accesses.writesWithoutMMU == 1)
        #expect(before.accesses.writesAfterMMU == [])
        let after = try Assembler.machine("adrp x5, data\nmmu_on\nmmu_off\nstp w6, w7, [x5, #4]").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(after.accesses.firstWriteBeforeMMU == nil)
        #expect(
            after.accesses.firstWriteAfterMMU
                == .init(pc: Assembler.base + 4 * 18, address: Assembler.data + 4, size: 4))
        #expect(after.accesses.writesWithoutMMU == 2)
        #expect(
            after.accesses.writesAfterMMU.map(\.access.address) == [
                Assembler.data + 4, Assembler.data + 8,
            ])
        #expect(after.accesses.writesAfterMMU.map(\.cacheOperations) == [0, 0])
    }

    @Test func unalignedWithoutMMU() throws {
        let outcome = try Assembler.machine("adrp x5, data\nldr w6, [x5, #2]\nmmu_on").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(
            outcome.accesses.firstUnalignedWithoutMMU
                == .init(pc: Assembler.base + 4, address: Assembler.data + 2, size: 4))
        let on = try Assembler.machine("adrp x5, data\nmmu_on\nldr w6, [x5, #2]").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(on.accesses.firstUnalignedWithoutMMU == nil)
    }

    @Test func cacheMaintenance() throws {
        let outcome = try Assembler.machine(
            """
            adrp x5, data
            dc civac, x5
            mmu_on
            add x6, x5, #64
            dc civac, x6
            dc cvac, x5
            dc cvau, xzr
            ic iallu
            mmu_off
            dc ivac, x6
            """
        ).run(entry: Assembler.base, stopAt: [Assembler.done])
        let data = Assembler.data
        let operations = outcome.cacheOperations
        #expect(operations.map(\.kind) == [.civac, .civac, .cvac, .cvau, .ivac])
        #expect(operations.map(\.address) == [data, data + 64, data, 0, data + 64])
        #expect(operations.map(\.isMMUOn) == [false, true, true, true, false])
        #expect(operations.map(\.isDataCacheOn) == [false, true, true, true, false])
        #expect(operations.first?.pc == Assembler.base + 4)
    }

    @Test func staleLines() throws {
        let dirty = """
            adrp x5, data
            mmu_on
            str x6, [x5, #8]
            str x6, [x5, #256]
            mmu_off
            dc civac, x5

            """
        let clean = try Assembler.machine(dirty + "ldr x7, [x5, #16]").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(clean.accesses.dirtyLines == [Assembler.data + 256])
        #expect(clean.accesses.firstStale == nil)
        let invalidated = try Assembler.machine(dirty + "dc ivac, x5\nadd x6, x5, #256\ndc ivac, x6").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(invalidated.accesses.dirtyLines == [Assembler.data + 256])
        // A load of bytes that were written; a store anywhere to their line.
        for (access, offset) in [("ldr w7, [x5, #260]", 260), ("str w7, [x5, #300]", 300)]
            as [(String, UInt64)]
        {
            let stale = try Assembler.machine(dirty + access).run(
                entry: Assembler.base, stopAt: [Assembler.done])
            #expect(
                stale.accesses.firstStale
                    == .init(pc: Assembler.base + 4 * 21, address: Assembler.data + offset, size: 4))
        }
        let beside = try Assembler.machine(dirty + "ldr x7, [x5, #264]").run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(beside.accesses.firstStale == nil)
    }

    @Test("A store around the cache is hidden by a line there, until that is invalidated")
    func hiddenLines() throws {
        func hidden(_ body: String) throws -> [UInt64] {
            try Assembler.machine("adrp x5, data\nadd x8, x5, #64\nmmu_on\n" + body).run(
                entry: Assembler.base, stopAt: [Assembler.done]
            ).accesses.hiddenLines
        }
        let data = Assembler.data
        let store = "str x6, [x5, #8]\n"
        let clean = "dc civac, x5\n"
        for load in ["ldr x6, [x5]\n", "str x6, [x5]\n"] {
            #expect(try hidden(load + "mmu_off\n" + store) == [data])
            // Before, after, and both.
            #expect(try hidden(load + "mmu_off\n" + clean + store) == [])
            #expect(try hidden(load + "mmu_off\n" + store + clean) == [])
            #expect(try hidden(load + "mmu_off\n" + store + "dc ivac, x5\n") == [])
            #expect(try hidden(load + "mmu_off\n" + clean + store + store) == [])
            // With the cache on the line may come back; cleaning leaves it there; another line is another line.
            #expect(try hidden(load + clean + "mmu_off\n" + store) == [data])
            #expect(try hidden(load + "mmu_off\n" + store + "dc cvac, x5\n") == [data])
            #expect(try hidden(load + "mmu_off\n" + store + "dc civac, x8\n") == [data])
            #expect(try hidden(load + "mmu_off\nstr x6, [x8]\n") == [])
            #expect(try hidden(load + "mmu_off\nstr x6, [x5, #60]\n") == [data])
        }
        #expect(try hidden("ldp x6, x7, [x5, #56]\nmmu_off\nstr x6, [x8]\n") == [data + 64])
        #expect(try hidden("ldr x6, [x5]\nmmu_off\nldr x6, [x5]\n") == [])
    }

    @Test func setsOfLines() {
        var lines = LineSet()
        // 64 apart, words share a place.
        let numbers = (0..<1000 as Range<UInt64>).map { $0 &* 64 &* 61 &+ $0 } + [.max >> 6]
        for line in numbers { lines.insert(line) }
        #expect(numbers.allSatisfy { lines.contains($0) })
        #expect(!lines.contains(2))
        for line in numbers where line.isMultiple(of: 2) { lines.remove(line) }
        #expect(numbers.allSatisfy { lines.contains($0) == !$0.isMultiple(of: 2) })
    }

    @Test(arguments: [
        "str x6, [x5, #8]", "stp x6, x7, [x5, #8]", "str q0, [x5, #16]", "dc zva, x5",
        "ldxr x6, [x5]\nstxr w7, x8, [x5]", "ldadd x6, x7, [x5]", "swp x6, x7, [x5]", "cas x6, x7, [x5]",
    ])
    func strayStores(_ body: String) throws {
        var machine = try Assembler.machine("adrp x5, data\nmov x6, xzr\nmmu_on\n" + body)
        let stray = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        #expect(stray.reason == .reached(Assembler.done))
        #expect(stray.accesses.strayStores.count == 1)
        #expect(
            stray.accesses.strayStores.first?.range.overlaps(Assembler.data..<Assembler.data + 64) == true)
        let data = Assembler.data..<Assembler.data + 64
        machine.expectedStores = [0..<1, data]
        let expected = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        #expect(expected.accesses.strayStores == [])
    }

    @Test("Stores that touch are one range, and there is an end of ranges")
    func rangesOfStrayStores() throws {
        var machine = try Assembler.machine(
            """
            adrp x5, data
            add x6, x5, #0x1000
            1: str xzr, [x5], #8
            str wzr, [x6, #16]!
            cmp x5, x6
            b.lo 1b
            """)
        machine.expectedStores = [Assembler.data..<Assembler.data + 8]
        let outcome = try machine.run(
            entry: Assembler.base, stopAt: [Assembler.done], limit: .init(instructions: 1000))
        let stores = outcome.accesses.strayStores
        #expect(stores.count == 64)
        let pc = Assembler.base + 8
        #expect(stores[0].first == .init(pc: pc + 4, address: Assembler.data + 0x1010, size: 4))
        #expect(stores[0].range == Assembler.data + 0x1010..<Assembler.data + 0x1014)
        #expect(stores[1].first == .init(pc: pc, address: Assembler.data + 8, size: 8))
        #expect(stores[1].range.lowerBound == Assembler.data + 8)
        #expect(stores[1].range.count > 1000)
    }

    @Test func nothingObservedUnlessAsked() throws {
        var machine = try Assembler.machine("adrp x5, data\nstr x6, [x5]\ndc civac, x5")
        machine.observations = []
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        #expect(outcome.accesses == Outcome.Accesses())
        #expect(outcome.cacheOperations.isEmpty)
        #expect(outcome.instructions == 4)
    }
}
