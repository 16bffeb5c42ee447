import Arm64
import Emulation
import Emulator
import KexecPlan
import Testing

/// What purgatory owes the caches and the caller's registers.
@Suite struct CacheTests {
    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func everyCacheableLineIsCleanedAfterTheCachesAreOff(level: EmulatedMachine.ExceptionLevel) throws {
        let planned = try PlannedMachine()
        let outcome = try planned.run(planned.machine(level))
        try expectKernel(outcome, planned)

        let lineSize: UInt64 = 64
        let cleaned = Set(outcome.cacheOperations.map { $0.address.alignedDown(to: lineSize) })
        #expect(outcome.cacheOperations.allSatisfy { $0.kind == .civac })
        #expect(outcome.cacheOperations.allSatisfy { !$0.isMMUOn && !$0.isDataCacheOn })
        for mapping in planned.plan.pageTables?.mappings ?? [] where mapping.memory == .normal {
            let lines = stride(
                from: mapping.range.start.rawValue, to: mapping.range.end.rawValue, by: Int(lineSize))
            #expect(lines.allSatisfy { cleaned.contains($0) }, "\(mapping.purpose)")
        }
    }

    /// But for the report, whose lines are clean and invalid when it is stored, and again afterwards.
    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func memoryIsWrittenOnlyWithTheMMUOn(level: EmulatedMachine.ExceptionLevel) throws {
        let planned = try PlannedMachine()
        let outcome = try planned.run(planned.machine(level))
        let accesses = outcome.accesses
        #expect(accesses.writesWithMMU > 0)
        #expect(accesses.firstWriteBeforeMMU == nil)
        let report = try planned.report()
        let cells = Swift.stride(from: report.start.rawValue, to: report.end.rawValue, by: 4)
        let late = accesses.writesAfterMMU
        #expect(late.map(\.access.address) == Array(cells))
        #expect(late.allSatisfy { $0.access.size == 4 })
        #expect(accesses.writesWithoutMMU == UInt64(late.count))
        let lineSize: UInt64 = 64
        let lines = Set(cells.map { $0.alignedDown(to: lineSize) })
        for half in [
            outcome.cacheOperations.prefix(Int(try #require(late.first).cacheOperations)),
            outcome.cacheOperations.dropFirst(Int(try #require(late.last).cacheOperations)),
        ] {
            #expect(lines.isSubset(of: Set(half.map { $0.address.alignedDown(to: lineSize) })))
        }
        #expect(late.first?.cacheOperations == late.last?.cacheOperations)
        #expect(accesses.firstUnalignedWithoutMMU == nil)
        #expect(accesses.firstStale == nil)
        #expect(accesses.dirtyLines == [])
        #expect(outcome.translationChanges.map(\.translation.isMMUOn) == [true, false])
    }

    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func withTheMMUOffNothingIsUnaligned(level: EmulatedMachine.ExceptionLevel) throws {
        var planned = try PlannedMachine()
        try planned.set("pgtble_base", to: 0)
        let outcome = try planned.run(planned.machine(level))
        try expectKernel(outcome, planned)
        #expect(outcome.accesses.firstUnalignedWithoutMMU == nil)
    }

    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func theCallersRegistersComeBack(level: EmulatedMachine.ExceptionLevel) throws {
        let planned = try PlannedMachine()
        var machine = planned.machine(level)
        let before: [(register: SystemRegister, value: UInt64)] =
            switch level {
            case .el1: [(.vbarEL1, 0x1234_5800), (.sctlrEL1, 0x30d0_0800), (.cpacrEL1, 0)]
            case .el2: [(.vbarEL2, 0x1234_5800), (.sctlrEL2, 0x30c5_0830), (.cptrEL2, 0x37ff)]
            case .el2E2H: [(.vbarEL2, 0x1234_5800), (.sctlrEL2, 0x30c5_0830), (.cptrEL2, 0)]
            }
        machine.systemRegisters = before
        let outcome = try planned.run(machine)
        try expectKernel(outcome, planned)
        for (register, value) in before {
            #expect(try outcome.systemRegister(register) == value)
        }
    }

    /// The tables' registers are those of the plan; only the size of physical addresses is the CPU's.
    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func theTranslationRegistersAreThePlans(level: EmulatedMachine.ExceptionLevel) throws {
        let planned = try PlannedMachine()
        let outcome = try planned.run(planned.machine(level, cpu: level == .el2E2H ? .max : .cortexA72))
        let on = try #require(outcome.translationChanges.first).translation
        let tables = try #require(planned.plan.pageTables)
        let registers = try #require(tables.registers)
        // PARange of Unicorn's Cortex-A72 and max: 0b0100, 44 bits.
        let (tcr, size): (UInt64, UInt64) =
            switch level {
            case .el1: (registers.tcrEL1, 0b100 << 32)
            case .el2: (registers.tcrEL2, 0b100 << 16)
            case .el2E2H: (registers.tcrEL2E2H, 0b100 << 32)
            }
        #expect(on.tcr == tcr | size)
        #expect(on.mair == registers.mair)
        #expect(on.ttbr0 == tables.root.rawValue)
        #expect(on.isMMUOn && on.isDataCacheOn)
    }
}
