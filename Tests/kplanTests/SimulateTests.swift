import Emulation
import Foundation
import KexecPlan
import TestSupport
import Testing

@Suite("kplan simulate: a sound plan reaches the kernel")
struct SimulateTests {
    @Test(arguments: EmulatedMachine.CPU.allCases, EmulatedMachine.ExceptionLevel.allCases)
    func reaches(cpu: EmulatedMachine.CPU, level: EmulatedMachine.ExceptionLevel) throws {
        let result = try SimulateWorkshop().simulate("--cpu", cpu.rawValue, "--el", level.rawValue)
        if level == .el2E2H, cpu != .max {
            #expect(result.status == 64)
            #expect(
                result.errors.hasPrefix("kplan: --el 2-e2h needs --cpu max: \(cpu.rawValue) has no FEAT_VHE.")
            )
            return
        }
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(result.errors.isEmpty)
        #expect(result.output.hasPrefix("Simulated  plan.json, on \(cpu.rawValue) at EL"))
        #expect(result.output.contains("  the kernel is reached, as it has to be\n"))
        #expect(result.output.contains("an estimate, nothing was measured\n"))
        #expect(!result.output.contains("  NO  "))
    }

    @Test func consoleAndTrace() throws {
        let workshop = try SimulateWorkshop()
        let result = try workshop.simulate("--console", "--trace", "--el", "2-e2h")
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        let kernel = try workshop.segment(.kernel)
        #expect(result.output.hasPrefix("purgatory: EL2 with E2H, MMU on, 4K granule"))
        let steps = [
            "\nTrace  ", "  entry, MMU off, D-cache off, I-cache off  ",
            "  MMU on, D-cache on, I-cache on; TTBR0 ",
            "  purgatory: EL2 with E2H, MMU on", "  purgatory: kernel \(kernel.address)",
            "  purgatory: starting the kernel at \(kernel.address)",
            "  MMU off, D-cache off, I-cache off  ", "  DC CIVAC over ",
            "  the end of the run  \(kernel.address) (kernel)",
        ]
        var rest = result.output[...]
        for step in steps {
            let found = try #require(rest.range(of: step), "\(step)\n\(result.output)")
            rest = rest[found.upperBound...]
        }
    }

    @Test func json() throws {
        let workshop = try SimulateWorkshop()
        let result = try workshop.simulate("--json")
        #expect(result.status == 0, "\(result.errors)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(document["good"] as? Bool == true)
        #expect(document["end"] as? String == "kernel")
        #expect(document["digests_checked"] as? Bool == true)
        #expect(document["pc"] as? String == (try workshop.segment(.kernel).address.description))
        #expect((document["registers"] as? [String])?[0] == (try workshop.segment(.dtb).address.description))
        let checks = try #require(document["boot_checks"] as? [[String: Any]])
        #expect(
            checks.map { $0["name"] as? String } == [
                "image", "device_tree", "zero_registers", "interrupts", "exception_level", "translation",
                "byte_order", "stray_stores", "dirty_lines", "hidden_lines",
            ])
        #expect(checks.allSatisfy { $0["ok"] as? Bool == true })
        let hashed = workshop.plan.segments.reduce(0) { $0 + $1.contentSize }
        #expect(document["hashed_bytes"] as? UInt64 == hashed)
        let instructions = try #require(document["instructions"] as? Double)
        #expect(1.5...1.8 ~= instructions / Double(hashed))
    }

    @Test("Without an emulated CPU for the granule, purgatory runs with the MMU off, and the report says so")
    func granule16K() throws {
        let result = try SimulateWorkshop(["--granule", "16K"]).simulate("--cpu", "cortex-a72")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("no emulated CPU has the 16K granule"))
    }

    @Test func granule64K() throws {
        let result = try SimulateWorkshop(["--granule", "64K"]).simulate("--el", "2")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("TTBR0 is "))
    }

    @Test("The bytes in a folder are run as they are")
    func folder() throws {
        let workshop = try SimulateWorkshop()
        try workshop.emit(changing: .kernel) { _ in }
        // The inputs are not needed.
        for name in ["Image", "initrd", "fdt"] {
            try FileManager.default.removeItem(atPath: workshop.folder / name)
        }
        let result = try workshop.simulate("--segments", "out")
        #expect(result.status == 0, "\(result.output)\(result.errors)")
        #expect(
            result.output.hasPrefix(
                "Simulated  out, of which digests are not checked, with the plan plan.json, on max at EL1\n"))
        #expect(!result.output.contains("Differs"))
    }

    @Test("What time costs can be told")
    func timeModel() throws {
        let workshop = try SimulateWorkshop(["--console", "none"])
        let result = try workshop.simulate(
            "--megahertz", "1000", "--cycles-per-instruction", "0", "--cached-access-cycles", "0",
            "--uncached-access-ns", "0", "--cache-operation-ns", "0", "--baud", "0")
        #expect(result.status == 0)
        #expect(result.output.contains("Estimate  0.00 s"))
        #expect(try workshop.simulate("--megahertz", "0").status == 64)
        #expect(try workshop.simulate("--baud=-1").status == 64)
    }
}
