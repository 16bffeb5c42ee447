/// How a run went and what it left behind.
public struct Outcome {
    /// Why it ended.
    public enum Reason: Equatable, Sendable {
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
        /// So much time has passed.
        case timeLimit(Duration)
    }

    /// What was tried.
    public enum Access: Equatable, Sendable { case read, write, fetch }

    /// An exception as the CPU reports it to its handler.
    public struct Exception: Equatable, Sendable {
        /// QEMU's number (EXCP_UDEF 1, EXCP_SWI 2, EXCP_PREFETCH_ABORT 3, EXCP_DATA_ABORT 4, EXCP_BKPT 7 …).
        public var number: UInt32
        /// The instruction to return to (ELR).
        public var pc: UInt64
        /// ESR: its class (EC) in bits 31:26.
        public var syndrome: UInt32
        /// FAR, where the class has one.
        public var faultAddress: UInt64?
        /// The exception level that takes it.
        public var targetLevel: UInt32
        /// ESR.EC: 0x21 instruction abort, 0x25 data abort, 0x15 SVC, 0x07 FP trap, 0x00 unknown, …
        public var exceptionClass: UInt32 { syndrome >> 26 }
    }

    /// The registers that control translation, all of the level that runs.
    public struct Translation: Equatable, Sendable {
        /// SCTLR: M, C, I and the rest.
        public var sctlr: UInt64
        /// TCR, in the layout of its level.
        public var tcr: UInt64
        /// TTBR0.
        public var ttbr0: UInt64
        /// MAIR.
        public var mair: UInt64
        /// HCR_EL2, whichever level runs.
        public var hcr: UInt64
        /// SCTLR.M.
        public var isMMUOn: Bool { sctlr & 1 != 0 }
        /// SCTLR.C.
        public var isDataCacheOn: Bool { sctlr & 4 != 0 }
        /// Data accesses go through the cache: without the MMU all data is Device-nGnRnE whatever C says.
        public var cachesData: Bool { isMMUOn && isDataCacheOn }
    }

    /// A write to SCTLR.
    public struct TranslationChange: Equatable, Sendable {
        /// The MSR.
        public var pc: UInt64
        /// The registers after it.
        public var translation: Translation
        /// Instructions up to and with it.
        public var instructions: UInt64
    }

    /// A load or store.
    public struct DataAccess: Equatable, Sendable {
        /// The instruction.
        public var pc: UInt64
        /// Where.
        public var address: UInt64
        /// How many bytes.
        public var size: Int
    }

    /// A store with the MMU off after it was on.
    public struct LateWrite: Equatable, Sendable {
        /// The store.
        public var access: DataAccess
        /// How many of `cacheOperations` came before it.
        public var cacheOperations: Int
    }

    /// Loads and stores; the console's are not among them, one that faults is. Pairs and vectors count as several.
    public struct Accesses: Equatable, Sendable {
        /// Loads with the MMU on.
        public var readsWithMMU: UInt64 = 0
        /// Loads with the MMU off.
        public var readsWithoutMMU: UInt64 = 0
        /// Stores with the MMU on.
        public var writesWithMMU: UInt64 = 0
        /// Stores with the MMU off.
        public var writesWithoutMMU: UInt64 = 0
        /// The first store with the MMU off, before it was ever on.
        public var firstWriteBeforeMMU: DataAccess?
        /// The first store with the MMU off after it was on: its line may be in the cache too.
        public var firstWriteAfterMMU: DataAccess?
        /// The first 64 of these, in order.
        public var writesAfterMMU: [LateWrite] = []
        /// The first access with the MMU off at an address that is not a multiple of its size: the CPU would fault.
        public var firstUnalignedWithoutMMU: DataAccess?
        /// The first access around the cache to a line that may hold newer data: the CPU could see the old bytes.
        public var firstStale: DataAccess?
        /// Lines of 64 bytes written through the cache and not cleaned since, sorted.
        public var dirtyLines: [UInt64] = []
    }

    /// A DC instruction by address.
    public struct CacheOperation: Equatable, Sendable {
        /// Which.
        public enum Kind: Equatable, Sendable {
            /// Clean and invalidate, clean, invalidate to the point of coherency.
            case civac, cvac, ivac
            /// Clean to the point of unification.
            case cvau
        }
        /// Which.
        public var kind: Kind
        /// Its operand.
        public var address: UInt64
        /// The instruction.
        public var pc: UInt64
        /// SCTLR.M then.
        public var isMMUOn: Bool
        /// SCTLR.C then.
        public var isDataCacheOn: Bool
    }

    /// An address that was to be noted when the program came by.
    public struct Mark: Equatable, Sendable {
        /// The address.
        public var address: UInt64
        /// Instructions before it.
        public var instructions: UInt64
        /// SCTLR.M then.
        public var isMMUOn: Bool
    }

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
    /// The registers of translation at the end.
    public var translation: Translation
    /// Every change of SCTLR, in order.
    public var translationChanges: [TranslationChange]
    /// What was written to the console.
    public var consoleBytes: [UInt8]
    /// The same as text; what is not UTF-8 becomes U+FFFD.
    public var console: String { String(decoding: consoleBytes, as: UTF8.self) }
    /// Instructions executed, without one that faulted.
    public var instructions: UInt64
    /// Loads and stores, if observed.
    public var accesses: Accesses
    /// DC instructions by address in order, if observed.
    public var cacheOperations: [CacheOperation]
    /// Exceptions that the program's own vectors took.
    public var deliveredExceptions: [Exception]
    /// The marks, in the order in which they were passed.
    public var marks: [Mark]

    let engine: Engine

    /// Memory as it is at the end, by physical address.
    public func memory(at address: UInt64, count: Int) throws(EmulationError) -> [UInt8] {
        try engine.memory(at: address, count: count)
    }

    /// A system register at the end. CurrentEL is no such register: Unicorn 2.0.1 aborts on it; see `currentEL`.
    public func systemRegister(_ register: SystemRegister) throws(EmulationError) -> UInt64 {
        try engine.read(register)
    }
}
