// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

extension Outcome {
    /// An exception as the CPU reports it to its handler.
    public struct Exception: Equatable, Sendable, Codable {
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
        /// Instructions before it.
        public var instructions: UInt64 = 0
        /// ESR.EC: 0x21 instruction abort, 0x25 data abort, 0x15 SVC, 0x07 FP trap, 0x00 unknown, …
        public var exceptionClass: UInt32 { syndrome >> 26 }

        package init(number: UInt32, pc: UInt64, syndrome: UInt32, faultAddress: UInt64?, targetLevel: UInt32)
        {
            self.number = number
            self.pc = pc
            self.syndrome = syndrome
            self.faultAddress = faultAddress
            self.targetLevel = targetLevel
        }
    }

    /// The registers that control translation, all of the level that runs.
    public struct Translation: Equatable, Sendable, Codable {
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
        /// SCTLR.I: instructions may be cached.
        public var isInstructionCacheOn: Bool { sctlr & 1 << 12 != 0 }
        /// SCTLR.C.
        public var isDataCacheOn: Bool { sctlr & 4 != 0 }
        /// Data accesses go through the cache: without the MMU all data is Device-nGnRnE whatever C says.
        public var cachesData: Bool { isMMUOn && isDataCacheOn }

        package init(sctlr: UInt64, tcr: UInt64, ttbr0: UInt64, mair: UInt64, hcr: UInt64) {
            self.sctlr = sctlr
            self.tcr = tcr
            self.ttbr0 = ttbr0
            self.mair = mair
            self.hcr = hcr
        }
    }

    /// A write to SCTLR.
    public struct TranslationChange: Equatable, Sendable, Codable {
        /// The MSR.
        public var pc: UInt64
        /// The registers after it.
        public var translation: Translation
        /// Instructions up to and with it.
        public var instructions: UInt64

        package init(pc: UInt64, translation: Translation, instructions: UInt64) {
            self.pc = pc
            self.translation = translation
            self.instructions = instructions
        }
    }

    /// A load or store.
    public struct DataAccess: Equatable, Sendable, Codable {
        /// The instruction.
        public var pc: UInt64
        /// The address of its first byte.
        public var address: UInt64
        /// How many bytes.
        public var size: Int

        package init(pc: UInt64, address: UInt64, size: Int) {
            self.pc = pc
            self.address = address
            self.size = size
        }
    }

    /// A store with the MMU off after it was on.
    public struct LateWrite: Equatable, Sendable, Codable {
        /// The store.
        public var access: DataAccess
        /// How many DC instructions by address came before it, if these are observed.
        public var cacheOperations: UInt64

        package init(access: DataAccess, cacheOperations: UInt64) {
            self.access = access
            self.cacheOperations = cacheOperations
        }
    }

    /// Loads and stores; the console's are not among them, one that faults is. Pairs and vectors count as several.
    public struct Accesses: Equatable, Sendable, Codable {
        /// Loads with the MMU on.
        public var readsWithMMU: UInt64 = 0
        /// Loads with the MMU off.
        public var readsWithoutMMU: UInt64 = 0
        /// Stores with the MMU on.
        public var writesWithMMU: UInt64 = 0
        /// Stores with the MMU off.
        public var writesWithoutMMU: UInt64 = 0
        /// Of all these, what may be answered by the cache: MMU and D-cache on.
        public var cached: UInt64 = 0
        /// Of all these, what goes to memory itself.
        public var uncached: UInt64 = 0
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
        /// Lines of 64 bytes that were accessed through the cache, then written around it, and not invalidated since the cache
        /// went off: who reads through the cache may find the old bytes there. The first 65536, sorted.
        public var hiddenLines: [UInt64] = []
        /// Where stores went beside `EmulatedMachine.expectedStores`: the first 64 ranges, in the order of their first stores.
        public var strayStores: [StrayStores] = []
        /// Lines of 64 bytes written through the cache and not cleaned since, sorted.
        public var dirtyLines: [UInt64] = []

        /// No access.
        public init() {}
    }

    /// Stores that lie side by side.
    public struct StrayStores: Equatable, Sendable, Codable {
        /// The first of them.
        public var first: DataAccess
        /// All that they wrote to.
        public var range: Range<UInt64>

        package init(first: DataAccess, range: Range<UInt64>) {
            self.first = first
            self.range = range
        }
    }

    /// A line of the console.
    public struct ConsoleLine: Equatable, Sendable, Codable {
        /// The end of the line, in bytes of `consoleBytes`.
        public var end: Int
        /// Instructions up to its end.
        public var instructions: UInt64

        package init(end: Int, instructions: UInt64) {
            self.end = end
            self.instructions = instructions
        }
    }

    /// An address that was to be noted when the program came by.
    public struct Mark: Equatable, Sendable, Codable {
        /// The address.
        public var address: UInt64
        /// Instructions before it.
        public var instructions: UInt64
        /// SCTLR.M then.
        public var isMMUOn: Bool

        package init(address: UInt64, instructions: UInt64, isMMUOn: Bool) {
            self.address = address
            self.instructions = instructions
            self.isMMUOn = isMMUOn
        }
    }
}
