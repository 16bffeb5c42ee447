import Arm64
import Emitter
import Emulation
import Emulator
import KexecPlan
import TestSupport
import Testing

/// The emitted bytes on an emulated CPU, from purgatory's first instruction to the kernel's.
@Suite struct FlowTests {
    static let names: [EmulatedMachine.ExceptionLevel: String] = [
        .el1: "EL1", .el2: "EL2", .el2E2H: "EL2 with E2H",
    ]

    struct Layout: Sendable, CustomTestStringConvertible {
        var granule: Granule
        var ram: UInt64
        var testDescription: String { "\(granule.rawValue) at \(ram.hex)" }
    }

    // 16K runs under QEMU: no model of Unicorn has that granule.
    @Test(
        arguments: EmulatedMachine.ExceptionLevel.allCases,
        [
            Layout(granule: .granule4K, ram: 0x4000_0000), Layout(granule: .granule4K, ram: 0x8_8000_0000),
            Layout(granule: .granule4K, ram: 0x80_0000_0000), Layout(granule: .granule64K, ram: 0x4000_0000),
            Layout(granule: .granule64K, ram: 0x80_0000_0000),
        ])
    func reachesTheKernel(level: EmulatedMachine.ExceptionLevel, layout: Layout) throws {
        let planned = try PlannedMachine(.init(ram: layout.ram, granule: layout.granule))
        let outcome = try planned.run(planned.machine(level))
        try expectKernel(outcome, planned)
        let name = try #require(Self.names[level])
        let total = planned.plan.segments.reduce(0) { $0 + $1.contentSize }
        expectConsole(
            outcome,
            ["purgatory: \(name), MMU on, \(layout.granule.rawValue) granule, SHA-256 by crypto extension"]
                + ([try planned.segment(.purgatory)] + planned.plan.checkedSegments).map { segment in
                    "purgatory: \(segment.role.rawValue) \(segment.address) \(segment.contentSize) bytes ok"
                } + [
                    "purgatory: 5 segments, \(total) bytes verified, MMU on",
                    "purgatory: starting the kernel at \(try planned.segment(.kernel).address)",
                ])
    }

    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func portableCodeComesToTheSame(level: EmulatedMachine.ExceptionLevel) throws {
        var planned = try PlannedMachine()
        try planned.set("purgatory_portable_sha", to: 1)
        let outcome = try planned.run(planned.machine(level))
        try expectKernel(outcome, planned)
        #expect(outcome.console.contains("SHA-256 by portable code"))
    }

    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func withoutPageTablesTheMMUStaysOff(level: EmulatedMachine.ExceptionLevel) throws {
        var planned = try PlannedMachine()
        try planned.set("pgtble_base", to: 0)
        let outcome = try planned.run(planned.machine(level))
        try expectKernel(outcome, planned)
        #expect(outcome.console.contains("MMU off: no page tables"))
        #expect(outcome.translationChanges.allSatisfy { !$0.translation.isMMUOn })
    }

    @Test func aCPUWithFewerAddressBitsVerifiesWithTheMMUOff() throws {
        // Cortex-A53 has 40 bits. RAM that needs more isn't there on such a machine; the demand is.
        var planned = try PlannedMachine()
        try planned.set("purgatory_address_bits", to: 42)
        let outcome = try planned.run(planned.machine(.el1, cpu: .cortexA53))
        try expectKernel(outcome, planned)
        #expect(outcome.console.contains("MMU off: physical addresses need 42 bits, this CPU has 40"))
    }

    @Test func aGranuleThatTheCPULacksLeavesTheMMUOff() throws {
        let planned = try PlannedMachine(.init(granule: .granule16K))
        let outcome = try planned.run(planned.machine(.el1, cpu: .cortexA72))
        try expectKernel(outcome, planned)
        #expect(outcome.console.contains("MMU off: 16K granule not supported by this CPU"))
    }

    /// A UART that never gets ready costs a wait and the output, and nothing else.
    @Test(arguments: [(1, 0x18, 0x20), (2, 5, 0), (3, 0x14, 0)] as [(UInt64, UInt64, UInt64)])
    func aDeadConsoleDoesNotStopTheBoot(kind: UInt64, status: UInt64, busy: UInt64) throws {
        var planned = try PlannedMachine()
        try planned.set("purgatory_console", to: kind)
        var machine = planned.machine(.el1)
        machine.console = EmulatedMachine.Console(address: 0x900_0000, statusOffset: status, status: busy)
        machine.observations = []
        let outcome = try planned.run(machine)
        try expectKernel(outcome, planned)
        #expect(outcome.consoleBytes.count == 1)
    }

    @Test func filledRuntimeSlotsAreVerifiedToo() throws {
        var planned = try PlannedMachine(.init(seeds: .fresh))
        #expect(planned.plan.runtimeSlots.count == 5)
        var random = SplitMix64(seed: 1)
        let filled = try Emitter.fillRuntimeSlots(of: planned.plan, in: planned.segments) { count in
            (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
        for segment in filled {
            let planned = try #require(planned.plan.segment(segment.role))
            let hasSlots = [.dtb, .purgatory].contains(segment.role)
            #expect((segment.sha256 == planned.sha256) == !hasSlots)
        }
        for segment in filled {
            if case .bytes(let bytes) = segment.content { planned.contents[segment.role] = bytes }
        }
        try expectKernel(try planned.run(planned.machine(.el1)), planned)
        // The same with only the device tree filled: its digest is the planned one no more.
        let purgatory = planned.segments.first { $0.role == .purgatory }
        if case .bytes(let bytes)? = purgatory?.content { planned.contents[.purgatory] = bytes }
        let outcome = try planned.run(planned.machine(.el1))
        #expect(outcome.reason == .halted(try planned.address("purgatory_halt")))
        #expect(outcome.console.contains("dtb \(try planned.segment(.dtb).address): SHA-256 mismatch"))
    }

    private func expectConsole(_ outcome: Outcome, _ lines: [String]) {
        let found = outcome.console.split(separator: "\r\n").map(String.init)
            .filter { !$0.hasPrefix("purgatory: verified in ") }
        #expect(found == lines)
    }
}

/// The kernel's first instruction, with everything as booting.rst demands.
func expectKernel(_ outcome: Outcome, _ planned: PlannedMachine) throws {
    #expect(outcome.reason == .reached(try planned.segment(.kernel).address.rawValue), "\(outcome.console)")
    #expect(outcome.registers[0] == (try planned.segment(.dtb).address.rawValue))
    #expect(Array(outcome.registers[1...3]) == [0, 0, 0])
    #expect(!outcome.translation.isMMUOn)
    #expect(!outcome.translation.isDataCacheOn)
    #expect(outcome.pstate >> 6 & 0xf == 0xf, "DAIF is not masked")
}
