import Arm64

/// The identity page tables that purgatory runs with.
public struct PageTablePlan: Equatable, Sendable {
    /// The physical address of the root table: TTBR0_ELx.BADDR.
    public var root: PhysicalAddress
    /// The translation granule.
    public var granule: Granule
    /// The number of bits of an input address: 64 − TCR_ELx.T0SZ.
    public var inputAddressBits: Int
    /// How many tables there are, by level, the root's level first.
    public var tables: [TableCount]
    /// The registers that purgatory is told to set; nil for a purgatory that has values of its own.
    public var registers: TranslationRegisters?
    /// What is mapped, by rising address.
    public var mappings: [Mapping]

    /// The number of tables of one level.
    public struct TableCount: Equatable, Sendable {
        /// The level of the walk.
        public var level: TranslationLevel
        /// How many tables it has.
        public var count: Int

        /// Makes it from its parts.
        public init(level: TranslationLevel, count: Int) {
            self.level = level
            self.count = count
        }
    }

    /// The number of tables of all levels; that of a plan that nobody could load may be any.
    public var totalCount: UInt64 { tables.reduce(0) { $0 &+ UInt64(clamping: $1.count) } }

    /// Makes it from its parts.
    public init(
        root: PhysicalAddress, granule: Granule, inputAddressBits: Int, tables: [TableCount],
        registers: TranslationRegisters?, mappings: [Mapping]
    ) {
        self.root = root
        self.granule = granule
        self.inputAddressBits = inputAddressBits
        self.tables = tables
        self.registers = registers
        self.mappings = mappings
    }
}

/// Values of the translation registers, complete but for the physical address size (TCR_EL1.IPS, TCR_EL2.PS),
/// which purgatory reads from the CPU.
public struct TranslationRegisters: Equatable, Sendable {
    /// MAIR_ELx.
    public var mair: UInt64
    /// TCR_EL1.
    public var tcrEL1: UInt64
    /// TCR_EL2 where HCR_EL2.E2H is 0.
    public var tcrEL2: UInt64
    /// TCR_EL2 where HCR_EL2.E2H is 1: it has the layout of TCR_EL1.
    public var tcrEL2E2H: UInt64

    /// Makes it from its parts.
    public init(mair: UInt64, tcrEL1: UInt64, tcrEL2: UInt64, tcrEL2E2H: UInt64) {
        self.mair = mair
        self.tcrEL1 = tcrEL1
        self.tcrEL2 = tcrEL2
        self.tcrEL2E2H = tcrEL2E2H
    }
}

/// A range that is mapped to itself.
public struct Mapping: Equatable, Sendable {
    /// The addresses, in whole pages of the granule.
    public var range: AddressRange
    /// The memory type.
    public var memory: MemoryType
    /// What may be done there.
    public var access: Access
    /// How many descriptors of which size map it, the largest size first.
    public var entries: [EntryCount]
    /// What is there: a segment's role with a section of purgatory, or `console`.
    public var purpose: String

    /// A number of descriptors.
    public struct EntryCount: Hashable, Sendable {
        /// What one of them maps, in bytes.
        public var size: UInt64
        /// How many there are.
        public var count: Int

        /// Makes it from its parts.
        public init(size: UInt64, count: Int) {
            self.size = size
            self.count = count
        }
    }

    /// Makes it from its parts.
    public init(
        range: AddressRange, memory: MemoryType, access: Access, entries: [EntryCount], purpose: String
    ) {
        self.range = range
        self.memory = memory
        self.access = access
        self.entries = entries
        self.purpose = purpose
    }
}
