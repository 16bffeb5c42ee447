// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import CUnicorn
import Emulation

extension EmulatedMachine {
    /// Brings the CPU to its exception level by two instructions in a page that is gone afterwards.
    ///
    /// Setting PSTATE changes the level, but not the flags by which instructions are translated; ERET does both.
    func enter(_ engine: Engine, scratch: Range<UInt64>) throws(EmulationError) -> SyndromeProbe {
        let eret: UInt32 = 0xd69f_03e0
        try engine.map(scratch)
        let code = [SyndromeProbe.probeInstruction, eret].flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) }
        }
        try engine.write(code, at: scratch.lowerBound)
        let syndrome = try probeSyndrome(engine, at: scratch.lowerBound)

        let spsr: UInt64 = level == .el1 ? 0x3c5 : 0x3c9  // DAIF masked, EL1h or EL2h
        if level != .el1 { try engine.write(UC_ARM64_REG_PSTATE, spsr) }
        // Without RW, EL1 is translated by the rules of AArch32.
        try engine.write(.scrEL3, 1 << 10 | 1)  // RW, NS
        let rw: UInt64 = 1 << 31
        let e2h: UInt64 = 1 << 34
        let tge: UInt64 = 1 << 27
        if level == .el2E2H {
            // ID_AA64MMFR1_EL1.VH
            guard try engine.read(.idAA64MMFR1) >> 8 & 0xf != 0 else {
                throw .levelNotImplemented(cpu, level)
            }
        }
        try engine.write(.hcrEL2, level == .el2E2H ? rw | e2h | tge : rw)
        for (register, value) in systemRegisters {
            guard !register.abortsUnicorn(value: value, on: cpu) else {
                throw .registerValueNotEmulated(register, value)
            }
            try engine.write(register, value)
        }
        // ERET is still translated for EL1, and takes ELR from there.
        let end = scratch.lowerBound + 8
        for register in [SystemRegister.elrEL1, .elrEL2] { try engine.write(register, end) }
        for register in [SystemRegister.spsrEL1, .spsrEL2] { try engine.write(register, spsr) }
        try engine.setExits([end])
        try check("uc_emu_start", engine.start(at: scratch.lowerBound + 4))
        try engine.unmap(scratch)

        for (index, value) in registers.enumerated() { try engine.write(.general(index), value) }
        try engine.write(UC_ARM64_REG_SP, 0xdead_0000_0000_0050)
        return syndrome
    }

    private func probeSyndrome(_ engine: Engine, at address: UInt64) throws(EmulationError)
        -> SyndromeProbe
    {
        var hook = uc_hook()
        try check(
            "uc_hook_add", kplan_uc_hook_exception(engine.handle, &hook, { uc, _, _ in uc_emu_stop(uc) }, nil)
        )
        try check("uc_emu_start", engine.start(at: address))
        let syndrome = try SyndromeProbe(probed: try engine.state())
        try check("uc_hook_del", uc_hook_del(engine.handle, hook))
        return syndrome
    }
}

extension uc_arm64_reg {
    /// x0 to x30; x29 and x30 are numbered apart from the rest.
    static func general(_ index: Int) -> uc_arm64_reg {
        switch index {
        case 29: UC_ARM64_REG_X29
        case 30: UC_ARM64_REG_X30
        default: uc_arm64_reg(UC_ARM64_REG_X0.rawValue + UInt32(index))
        }
    }
}
