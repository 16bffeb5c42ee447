import Arm64
import Emulation
import Emulator
import KexecPlan
import Testing

/// What the next kernel finds in its device tree.
@Suite struct ReportTests {
    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases, [false, true])
    func saysWhatTheConsoleSaid(level: EmulatedMachine.ExceptionLevel, portable: Bool) throws {
        var planned = try PlannedMachine()
        if portable { try planned.set("purgatory_portable_sha", to: 1) }
        let outcome = try planned.run(planned.machine(level))
        try expectKernel(outcome, planned)
        let report = try PurgatoryReport(property: try bytes(outcome, planned))
        let levels: [EmulatedMachine.ExceptionLevel: PurgatoryReport.Level] = [
            .el1: .el1, .el2: .el2, .el2E2H: .el2E2H,
        ]
        #expect(report.level == levels[level])
        #expect(report.mmu == .on)
        #expect(report.usesCryptoExtension == !portable)
        #expect(report.segments == 5)
        #expect(report.bytes == planned.plan.segments.reduce(0) { $0 + $1.contentSize })
        #expect(report.kernelEntry == (try planned.segment(.kernel).address))
        try expectSameTime(report, outcome)
    }

    @Test func withTheMMUOff() throws {
        var planned = try PlannedMachine()
        try planned.set("pgtble_base", to: 0)
        let without = try planned.run(planned.machine(.el2))
        try expectKernel(without, planned)
        #expect(try PurgatoryReport(property: try bytes(without, planned)).mmu == .offWithoutTables)

        planned = try PlannedMachine()
        try planned.set("purgatory_address_bits", to: 42)
        let beyond = try planned.run(planned.machine(.el1, cpu: .cortexA53))
        try expectKernel(beyond, planned)
        #expect(try PurgatoryReport(property: try bytes(beyond, planned)).mmu == .offForAddressBits)

        planned = try PlannedMachine(.init(granule: .granule16K))
        let granule = try planned.run(planned.machine(.el1, cpu: .cortexA72))
        try expectKernel(granule, planned)
        #expect(try PurgatoryReport(property: try bytes(granule, planned)).mmu == .offForGranule)
    }

    /// The digests are of the zeros that the plan has: a byte that stands there already is damage like any other.
    @Test func onlyWhatIsVerifiedIsReported() throws {
        let planned = try PlannedMachine()
        var machine = planned.machine(.el1)
        machine.patch([1], at: try planned.report().start.rawValue)
        let outcome = try planned.run(machine)
        #expect(outcome.reason == .halted(try planned.address("purgatory_halt")))
        #expect(outcome.accesses.writesAfterMMU == [])
        #expect(outcome.console.contains("dtb \(try planned.segment(.dtb).address): SHA-256 mismatch"))
    }

    @Test func withoutAPlaceNothingIsWritten() throws {
        var planned = try PlannedMachine()
        try planned.set(PurgatoryContract.report, to: 0)
        let outcome = try planned.run(planned.machine(.el1))
        try expectKernel(outcome, planned)
        #expect(outcome.accesses.writesWithoutMMU == 0)
        #expect(throws: PurgatoryReportError.notWritten) {
            try PurgatoryReport(property: try bytes(outcome, planned))
        }
    }

    /// The console has the milliseconds, the ticks and the frequency; the report the two that they follow from.
    private func expectSameTime(_ report: PurgatoryReport, _ outcome: Outcome) throws {
        let line = try #require(
            outcome.console.firstMatch(
                of:
                    /purgatory: verified in ([0-9]+) ms \(([0-9]+) ticks of ([0-9]+)(\.[0-9]*[1-9])? MHz\)\r\n/
            ))
        #expect(report.ticks == UInt64(line.2))
        #expect(report.milliseconds == UInt64(line.1))
        let fraction = line.4.map { $0.dropFirst() } ?? ""
        let digits = String(line.3) + fraction + String(repeating: "0", count: 6 - fraction.count)
        #expect(report.frequency == UInt32(digits))
    }

    private func bytes(_ outcome: Outcome, _ planned: PlannedMachine) throws -> [UInt8] {
        let place = try planned.report()
        return try outcome.memory(at: place.start.rawValue, count: Int(place.size))
    }
}
