import Arm64
import KexecPlan

/// Why a plan's bytes can't be made.
public enum EmitterError: Error, Equatable, Sendable {
    /// The plan lacks a segment or an input that it needs.
    case missing(SegmentRole)
    /// A generated segment has another size than the plan says. Bytes.
    case wrongSize(SegmentRole, size: UInt64, planned: UInt64)
    /// Purgatory's segment has another size in memory than its sections take, in whole pages. Bytes.
    case wrongMemorySize(size: UInt64, planned: UInt64)
    /// The purgatory object honours another contract than the plan says.
    case otherContract(planned: PurgatoryContract, object: PurgatoryContract)
    /// The plan says that purgatory has no `pgtble_base`, but the object has it.
    case tableBaseThere
    /// Purgatory's digest is of all segments, and nobody reads this input for it.
    case inputNotGiven(InputRole)
    /// Purgatory's digest covers more zeros after a segment's content than anybody hashes. Bytes.
    case paddingTooLarge(SegmentRole, size: UInt64, limit: UInt64)
    /// The plan places a section of purgatory that the object does not have, or not so; nil where it has none of
    /// this index.
    case otherSection(planned: PlacedSection, object: PlacedSection?)
    /// A section of purgatory has an address that is no multiple of what the object demands, in bytes.
    case misalignedSection(PlacedSection, alignment: UInt64)
    /// The plan places a section of purgatory twice.
    case sectionPlacedTwice(PlacedSection)
    /// The plan doesn't place a section of purgatory. Bytes.
    case sectionNotPlaced(String, index: Int, size: UInt64)
    /// The purgatory object can't be linked with its sections where the plan places them.
    case linking(LinkingError)
    /// The plan's entry is not where the object has it.
    case otherEntry(planned: PhysicalAddress, object: PhysicalAddress)
    /// The first relocation that is another than the object's; nil where there is none any more.
    case otherRelocation(planned: PlannedRelocation?, object: PlannedRelocation?)
    /// The first symbol that is set otherwise than it has to be; nil where there is none any more.
    case otherSymbol(planned: SymbolPatch?, due: SymbolPatch?)
    /// Something in purgatory is planned outside of its content: a section, a relocation or a symbol.
    case outsidePurgatory(String, PhysicalAddress)
    /// A relocation can't be applied.
    case relocation(RelocationError, symbol: String)
    /// More segments than purgatory's table takes.
    case tooManyRegions(Int)
    /// A runtime slot is not within generated content, or its filling has another length.
    case slotWithoutContent(RuntimeSlot)
    /// The page tables can't be built from the plan's mappings.
    case pageTables(TranslationTables.BuildError)
}
