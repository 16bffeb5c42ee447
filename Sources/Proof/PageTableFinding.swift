import Arm64
import KexecPlan

/// Something in page tables, or in the registers that go with them, that is not as purgatory needs it.
public struct PageTableFinding: Hashable, Sendable {
    /// What it is, with the numbers.
    public var problem: Problem
    /// Where purgatory would meet it: all three, but for what is wrong in one register or for one way to read a descriptor.
    public var regimes: [TranslationRegime]

    /// Makes it from its parts.
    public init(problem: Problem, regimes: [TranslationRegime]) {
        self.problem = problem
        self.regimes = regimes
    }

    /// True for what purgatory's code lacks, which no tables mend.
    public var isOfPurgatory: Bool {
        if case .beyondOutputBits = problem { true } else { false }
    }

    /// What is wrong. `what` is what purgatory has at the addresses.
    public enum Problem: Hashable, Sendable {
        // Registers.

        /// TCR_ELx asks for no walk from TTBR0: T0SZ or TG0 are reserved, or EPD0 is set.
        case noWalk(tcr: UInt64)
        /// A field of TCR_ELx is not what the tables need. Bits of no field have the name `RES0`.
        case controlField(name: String, found: UInt64, due: UInt64)
        /// The tables translate another number of address bits than is fewest for the highest address.
        case inputAddressBits(Int, due: Int)

        // Where the tables are.

        /// The root is not aligned as a table is.
        case rootMisaligned(PhysicalAddress, alignment: UInt64)
        /// The root is not the first table in memory.
        case rootNotFirst(PhysicalAddress, first: PhysicalAddress)
        /// The tables' content is no whole number of tables. Bytes.
        case partialTable(size: UInt64, tableSize: UInt64)
        /// No descriptor leads to this table.
        case unreachedTable(PhysicalAddress)
        /// A descriptor is not as it should be.
        case irregular(PageTableWalk.Irregularity)
        /// A level has another number of tables than is fewest.
        case tableCount(level: Int, found: Int, fewest: Int)

        // What they map.

        /// Two things that share pages need different attributes.
        case conflict(AddressRange, String, String)
        /// Purgatory touches addresses that have more bits than the tables translate.
        case beyondAddressBits(AddressRange, what: String, bits: Int)
        /// Purgatory touches physical addresses that have more bits than its own TCR_ELx lets come out: the walk faults.
        case beyondOutputBits(AddressRange, what: String, bits: Int)
        /// It is not mapped, but purgatory touches it.
        case notMapped(AddressRange, what: String)
        /// It is mapped, but purgatory doesn't touch it.
        case mappedInVain(AddressRange)
        /// It is mapped, and neither System RAM that nothing reserves nor the console.
        case outsideMemory(AddressRange)
        /// It is mapped to other addresses, of which this is the first.
        case notIdentity(AddressRange, output: PhysicalAddress)
        /// MAIR_ELx gives it another memory type.
        case memoryType(AddressRange, what: String, index: UInt64, found: MemoryAttribute, due: MemoryType)
        /// SH is another one.
        case shareability(AddressRange, what: String, found: UInt64, due: UInt64)
        /// AF is not set: the first access faults.
        case noAccessFlag(AddressRange, what: String)
        /// More or less is allowed than due.
        case rights(AddressRange, what: String, found: AccessRights, due: Access)
        /// Both is allowed, which nothing in the plan asks for.
        case writableAndExecutable(AddressRange)
        /// Its descriptors have attributes that purgatory's tables have no use for.
        case otherAttributes(AddressRange, bits: UInt64)

        // What the plan says of them.

        /// The plan says another number of tables of a level.
        case plannedTables(level: Int, planned: Int, found: Int)
        /// What the plan says of a mapping is not what the bytes say: other descriptors or attributes.
        case plannedMapping(AddressRange, found: [Mapping.EntryCount], alike: Bool)
        /// The plan has two mappings for addresses of this one: no more is said of it.
        case plannedTwice(AddressRange)
        /// It is mapped, and not among the plan's mappings.
        case notPlanned(AddressRange)
    }
}
