/// A translation table descriptor of stage 1, one form for EL1, for EL2, and for EL2 with E2H.
///
/// Source: Arm ARM (DDI 0487), "VMSAv8-64 descriptor formats".
///
/// | here | Arm ARM | kernel |
/// |---|---|---|
/// | valid | bit 0 | PTE_VALID |
/// | tableOrPage | bit 1: 1 for a table and, at level 3, for a page; 0 for a block | PTE_TYPE_PAGE |
/// | attributeIndex | AttrIndx[2:0] | PTE_ATTRINDX |
/// | readOnly | AP[2] | PTE_RDONLY |
/// | shareability | SH[1:0] | PTE_SHARED |
/// | accessFlag | AF | PTE_AF |
/// | privilegedExecuteNever | PXN; RES0 at EL2 without E2H | PTE_PXN |
/// | executeNever | UXN; XN at EL2 without E2H | PTE_UXN |
///
/// AP[1] stays 0: no access for EL0. At EL2 without E2H it is RES1, which the CPU takes as 1 whatever it holds.
public enum Descriptor {
    static let valid = BitField.bit(0)
    static let tableOrPage = BitField.bit(1)
    static let attributeIndex = BitField(position: 2, width: 3)
    static let readOnly = BitField.bit(7)
    static let shareability = BitField(position: 8, width: 2)
    static let accessFlag = BitField.bit(10)
    static let privilegedExecuteNever = BitField.bit(53)
    static let executeNever = BitField.bit(54)

    /// SH: Inner Shareable. Device memory is Outer Shareable whatever the field holds.
    static let innerShareable: UInt64 = 0b11

    /// The descriptor of a next-level table at `address`.
    static func table(at address: PhysicalAddress) -> UInt64 {
        address.rawValue | valid(1) | tableOrPage(1)
    }

    /// The block descriptor, or at level 3 the page descriptor, that maps memory at `address`.
    static func memory(
        at address: PhysicalAddress, level: TranslationLevel, memory: MemoryType, access: Access
    ) -> UInt64 {
        let executes: UInt64 = access.isExecutable ? 1 : 0
        var descriptor = address.rawValue | valid(1) | accessFlag(1)
        descriptor |= tableOrPage(level == .level3 ? 1 : 0)
        descriptor |= attributeIndex(memory.attributeIndex)
        descriptor |= readOnly(access.isWritable ? 0 : 1)
        descriptor |= shareability(memory == .normal ? innerShareable : 0)
        descriptor |= privilegedExecuteNever(1 - executes)
        descriptor |= executeNever(1 - executes)
        return descriptor
    }
}
