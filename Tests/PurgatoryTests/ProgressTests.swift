import Emulation
import Emulator
import KexecPlan
import Testing

/// A dot for every piece of a segment, so that who watches sees that it goes on.
@Suite struct ProgressTests {
    // A piece has 1 MiB, or so much more that there are at most 32.
    @Test(
        arguments: [
            (kernel: 1 << 20, dots: 1), ((1 << 20) - 1, 0), ((5 << 20) + 1, 5), (32 << 20, 32),
            ((33 << 20) - 1, 32), (33 << 20, 16),
        ])
    func dots(kernel: Int, dots: Int) throws {
        let planned = try PlannedMachine(.init(kernel: kernel))
        var machine = planned.machine(.el1)
        machine.observations = []
        let outcome = try planned.run(machine)
        try expectKernel(outcome, planned)
        let address = try planned.segment(.kernel).address
        let progress = dots == 0 ? "" : " " + String(repeating: ".", count: dots)
        #expect(outcome.console.contains("purgatory: kernel \(address)\(progress) \(kernel) bytes ok\r\n"))
    }

    @Test func withTheMMUOff() throws {
        var planned = try PlannedMachine(.init(kernel: 2 << 20))
        try planned.set("pgtble_base", to: 0)
        var machine = planned.machine(.el2)
        machine.observations = []
        let outcome = try planned.run(machine)
        try expectKernel(outcome, planned)
        #expect(
            outcome.console.contains("kernel \(try planned.segment(.kernel).address) .. 2097152 bytes ok\r\n")
        )
    }

    @Test("What is wrong stands in a line without dots")
    func damage() throws {
        let planned = try PlannedMachine(.init(kernel: 2 << 20))
        let kernel = try planned.segment(.kernel)
        var machine = planned.machine(.el1)
        let content = try #require(planned.contents[.kernel])
        machine.patch([content[0] ^ 1], at: kernel.address.rawValue)
        machine.observations = []
        let outcome = try planned.run(machine)
        #expect(
            outcome.console.contains(
                "purgatory: kernel \(kernel.address) ..\r\npurgatory: kernel \(kernel.address): SHA-256 mismatch\r\n"
            ))
    }
}
