import Emulation
import Testing

@testable import Emulator

/// The machine as the program finds it, and what it leaves.
struct MachineTests {
    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func entryLevel(_ level: EmulatedMachine.ExceptionLevel) throws {
        let body = """
            mrs x1, CurrentEL
            #if LEVEL > 1
            mrs x2, hcr_el2
            #endif
            mrs x3, daif
            mrs x4, SPSel
            """
        let outcome = try Assembler.machine(body, level: level).run(
            entry: Assembler.base, stopAt: [Assembler.done])
        #expect(outcome.reason == .reached(Assembler.done))
        #expect(outcome.registers[1] == (level == .el1 ? 4 : 8))
        #expect(outcome.currentEL == (level == .el1 ? 1 : 2))
        if level != .el1 { #expect(outcome.registers[2] >> 34 & 1 == (level == .el2E2H ? 1 : 0)) }
        #expect(outcome.registers[3] == 0x3c0)
        #expect(outcome.registers[4] == 1)
        #expect(try outcome.systemRegister(SystemRegister(3, 0, 4, 2, 2)) == outcome.currentEL << 2)
        #expect(!outcome.translation.isMMUOn)
    }

    @Test(arguments: [EmulatedMachine.CPU.cortexA53, .cortexA57, .cortexA72])
    func virtualizationHostExtensionsNeedTheModel(_ cpu: EmulatedMachine.CPU) throws {
        let machine = try Assembler.machine("nop", level: .el2E2H, cpu: cpu)
        #expect(throws: EmulationError.levelNotImplemented(cpu, .el2E2H)) {
            _ = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        }
        for level in [EmulatedMachine.ExceptionLevel.el1, .el2] {
            let outcome = try Assembler.machine("mrs x1, CurrentEL", level: level, cpu: cpu).run(
                entry: Assembler.base, stopAt: [Assembler.done])
            #expect(outcome.registers[1] == (level == .el1 ? 4 : 8))
        }
    }

    @Test func modelsDiffer() throws {
        let parts = try EmulatedMachine.CPU.allCases.map { cpu in
            try Assembler.machine("mrs x1, midr_el1", cpu: cpu).run(
                entry: Assembler.base, stopAt: [Assembler.done]
            ).registers[1] >> 4 & 0xfff
        }
        #expect(parts[0...2] == [0xd03, 0xd07, 0xd08])
    }

    @Test func initialState() throws {
        var machine = try Assembler.machine("mov x9, x8\nmrs x10, cpacr_el1\nmov x11, sp")
        machine.registers[8] = 42
        machine.systemRegisters = [(.cpacrEL1, 3 << 20)]
        machine.patch([0x1f, 0x20, 0x03, 0xd5], at: Assembler.base + 8)  // NOP over the last instruction
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        #expect(outcome.registers[9] == 42)
        #expect(outcome.registers[10] == 3 << 20)
        #expect(outcome.registers[11] == 0xdead_0000_0000_000b)
    }

    @Test func memoryStartsAsLoadedAndIsReadBack() throws {
        var machine = try Assembler.machine(
            """
            adrp x0, data
            ldr x1, [x0]
            str x1, [x0, #8]
            """)
        machine.patch([1, 2, 3, 4, 5, 6, 7, 8], at: Assembler.data)
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        #expect(
            try outcome.memory(at: Assembler.data, count: 24)
                == [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: EmulationError.notMemory(address: 0x7000_0000, size: 1)) {
            _ = try outcome.memory(at: 0x7000_0000, count: 1)
        }
    }

    @Test(arguments: [
        EmulatedMachine.Console.pl011(at: Assembler.uart),
        .uart8250(at: Assembler.uart + 0x80, registerShift: 2),
    ])
    func console(_ console: EmulatedMachine.Console) throws {
        var machine = try Assembler.machine(
            """
            movz x0, #\(console.address & 0xffff)
            movk x0, #\(console.address >> 16), lsl #16
            ldr w3, [x0, #\(console.statusOffset)]
            mov w1, #'h'
            strb w1, [x0]
            mmu_on
            movz x0, #\(console.address & 0xffff)
            movk x0, #\(console.address >> 16), lsl #16
            mov w1, #'i'
            str w1, [x0]
            str w1, [x0, #4]            // another register
            """)
        machine.console = console
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        #expect(outcome.reason == .reached(Assembler.done))
        #expect(outcome.console == "hi")
        let status = try outcome.memory(at: console.address + console.statusOffset, count: 1)
        #expect(status == [UInt8(console.status)])
        #expect(outcome.accesses.firstWriteBeforeMMU == nil)
        #expect(outcome.accesses.writesWithMMU == 0)
    }

    @Test func statusRegister() throws {
        for (console, ready) in [
            (EmulatedMachine.Console.pl011(at: Assembler.uart), 0), (.uart8250(at: Assembler.uart), 0x60),
            (.uart8250(at: Assembler.uart, registerShift: 2), 0x60),
        ] {
            var machine = try Assembler.machine(
                "mov x0, #\(Assembler.uart)\nldrb w1, [x0, #\(console.statusOffset)]\nldrb w2, [x0, #1]")
            machine.console = console
            let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
            #expect(outcome.registers[1] == ready)
            #expect(outcome.registers[2] == 0)
        }
    }

    @Test func refusals() throws {
        func error(_ change: (inout EmulatedMachine) -> Void) throws -> EmulationError? {
            var machine = EmulatedMachine(
                cpu: .max, level: .el1, segments: [.init(address: 0x1000, content: [0, 0, 0, 0])])
            change(&machine)
            return #expect(throws: EmulationError.self) { _ = try machine.run(entry: 0x1000, stopAt: []) }
        }
        #expect(
            try error { $0.segments.append(.init(address: 0x1003, content: [1])) }
                == .segmentsOverlap(first: 0x1000, second: 0x1003))
        #expect(
            try error { $0.segments[0].memorySize = 3 }
                == .contentExceedsMemory(address: 0x1000, memorySize: 3, contentSize: 4))
        #expect(
            try error { $0.segments[0].memorySize = .max }
                == .rangeBeyondAddressSpace(address: 0x1000, size: .max))
        #expect(try error { $0.console = .pl011(at: 0x1800) } == .consoleInMemory(page: 0x1000))
        #expect(try error { $0.patch([1, 2], at: 0x1fff) } == .notMemory(address: 0x1fff, size: 2))
        #expect(try error { $0.registers = [] } == .registerCount(0))
        let machine = EmulatedMachine(cpu: .max, level: .el1, segments: [])
        #expect(throws: EmulationError.entryMisaligned(2)) { _ = try machine.run(entry: 2, stopAt: []) }
    }
}
