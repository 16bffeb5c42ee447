/// What a block or page descriptor says beside its address, with what the table descriptors above it impose.
///
/// Source: Arm ARM (DDI 0487), "VMSAv8-64 descriptor formats", "Stage 1 hierarchical permissions".
public struct LeafAttributes: Hashable, Sendable {
    /// The attribute bits of the descriptor in their places: [63:50] and [11:2].
    public let bits: UInt64
    /// The attribute bits [63:59] of all table descriptors above, in their places, one or the other.
    public let hierarchy: UInt64

    /// The bits of a descriptor that are attributes.
    static let mask: UInt64 = 0xfffc_0000_0000_0ffc

    /// The attributes of a descriptor, whose address is left out, below tables with `hierarchy`.
    public init(descriptor: UInt64, hierarchy: UInt64) {
        bits = descriptor & Self.mask
        self.hierarchy = hierarchy
    }

    /// AttrIndx.
    public var attributeIndex: UInt64 { bits >> 2 & 7 }
    /// SH.
    public var shareability: UInt64 { bits >> 8 & 3 }
    /// AF. Without it the first access faults, since nobody sets it (TCR_ELx.HA is 0).
    public var accessFlag: Bool { bits >> 10 & 1 == 1 }
    /// PXN.
    public var privilegedExecuteNever: Bool { bits >> 53 & 1 == 1 }
    /// UXN, or XN where there is one privilege level.
    public var executeNever: Bool { bits >> 54 & 1 == 1 }

    /// Bits that mean something else, and that identity tables for purgatory have no use for: NS, nG, GP, DBM,
    /// Contiguous, software's, PBHA, and bit 63.
    public var otherBits: UInt64 { bits & (1 << 5 | 1 << 11 | 0b111 << 50 | 0x1ff << 55) }

    /// What the code of purgatory's exception level may do, and whether EL0 may do anything.
    public func rights(_ regime: TranslationRegime) -> AccessRights {
        let noWrite = bits >> 7 & 1 == 1 || hierarchy >> 62 & 1 == 1
        if regime == .el2 {
            // AP[1] and APTable[0] don't exist, nor does PXN.
            return AccessRights(
                write: !noWrite, execute: !executeNever && hierarchy >> 60 & 1 == 0, unprivileged: false)
        }
        let unprivileged = bits >> 6 & 1 == 1 && hierarchy >> 61 & 1 == 0
        // What EL0 may write is never executed with privilege.
        let noExecute = privilegedExecuteNever || hierarchy >> 59 & 1 == 1 || unprivileged && !noWrite
        return AccessRights(write: !noWrite, execute: !noExecute, unprivileged: unprivileged)
    }
}

/// What may be done with a page. What is mapped may always be read.
public struct AccessRights: Hashable, Sendable {
    /// It may be written.
    public let write: Bool
    /// It may be executed.
    public let execute: Bool
    /// EL0 may access it: then PSTATE.PAN keeps privileged code out.
    public let unprivileged: Bool

    /// Makes it from its parts.
    public init(write: Bool, execute: Bool, unprivileged: Bool) {
        self.write = write
        self.execute = execute
        self.unprivileged = unprivileged
    }
}
