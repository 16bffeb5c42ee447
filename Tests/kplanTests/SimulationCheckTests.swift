import Arm64
import Emulation
import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("Every demand of booting.rst is looked at, and every objection of a CPU")
struct SimulationCheckTests {
    /// The end of a run at which all is as it has to be.
    static func soundOutcome(_ subject: SimulationSubject) throws -> Outcome {
        let kernel = try #require(subject.segment(.kernel)).segment.address.rawValue
        let tables = try #require(subject.plan.pageTables)
        let values = try #require(tables.registers)
        func translation(_ sctlr: UInt64) -> Outcome.Translation {
            .init(
                sctlr: sctlr, tcr: values.tcrEL1 | 4 << 32, ttbr0: tables.root.rawValue,
                mair: values.mair, hcr: 1 << 31)
        }
        var registers = [UInt64](repeating: 0, count: 31)
        registers[0] = try #require(subject.segment(.dtb)).segment.address.rawValue
        return Outcome(
            reason: .reached(kernel), pc: kernel, registers: registers, sp: 0, pstate: 0x3c5,
            memoryModelFeatures: 4, translationAtEntry: translation(0), translation: translation(0),
            translationChanges: [
                .init(pc: kernel, translation: translation(0x1005), instructions: 100),
                .init(pc: kernel, translation: translation(0), instructions: 900),
            ], consoleBytes: [], consoleLines: [], instructions: 1000, accesses: .init(), cacheRuns: [],
            cacheOperationCount: 0, deliveredExceptions: [], marks: [])
    }

    private static func subject() throws -> SimulationSubject {
        let workshop = try SimulateWorkshop()
        let file = try PlanFile(workshop.folder / "plan.json", to: "simulate")
        let inputs = try InputOptions.parse([])
        return try SimulationSubject(Reproduction(of: file, inputs, open: .mapping))
    }

    private static let memory: [[UInt8]?] = [Array("ARMd".utf8), [0xd0, 0x0d, 0xfe, 0xed]]

    /// The names of what is not met.
    private static func unmet(
        _ subject: SimulationSubject, memory: [[UInt8]?] = memory, _ change: (inout Outcome) -> Void
    ) throws -> [String] {
        var outcome = try soundOutcome(subject)
        change(&outcome)
        let checks =
            BootChecks.all(outcome, of: subject, memory: memory)
            + ArchitectureChecks.all(outcome, of: subject)
        // Each has a text.
        #expect(checks.allSatisfy { !Messages.text($0, place: { $0.hex }).isEmpty })
        return checks.filter { !$0.isMet }.map(\.name)
    }

    @Test func booting() throws {
        let subject = try Self.subject()
        #expect(try Self.unmet(subject) { _ in } == [])
        #expect(try Self.unmet(subject) { $0.pc += 0x1000 } == ["image"])
        #expect(try Self.unmet(subject, memory: [nil, Self.memory[1]]) { _ in } == ["image"])
        #expect(try Self.unmet(subject, memory: [Self.memory[0], [0, 0, 0, 0]]) { _ in } == ["device_tree"])
        #expect(try Self.unmet(subject) { $0.registers[0] += 8 } == ["device_tree"])
        for register in 1...3 {
            #expect(try Self.unmet(subject) { $0.registers[register] = 1 } == ["zero_registers"])
        }
        #expect(try Self.unmet(subject) { $0.pstate = 0x385 } == ["interrupts"])
        #expect(try Self.unmet(subject) { $0.pstate = 0x3cd } == ["exception_level"])
        #expect(try Self.unmet(subject) { $0.translation.sctlr = 1 } == ["translation"])
        #expect(try Self.unmet(subject) { $0.translation.sctlr = 4 } == ["translation"])
        #expect(try Self.unmet(subject) { $0.translation.sctlr = 1 << 12 } == [])
        #expect(try Self.unmet(subject) { $0.translation.sctlr = 1 << 25 } == ["byte_order"])
        #expect(try Self.unmet(subject) { $0.accesses.dirtyLines = [0x4000] } == ["dirty_lines"])
    }

