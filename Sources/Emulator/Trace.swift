// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import CUnicorn
import Emulation

/// What the hooks see in one run. It lives outside of Swift's reference counting, since the hooks come by millions.
struct Trace {
    let engine: Unmanaged<Engine>
    let syndrome: SyndromeProbe
    let cpu: EmulatedMachine.CPU
    let console: EmulatedMachine.Console?
    let limit: RunLimit
    let start = ContinuousClock.now

    /// Why a hook ended the run.
    var stop: Stop?
    var instructions: UInt64 = 0
    var blocks: UInt64 = 0
    /// The block that runs; its instructions are counted already.
    var block: Range<UInt64> = 0..<0

    let translationAtEntry: Outcome.Translation
    var translation: Outcome.Translation
    var mmuOn: Bool
    var cachesData: Bool
    /// The MSR that wrote to SCTLR; its effect shows in the next block.
    var pendingChange: UInt64?
    var changes: [Outcome.TranslationChange] = []
    var wasMMUOn = false

    var accesses = Outcome.Accesses()
    /// Lines by number, each with a bit for every byte that was written through the cache and not cleaned since.
    var dirtyLines: [UInt64: UInt64] = [:]
    /// Lines that a load or store may have brought into the cache, and that were not invalidated since it went off.
    var presentLines = LineSet()
    /// Of these, those written around the cache since.
    var hiddenLines: Set<UInt64> = []
    let expectedStores: [Range<UInt64>]
    /// The one of these that the last store went to.
    var expectedStore: Range<UInt64> = 0..<0
    var cacheRuns: [Outcome.CacheRun] = []
    var cacheOperationCount: UInt64 = 0
    var consoleBytes: [UInt8] = []
    var consoleLines: [Outcome.ConsoleLine] = []
    /// Told of each line.
    let onConsoleLine: (([UInt8]) -> Void)?
    var marks: [Outcome.Mark] = []

    /// A program that goes astray doesn't take our memory with it: what comes after that many is not recorded.
    static let mostRecorded = 1 << 16
    /// The same of ranges that were stored to.
    static let mostStrayStores = 64
    /// The same of the console, in bytes.
    static let mostConsoleBytes = 1 << 20

    enum Stop {
        case exception(Outcome.Exception)
        case unmapped(Outcome.Access, UInt64)
        case notEmulated(SystemRegister, UInt64, pc: UInt64)
        case instructionLimit
        case timeLimit
        case spin(UInt64)
    }

    init(
        engine: Engine, syndrome: SyndromeProbe, machine: EmulatedMachine, limit: RunLimit,
        translation: Outcome.Translation, onConsoleLine: (([UInt8]) -> Void)?
    ) {
        self.engine = Unmanaged.passUnretained(engine)
        self.syndrome = syndrome
        cpu = machine.cpu
        console = machine.console
        expectedStores = machine.expectedStores
        self.limit = limit
        self.translation = translation
        translationAtEntry = translation
        self.onConsoleLine = onConsoleLine
        mmuOn = translation.isMMUOn
        cachesData = translation.cachesData
    }

    /// Before each block of instructions without a branch inside.
    mutating func enterBlock(_ address: UInt64, size: UInt32, _ handle: OpaquePointer?) {
        noteTranslation()
        if instructions >= limit.instructions {
            end(.instructionLimit, handle)
            return
        }
        blocks &+= 1
        if blocks & 0xfff == 0 {
            if let loop = WaitLoop.start(at: address, handle) {
                end(.spin(loop), handle)
                return
            }
            if ContinuousClock.now - start > limit.time {
                end(.timeLimit, handle)
                return
            }
        }
        block = address..<address + UInt64(size)
        instructions &+= UInt64(size >> 2)
    }

    mutating func end(_ reason: Stop, _ handle: OpaquePointer?) {
        guard stop == nil else { return }
        stop = reason
        uc_emu_stop(handle)
    }

    /// Before each MSR; true if the instruction must not run.
    mutating func writeRegister(
        _ register: SystemRegister, value: UInt64, _ handle: OpaquePointer?
    ) -> Bool {
        if register.abortsUnicorn(value: value, on: cpu) {
            end(.notEmulated(register, value, pc: generalRegister(handle, UC_ARM64_REG_PC)), handle)
            return true
        }
        // At EL2 with E2H, SCTLR_EL1's encoding writes SCTLR_EL2.
        if register == .sctlrEL1 || register == .sctlrEL2 {
            pendingChange = generalRegister(handle, UC_ARM64_REG_PC)
        }
        return false
    }

    /// Before an MRS of ID_AA64ISAR0_EL1; true if it must not run any more.
    mutating func readWithoutSHA256(into destination: uc_arm64_reg, _ handle: OpaquePointer?) -> Bool {
        guard
            let features = try? engine._withUnsafeGuaranteedRef({ try $0.read(SystemRegister.idAA64ISAR0) })
        else { return false }
        var hidden = features & ~0xf000  // SHA2
        return uc_reg_write(handle, Int32(destination.rawValue), &hidden) == UC_ERR_OK
    }

    /// The CPU cannot go on at its program counter.
    mutating func takeException(number: UInt32, _ handle: OpaquePointer?) {
        // Here and not after the run: on its way out Unicorn 2.0.1 translates the exits' addresses, and a fault of its own
        // overwrites the state.
        let pc = generalRegister(handle, UC_ARM64_REG_PC)
        let state = (try? engine._withUnsafeGuaranteedRef { try $0.state() }) ?? []
        end(.exception(syndrome.exception(number: number, pc: pc, state: state)), handle)
    }

    /// Instructions before this one, which is in the block that runs.
    func instructions(before pc: UInt64) -> UInt64 {
        block.contains(pc) ? instructions - (block.upperBound - pc) >> 2 : instructions
    }

    /// Follows a write to SCTLR, now that it has taken effect.
    mutating func noteTranslation() {
        guard let pc = pendingChange else { return }
        pendingChange = nil
        guard let now = try? engine._withUnsafeGuaranteedRef({ try $0.translation() }) else { return }
        translation = now
        mmuOn = now.isMMUOn
        wasMMUOn = wasMMUOn || mmuOn
        cachesData = now.cachesData
        guard changes.count < Self.mostRecorded else { return }
        changes.append(.init(pc: pc, translation: now, instructions: instructions))
    }
}
