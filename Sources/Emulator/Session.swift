// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import CUnicorn
import Emulation

/// One run on an engine that stands at the entry.
struct Session {
    let engine: Engine
    private let trace: UnsafeMutablePointer<Trace>
    private var delivered: [Outcome.Exception] = []
    private var vectorsAtEntry: UInt64?
    /// A handler that faults again and again ends here.
    private let mostDelivered = 1000

    init(engine: Engine, trace initial: Trace) {
        self.engine = engine
        trace = engine.keep(initial)
    }

    mutating func run(
        _ machine: EmulatedMachine, from entry: UInt64, stopAt: [UInt64], haltAt: [UInt64], marks: [UInt64]
    ) throws(EmulationError) -> Outcome {
        let hooks = Hooks(engine: engine, trace: trace)
        if let console = machine.console { try hooks.map(console) }
        try hooks.install(machine.observations, marks: marks)
        if !machine.hasSHA256 { try hooks.hideSHA256() }
        try engine.setExits(stopAt + haltAt)
        vectorsAtEntry = try engine.read(machine.level == .el1 ? .vbarEL1 : .vbarEL2)
        var pc = entry
        var instructionsAtDelivery: UInt64?
        while true {
            let error = engine.start(at: pc)
            pc = engine.read(UC_ARM64_REG_PC)
            guard case .exception(let exception) = trace.pointee.stop else {
                return try outcome(reason(pc, error, stopAt: stopAt, haltAt: haltAt), pc)
            }
            trace.pointee.instructions = trace.pointee.instructions(before: pc)
            trace.pointee.block = 0..<0
            // A vector that cannot run would be entered for ever.
            guard machine.deliversExceptions, delivered.count < mostDelivered,
                instructionsAtDelivery != trace.pointee.instructions, let vector = try deliver(exception)
            else { return try outcome(.exception(exception), pc) }
            var taken = exception
            taken.instructions = trace.pointee.instructions
            delivered.append(taken)
            instructionsAtDelivery = trace.pointee.instructions
            trace.pointee.stop = nil
            pc = vector
        }
    }

    private func reason(
        _ pc: UInt64, _ error: uc_err, stopAt: [UInt64], haltAt: [UInt64]
    ) throws(EmulationError) -> Outcome.Reason {
        switch trace.pointee.stop {
        case .unmapped(let access, let address): return .unmapped(access, address: address, pc: pc)
        case .notEmulated(let register, let value, let at):
            return .notEmulated(register, value: value, pc: at)
        case .instructionLimit: return .instructionLimit(trace.pointee.limit.instructions)
        case .timeLimit: return .timeLimit(milliseconds: trace.pointee.limit.milliseconds)
        case .spin(let address): return .halted(address)
        case .exception, nil: break
        }
        try check("uc_emu_start", error)
        if stopAt.contains(pc) { return .reached(pc) }
        if haltAt.contains(pc) { return .halted(pc) }
        // Only WFI ends a run without a hook or an exit.
        let wait = pc &- 4
        return .halted(WaitLoop.start(at: wait, engine.handle) ?? wait)
    }

    private func outcome(_ reason: Outcome.Reason, _ pc: UInt64) throws(EmulationError) -> Outcome {
        trace.pointee.noteTranslation()
        let seen = trace.pointee
        var accesses = seen.accesses
        accesses.hiddenLines = seen.sortedHiddenLines
        accesses.dirtyLines = seen.sortedDirtyLines
        var (pc, instructions) = (pc, seen.instructions)
        switch reason {
        case .unmapped(_, _, let at), .notEmulated(_, _, let at):
            pc = at
            instructions = seen.instructions(before: at)
        default: break
        }
        return Outcome(
            reason: reason, pc: pc, registers: (0..<31).map { engine.read(.general($0)) },
            sp: engine.read(UC_ARM64_REG_SP), pstate: engine.read(UC_ARM64_REG_PSTATE),
            memoryModelFeatures: try engine.read(.idAA64MMFR0), translationAtEntry: seen.translationAtEntry,
            translation: try engine.translation(), translationChanges: seen.changes,
            consoleBytes: seen.consoleBytes, consoleLines: seen.consoleLines, instructions: instructions,
            accesses: accesses, cacheRuns: seen.cacheRuns, cacheOperationCount: seen.cacheOperationCount,
            deliveredExceptions: delivered, marks: seen.marks, finalState: engine)
    }

    /// Takes the exception as the CPU does (DDI 0487, D1.3.1) and returns its vector; nil if another level takes it, the
    /// program has set no vectors, or it runs on SP_EL0, which Unicorn 2.0.1 cannot be switched from.
    private func deliver(_ exception: Outcome.Exception) throws(EmulationError) -> UInt64? {
        let pstate = engine.read(UC_ARM64_REG_PSTATE)
        let level = pstate >> 2 & 3
        guard pstate & 1 == 1, UInt64(exception.targetLevel) == level else { return nil }
        let el2 = level == 2
        let vectors = try engine.read(el2 ? .vbarEL2 : .vbarEL1)
        guard vectors != vectorsAtEntry else { return nil }
        try engine.write(el2 ? .esrEL2 : .esrEL1, UInt64(exception.syndrome))
        if let address = exception.faultAddress { try engine.write(el2 ? .farEL2 : .farEL1, address) }
        try engine.write(el2 ? .elrEL2 : .elrEL1, exception.pc)
        try engine.write(el2 ? .spsrEL2 : .spsrEL1, pstate)
        try engine.write(UC_ARM64_REG_PSTATE, 0x3c1 | level << 2)  // DAIF masked, SP_ELx
        // Synchronous, from the same level with SP_ELx.
        return vectors &+ 0x200
    }
}