    @Test func architecture() throws {
        let subject = try Self.subject()
        // IPS of 32 bits holds a plan below 4 GiB; 36 bits of PARange hold more than that, and 0 is 32.
        #expect(try Self.unmet(subject) { $0.memoryModelFeatures = 0 } == [])
        let access = Outcome.DataAccess(pc: 0, address: 0x4001, size: 4)
        #expect(try Self.unmet(subject) { $0.accesses.firstUnalignedWithoutMMU = access } == ["alignment"])
        #expect(try Self.unmet(subject) { $0.accesses.firstStale = access } == ["stale_data"])
        #expect(
            try Self.unmet(subject) { $0.translationChanges[0].translation.ttbr0 += 0x1000 } == ["root_table"]
        )
        // It may have been changed while the MMU was on.
        #expect(
            try Self.unmet(subject) { $0.translationChanges[1].translation.ttbr0 += 0x1000 } == ["root_table"]
        )
        // EPD1 0, walks that aren't cacheable, another T0SZ; and memory that isn't.
        let on = { (outcome: inout Outcome, change: (inout Outcome.Translation) -> Void) in
            for index in 0...1 { change(&outcome.translationChanges[index].translation) }
        }
        for bit: UInt64 in [1 << 23, 1 << 8, 1 << 41] {
            #expect(
                try Self.unmet(subject) { on(&$0) { $0.tcr ^= bit } } == ["translation_control"], "\(bit)")
        }
        #expect(try Self.unmet(subject) { on(&$0) { $0.tcr |= 0x80 } } == ["translation_control"])
        for mair: UInt64 in [0x0444, 0xffff, 0, 0x4400, 0x04bb] {
            #expect(try Self.unmet(subject) { on(&$0) { $0.mair = mair } } == ["memory_types"])
        }
        #expect(try Self.unmet(subject) { on(&$0) { $0.mair = 0x0cff } } == [])
        // CnP is no address.
        #expect(try Self.unmet(subject) { $0.translationChanges[0].translation.ttbr0 |= 1 } == [])
    }

    @Test(
        arguments: [
            (0, "0.00"), (0.004, "0.00"), (0.123, "0.12"), (0.994, "0.99"), (0.996, "1.0"), (1.25, "1.3"),
            (9.94, "9.9"), (9.96, "10"), (12.4, "12"), (99.4, "99"), (99.6, "100"), (123.4, "120"),
            (987_654, "990000"),
        ] as [(Double, String)])
    func roughly(value: Double, text: String) {
        #expect(value.roughly == text)
    }

    @Test func estimate() throws {
        var outcome = try Self.soundOutcome(Self.subject())
        outcome.accesses.cached = 10
        outcome.accesses.uncached = 20
        outcome.cacheOperationCount = 30
        outcome.consoleBytes = [UInt8](repeating: 0, count: 1152)
        // Off until 100, on until 900, off until 1000.
        #expect(outcome.uncachedInstructions == 200)
        let estimate = TimeEstimate(
            outcome,
            TimeModel(
                megahertz: 1, cyclesPerInstruction: 2, cyclesPerCachedAccess: 3,
                nanosecondsPerUncachedAccess: 1e6,
                instructionsPerFetch: 4, nanosecondsPerCacheOperation: 1e9, baud: 1152))
        #expect(estimate.instructions.text(6) == "0.002000")
        #expect(estimate.cachedAccesses.text(6) == "0.000030")
        #expect(estimate.uncachedAccesses.text(3) == "0.020")
        #expect(estimate.uncachedFetches.text(3) == "0.050")
        #expect(estimate.cacheOperations.text(0) == "30")
        #expect(estimate.console.text(1) == "10.0")
        #expect(estimate.total.text(2) == "40.07")
    }
}
