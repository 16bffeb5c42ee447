// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// How a run went and what it left behind.
public struct Outcome: Codable {
    /// Why it ended.
    public enum Reason: Equatable, Sendable, Codable {
        /// At one of the addresses where it should; the instruction there has not run.
        case reached(UInt64)
        /// At one of the halt addresses, or in a loop that only waits (its lowest address).
        case halted(UInt64)
        /// The CPU took an exception that was not delivered.
        case exception(Exception)
        /// Nothing is at this physical address.
        case unmapped(Access, address: UInt64, pc: UInt64)
        /// An MSR at `pc` to a value that Unicorn cannot take (FP trapped, SVE not, on `.max`).
        case notEmulated(SystemRegister, value: UInt64, pc: UInt64)
        /// So many instructions have run.
        case instructionLimit(UInt64)
        /// So many milliseconds have passed.
        case timeLimit(milliseconds: UInt64)
    }

    /// What was tried.
    public enum Access: String, Equatable, Sendable, Codable { case read, write, fetch }

    /// Why it ended.
    public var reason: Reason
    /// Where it ended: the next instruction.
    public var pc: UInt64
    /// x0 to x30.
    public var registers: [UInt64]
    /// The stack pointer.
    public var sp: UInt64
    /// PSTATE as SPSR would hold it.
    public var pstate: UInt64
    /// The exception level at the end.
    public var currentEL: UInt64 { pstate >> 2 & 3 }
    /// ID_AA64MMFR0_EL1: the granules and address sizes of the CPU.
    public var memoryModelFeatures: UInt64
    /// The registers of translation at entry.
    public var translationAtEntry: Translation
    /// The registers of translation at the end.
    public var translation: Translation
    /// Every change of SCTLR, in order.
    public var translationChanges: [TranslationChange]
    /// What was written to the console, up to 1 MiB of it.
    public var consoleBytes: [UInt8] {
        get { printed.bytes }
        set { printed.bytes = newValue }
    }
    private var printed: HexBytes
    /// The same as text; what is not UTF-8 becomes U+FFFD.
    public var console: String { String(decoding: consoleBytes, as: UTF8.self) }
    /// Its lines, in order.
    public var consoleLines: [ConsoleLine]
    /// Instructions executed, without one that faulted.
    public var instructions: UInt64
    /// Loads and stores, if observed.
    public var accesses: Accesses
    /// DC instructions by address in order, if observed, up to 65536 runs of them.
    public var cacheRuns: [CacheRun]
    /// How many DC instructions by address there were.
    public var cacheOperationCount: UInt64
    /// The same one by one.
    public var cacheOperations: [CacheOperation] { cacheRuns.flatMap(\.operations) }
    /// Exceptions that the program's own vectors took.
    public var deliveredExceptions: [Exception]
    /// The marks, in the order in which they were passed.
    public var marks: [Mark]

    /// The machine as the run left it; nil for the outcome of a run in another process.
    package var finalState: (any FinalState)?

    package init(
        reason: Reason, pc: UInt64, registers: [UInt64], sp: UInt64, pstate: UInt64,
        memoryModelFeatures: UInt64, translationAtEntry: Translation, translation: Translation,
        translationChanges: [TranslationChange], consoleBytes: [UInt8], consoleLines: [ConsoleLine],
        instructions: UInt64, accesses: Accesses, cacheRuns: [CacheRun],
        cacheOperationCount:
            UInt64, deliveredExceptions: [Exception], marks: [Mark], finalState: (any FinalState)? = nil
    ) {
        self.reason = reason
        self.pc = pc
        self.registers = registers
        self.sp = sp
        self.pstate = pstate
        self.memoryModelFeatures = memoryModelFeatures
        self.translationAtEntry = translationAtEntry
        self.translation = translation
        self.translationChanges = translationChanges
        printed = HexBytes(consoleBytes)
        self.consoleLines = consoleLines
        self.instructions = instructions
        self.accesses = accesses
        self.cacheRuns = cacheRuns
        self.cacheOperationCount = cacheOperationCount
        self.deliveredExceptions = deliveredExceptions
        self.marks = marks
        self.finalState = finalState
    }

    private enum CodingKeys: String, CodingKey {
        case reason, pc, registers, sp, pstate, memoryModelFeatures, translationAtEntry,
            translation, translationChanges, consoleLines, instructions, accesses, cacheRuns,
            cacheOperationCount, deliveredExceptions, marks
        case printed = "consoleBytes"
    }

    /// The machine as a run left it.
    package protocol FinalState: AnyObject {
        func memory(at address: UInt64, count: Int) throws(EmulationError) -> [UInt8]
        func read(_ register: SystemRegister) throws(EmulationError) -> UInt64
    }
}
