import Arm64
import KexecPlan

/// Why a plan's bytes can't be made.
public enum EmitterError: Error, Equatable, Sendable {
    /// The plan lacks a segment or an input that it needs.
    case missing(SegmentRole)
    /// A generated segment has another size than the plan says. Bytes.
    case wrongSize(SegmentRole, size: UInt64, planned: UInt64)
    /// The purgatory object has no section like the one that the plan places.
    case noSuchSection(PlacedSection)
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
