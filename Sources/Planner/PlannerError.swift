import Arm64
import KexecPlan

/// Why a plan can't be made.
public enum PlannerError: Error, Equatable, Sendable {
    /// No hole of free memory takes a segment.
    case noRoom(NoRoom)
    /// The segments need more than half of the machine's RAM, which kexec_load refuses
    /// (kernel/kexec_core.c, sanity_check_segment_list). Sizes in bytes.
    case moreThanHalfOfMemory(needed: UInt64, ram: UInt64)
    /// An input that every plan needs was not given.
    case missingInput(InputRole)
    /// An input has no bytes.
    case emptyInput(InputRole)
    /// An input is too large for its purpose. Sizes in bytes.
    case inputTooLarge(InputRole, size: UInt64, limit: UInt64)
    /// Two inputs have this name, by which emit and apply would look for them.
    case sameName(InputRole, InputRole, String)
    /// The console's address is 0, which tells purgatory that there is none.
    case consoleAtZero(Console)
    /// The console's address is no multiple of the width of its registers, in bytes.
    case consoleMisaligned(Console, alignment: UInt64)
    /// The console's registers are said to be where System RAM is.
    case consoleInRAM(Console)
    /// The console's registers end in the last page of 64 bits, or behind it: the end of a range there is no address.
    case consoleBeyond64Bits(Console)
    /// The console's registers are beyond what page tables can map; purgatory may do without, or not.
    case consoleBeyondTables(Console, mmuIsOptional: Bool)
    /// Purgatory has a granule in its code, and another was asked for.
    case granuleOfContract(Granule, due: Granule)
    /// The kernel's text_offset is no multiple of the page size, which a segment's address must be. Bytes.
    case textOffsetInsidePage(textOffset: UInt64, pageSize: UInt64)
    /// The page size is none of 4, 16 and 64 KiB.
    case invalidPageSize(UInt64)
    /// The purgatory object can't be linked.
    case linking(LinkingError)

    /// What was looked for, and what there was. Sizes in bytes.
    public struct NoRoom: Equatable, Sendable {
        /// The segment.
        public var segment: SegmentRole
        /// How much it needs.
        public var size: UInt64
        /// What its address must be a multiple of, after `offset` was taken off.
        public var alignment: UInt64
        /// Where it must be; nil for anywhere.
        public var window: AddressRange?
        /// The largest range that was free there; nil for none.
        public var largestHole: AddressRange?
    }
}
