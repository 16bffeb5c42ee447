import Emulation
import Testing

@testable import Emulator

/// How many instructions run, and what ends a run.
struct FlowTests {
    @Test(arguments: [1, 2, 1000, 100_000])
    func loopIsCountedExactly(_ rounds: Int) throws {
        let body = """
            movz x0, #\(rounds & 0xffff)
            movk x0, #\(rounds >> 16), lsl #16
            1: adds x1, x1, x0
            b.cs 2f
            2: subs x0, x0, #1
            b.ne 1b
            """
        let outcome = try Assembler.machine(body).run(
            entry: Assembler.base, stopAt: [Assembler.done],
            marks: [Assembler.base + 12, Assembler.base + 20])
        #expect(outcome.reason == .reached(Assembler.done))
        #expect(outcome.instructions == UInt64(3 + 4 * rounds))
        #expect(outcome.registers[0] == 0)
        let marks = outcome.marks
        #expect(marks.count == 2 * rounds)
        #expect(marks.first == .init(address: Assembler.base + 12, instructions: 3, isMMUOn: false))
        #expect(
            marks.last
                == .init(address: Assembler.base + 20, instructions: UInt64(4 * rounds + 1), isMMUOn: false))
    }

    @Test func blocksEndAtPages() throws {
        let body = """
            .rept 300
            nop
            .endr
            b 1f
            .org 0x3000
            1: .rept 3000
            add x0, x0, #1
            .endr
            b 1f
            .org 0x7000
            1: nop
            b .

            """
        let source = EmulatedMachine.Segment(
            address: Assembler.base, memorySize: 0x1_0000,
            content: try Assembler.assemble(source: body))
        let machine = EmulatedMachine(level: .el1, segments: [source])
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.base + 0x7004])
        #expect(outcome.instructions == 300 + 1 + 3000 + 1 + 1)
    }

    @Test func stopsAndHalts() throws {
        let machine = try Assembler.machine("nop\nnop\nb halt")
        let entry = Assembler.base
        #expect(try machine.run(entry: entry, stopAt: [entry + 4]).reason == .reached(entry + 4))
        #expect(try machine.run(entry: entry, stopAt: [entry + 4]).instructions == 1)
        #expect(
            try machine.run(entry: entry, stopAt: [entry + 100, entry + 8]).reason == .reached(entry + 8))
        #expect(try machine.run(entry: entry, stopAt: [entry]).instructions == 0)
        let halted = try machine.run(entry: entry, stopAt: [Assembler.done], haltAt: [Assembler.halt])
        #expect(halted.reason == .halted(Assembler.halt))
        #expect(halted.instructions == 3)
        #expect(halted.pc == Assembler.halt)
    }

    @Test(arguments: [
        "b .", "1: nop\nb 1b", "1: wfe\nyield\nb 1b", "1: wfi\nb 1b", "1: b 2f\n2: b 1b", "wfi",
    ])
    func waitLoops(_ loop: String) throws {
        let outcome = try Assembler.machine("mov x1, #1\n" + loop).run(entry: Assembler.base, stopAt: [])
        #expect(outcome.reason == .halted(Assembler.base + 4))
    }

    @Test func limits() throws {
        let machine = try Assembler.machine("1: add x1, x1, #1\ncbnz x1, 1b")
        let counted = try machine.run(
            entry: Assembler.base, stopAt: [Assembler.done], limit: RunLimit(instructions: 1001))
        #expect(counted.reason == .instructionLimit(1001))
        #expect(counted.instructions == 1002)
        #expect(counted.registers[1] == 0xdead_0000_0000_0001 as UInt64 + 501)
        let timed = try machine.run(
            entry: Assembler.base, stopAt: [Assembler.done], limit: RunLimit(milliseconds: 20))
        #expect(timed.reason == .timeLimit(milliseconds: 20))
    }

    @Test(arguments: [
        ("svc #0x12", UInt32(0x5600_0012), 2 as UInt64), (".inst 0", 0x0200_0000, 1),
        ("brk #5", 0xf200_0005, 1),
    ])
    func exceptions(_ instruction: String, _ syndrome: UInt32, _ executed: UInt64) throws {
        let outcome = try Assembler.machine("nop\n" + instruction).run(
            entry: Assembler.base, stopAt: [Assembler.done])
        guard case .exception(let exception) = outcome.reason else {
            Issue.record("\(outcome.reason)")
            return
        }
        #expect(exception.syndrome == syndrome)
        #expect(exception.faultAddress == nil)
        #expect(exception.pc == Assembler.base + 4 * executed)
        #expect(outcome.instructions == executed)
    }

    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func exceptionsAreDelivered(_ level: EmulatedMachine.ExceptionLevel) throws {
        let body = """
            adrp x0, vectors
            msr REGISTER(vbar, EL), x0
            mmu_on
            movz x5, #1, lsl #32
            movk x5, #0x4000, lsl #16
            ldr x6, [x5, #8]
            mov x25, #1
            b done
            handler:
            mrs x10, REGISTER(esr, EL)
            tbz x10, #31, 1f            // not the SVC
            mrs x20, REGISTER(esr, EL)
            mrs x21, REGISTER(far, EL)
            mrs x22, REGISTER(elr, EL)
            mrs x23, REGISTER(spsr, EL)
            svc #7
            add x24, x22, #4
            msr REGISTER(elr, EL), x24
            msr REGISTER(spsr, EL), x23
            eret
            1: mov x26, x10
            mrs x27, daif
            eret
            """
        var machine = try Assembler.machine(body, level: level)
        machine.deliversExceptions = true
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        #expect(outcome.reason == .reached(Assembler.done))
        #expect(outcome.deliveredExceptions.map(\.exceptionClass) == [0x25, 0x15])
        // Without bits 24:14, which QEMU 5.0 fills in at EL2 where the architecture has zeros.
        #expect(outcome.registers[20] & 0xfe00_3fff == 0x9600_0005)
        #expect(outcome.registers[21] == Assembler.unmappedByTables + 8)
        #expect(outcome.registers[22] == Assembler.base + 4 * 16)
        #expect(outcome.registers[23] & 0x3cf == (level == .el1 ? 0x3c5 : 0x3c9))
        #expect(outcome.registers[25] == 1)
        #expect(outcome.registers[26] == 0x5600_0007)
        #expect(outcome.registers[27] == 0x3c0)
        #expect(outcome.instructions == 16 + 1 + 7 + 1 + 5 + 4 + 2)
    }

    @Test(arguments: [".inst 0", "nop\n.inst 0"])
    func faultsOfTheHandlerItself(_ handler: String) throws {
        let body = "adrp x0, vectors\nmsr vbar_el1, x0\nbrk #1\nhandler:\n" + handler
        var machine = try Assembler.machine(body)
        machine.deliversExceptions = true
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        guard case .exception(let exception) = outcome.reason else {
            Issue.record("\(outcome.reason)")
            return
        }
        #expect(exception.exceptionClass == 0)
        #expect(outcome.deliveredExceptions.count == 1000)
    }

    @Test func vectorThatIsNotMapped() throws {
        let body = "mmu_on\nmov x0, #0x08000000\nmsr vbar_el1, x0\nisb\nbrk #1"
        var machine = try Assembler.machine(body)
        machine.ram.append(0x0800_0000..<0x0800_1000)  // mapped as a device, never executable
        machine.deliversExceptions = true
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        guard case .exception(let exception) = outcome.reason else {
            Issue.record("\(outcome.reason)")
            return
        }
        #expect(exception.exceptionClass == 0x21)
        #expect(exception.pc == 0x0800_0200)
        #expect(outcome.deliveredExceptions.map(\.exceptionClass) == [0x3c])
    }

    /// What would abort the whole process in Unicorn 2.0.1.
    @Test(arguments: EmulatedMachine.ExceptionLevel.allCases)
    func trapsOfFloatingPointAlone(_ level: EmulatedMachine.ExceptionLevel) throws {
        let register: SystemRegister = level == .el1 ? .cpacrEL1 : .cptrEL2
        let value: UInt64 = level == .el1 ? 1 << 16 : 1 << 10
        let body = "nop\nmov x1, #\(value)\nmsr \(level == .el1 ? "cpacr_el1" : "cptr_el2"), x1\nmov x2, #1"
        let machine = try Assembler.machine(body, level: level)
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        let refused = Outcome.Reason.notEmulated(register, value: value, pc: Assembler.base + 8)
        #expect(outcome.reason == refused)
        #expect(outcome.instructions == 2)
        var given = machine
        given.systemRegisters = [(register: register, value: value)]
        #expect(throws: EmulationError.registerValueNotEmulated(register, value)) {
            _ = try given.run(entry: Assembler.base, stopAt: [Assembler.done])
        }
    }

    @Test func exceptionsOfAnotherStackAreNotDelivered() throws {
        var machine = try Assembler.machine("adrp x0, vectors\nmsr vbar_el1, x0\nmsr SPSel, #0\nbrk #1")
        machine.deliversExceptions = true
        let outcome = try machine.run(entry: Assembler.base, stopAt: [Assembler.done])
        guard case .exception(let exception) = outcome.reason else {
            Issue.record("\(outcome.reason)")
            return
        }
        #expect(exception.exceptionClass == 0x3c)
        #expect(outcome.deliveredExceptions.isEmpty)
    }
}
