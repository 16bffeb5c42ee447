import Emulation
import Emulator
import KexecPlan
import Testing

/// Purgatory's own work per hashed byte, all instructions counted, from its entry to the kernel's.
/// kexec-tools' purgatory takes about 31.8.
@Suite struct CostTests {
    @Test func cryptoExtension() throws {
        #expect(try instructionsPerByte(portable: false) <= 1.7)
    }

    @Test func portable() throws {
        #expect(try instructionsPerByte(portable: true) <= 32)
    }

    private func instructionsPerByte(portable: Bool) throws -> Double {
        let planned = try PlannedMachine(.init(kernel: 4 << 20, initrd: 1 << 20))
        var machine = planned.machine(.el1)
        machine.hasSHA256 = !portable
        machine.observations = []
        let outcome = try planned.run(machine)
        try expectKernel(outcome, planned)
        let hashed = planned.plan.segments.reduce(0) { $0 + $1.contentSize }
        let result = Double(outcome.instructions) / Double(hashed)
        print(
            "purgatory, \(portable ? "portable" : "crypto extension"): \(result) instructions per hashed byte"
        )
        return result
    }
}
