import Emulation
import TestSupport

@testable import Emulator

/// Test programs, assembled by the toolchain's own clang and linked by its ld.lld.
enum Assembler {
    static let base: UInt64 = 0x4000_0000
    /// The programs end here.
    static let done = base + 0x800
    /// An endless loop of WFE.
    static let halt = base + 0x810
    /// Where the programs' data is: 4 KiB of zeros, mapped as everything else.
    static let data = base + 0x2000
    /// A UART, mapped as a device.
    static let uart: UInt64 = 0x0900_0000
    /// RAM that the tables do not map.
    static let unmappedByTables: UInt64 = 0x1_4000_0000

    /// The bytes of a whole source, linked at `base`.
    static func assemble(source text: String, level: EmulatedMachine.ExceptionLevel = .el1) throws -> [UInt8]
    {
        let object = try Toolchain.assembleWithPreprocessor(
            text, ["-march=armv8.1-a", "-DLEVEL=\(level.number)"])
        return try Toolchain.link(object, ["--oformat=binary", "-Ttext=0x40000000", "--entry=0x40000000"])
    }

    /// A machine with the body as its program, then done, halt, the root table, the data and the vectors; with 64 KiB of RAM
    /// around it, and RAM that the tables do not map.
    static func machine(
        _ body: String, level: EmulatedMachine.ExceptionLevel = .el1, cpu: EmulatedMachine.CPU = .max
    ) throws -> EmulatedMachine {
        let segment = EmulatedMachine.Segment(
            address: base, memorySize: 0x1_0000,
            content: try assemble(source: prologue + body + epilogue, level: level))
        var machine = EmulatedMachine(cpu: cpu, level: level, segments: [segment])
        machine.ram = [unmappedByTables..<unmappedByTables + 0x1000]
        machine.console = .pl011(at: uart)
        return machine
    }

    private static let prologue = """
        #if LEVEL == 1
        #define EL el1
        #else
        #define EL el2
        #endif
        #define PASTE(a, b) a##_##b
        #define REGISTER(name, level) PASTE(name, level)
            .macro mmu_on
            adrp x0, root
            mov x1, #0x04ff             // MAIR: 0 normal write-back, 1 Device-nGnRE
            ldr x2, tcr
            msr REGISTER(mair, EL), x1
            msr REGISTER(tcr, EL), x2
            msr REGISTER(ttbr0, EL), x0
            isb
            mrs x3, REGISTER(sctlr, EL)
            orr x3, x3, #1              // M
            orr x3, x3, #4              // C
            msr REGISTER(sctlr, EL), x3
            isb
            .endm
            .macro mmu_off
            mrs x3, REGISTER(sctlr, EL)
            bic x3, x3, #1
            bic x3, x3, #4
            msr REGISTER(sctlr, EL), x3
            isb
            .endm
        start:

        """
    private static let epilogue = """

            b done
            .balign 8
        tcr:                            // T0SZ 25, write-back, inner shareable, 4K, 40 bits
        #if LEVEL == 2
            .quad 0x80800000 | 2 << 16 | 0x3500 | 25
        #else
            .quad 2 << 32 | 1 << 23 | 0x3500 | 25
        #endif
            .org 0x800
        done:
            b done
            .org 0x810
        halt:
            wfe
            b halt
            .org 0x1000
        root:                           // level 1: 1 GiB blocks
            .quad 0x0060000000000405    // AF, attribute 1, never execute
            .quad 0x40000701            // AF, inner shareable
            .org 0x2000
        data:
            .fill 512, 8, 0
            .ifndef handler
            .set handler, halt
            .endif
            .org 0x3000
        vectors:
            .rept 16
            b handler
            .balign 128
            .endr

        """
}

extension EmulatedMachine.ExceptionLevel {
    var number: Int {
        switch self {
        case .el1: 1
        case .el2: 2
        case .el2E2H: 3
        }
    }
}
