/// How a relocation's result is computed from its value and site, and where it goes.
struct RelocationFormula {
    /// What is computed.
    enum Operation {
        /// S + A
        case absolute
        /// S + A − P
        case pcRelative
        /// Page(S + A) − Page(P)
        case pageRelative
    }

    /// The bits that are replaced.
    enum Field {
        /// Nothing is changed.
        case none
        /// A little-endian number of this many bytes.
        case data(bytes: Int)
        /// An immediate of an instruction: `width` bits from bit `position` on.
        case immediate(position: Int, width: Int)
        /// `immlo` (bits 29–30) and `immhi` (bits 5–23) of ADR and ADRP.
        case adr
    }

    /// What the result must fit.
    enum Range {
        /// Anything: the field takes the bits that it has.
        case any
        /// −2^(bits − 1) ≤ result < 2^(bits − 1)
        case signed(bits: Int)
        /// 0 ≤ result < 2^bits
        case unsigned(bits: Int)
        /// −2^(bits − 1) ≤ result < 2^bits
        case either(bits: Int)
    }

    let operation: Operation
    let field: Field
    let range: Range
    /// The lowest bit of the result that the field takes.
    var lowBit = 0
    /// What the result must be a multiple of, in bytes.
    var alignment: UInt64 = 1
    /// The bits of the result that count: 12 for the LO12 types.
    var resultBits = 64
}

extension RelocationType {
    var formula: RelocationFormula {
        switch self {
        case .none: .init(operation: .absolute, field: .none, range: .any)
        case .abs64: .init(operation: .absolute, field: .data(bytes: 8), range: .any)
        case .abs32: .init(operation: .absolute, field: .data(bytes: 4), range: .either(bits: 32))
        case .prel64: .init(operation: .pcRelative, field: .data(bytes: 8), range: .any)
        case .prel32: .init(operation: .pcRelative, field: .data(bytes: 4), range: .either(bits: 32))
        case .movwUabsG0: .movw(group: 0, checked: true)
        case .movwUabsG0NC: .movw(group: 0, checked: false)
        case .movwUabsG1: .movw(group: 1, checked: true)
        case .movwUabsG1NC: .movw(group: 1, checked: false)
        case .movwUabsG2: .movw(group: 2, checked: true)
        case .movwUabsG2NC: .movw(group: 2, checked: false)
        case .movwUabsG3: .movw(group: 3, checked: false)
        case .ldPrelLo19, .condbr19: .branch(position: 5, width: 19)
        case .tstbr14: .branch(position: 5, width: 14)
        case .jump26, .call26: .branch(position: 0, width: 26)
        case .adrPrelLo21: .init(operation: .pcRelative, field: .adr, range: .signed(bits: 21))
        case .adrPrelPgHi21:
            .init(operation: .pageRelative, field: .adr, range: .signed(bits: 33), lowBit: 12)
        case .adrPrelPgHi21NC: .init(operation: .pageRelative, field: .adr, range: .any, lowBit: 12)
        case .addAbsLo12NC, .ldst8AbsLo12NC: .lo12(sizeShift: 0)
        case .ldst16AbsLo12NC: .lo12(sizeShift: 1)
        case .ldst32AbsLo12NC: .lo12(sizeShift: 2)
        case .ldst64AbsLo12NC: .lo12(sizeShift: 3)
        case .ldst128AbsLo12NC: .lo12(sizeShift: 4)
        }
    }
}

extension RelocationFormula {
    /// MOVZ and MOVK: `imm16` (bits 5–20) takes 16 bits of the result.
    fileprivate static func movw(group: Int, checked: Bool) -> Self {
        .init(
            operation: .absolute, field: .immediate(position: 5, width: 16),
            range: checked ? .unsigned(bits: 16 * (group + 1)) : .any, lowBit: 16 * group)
    }

    /// A distance in instructions.
    fileprivate static func branch(position: Int, width: Int) -> Self {
        .init(
            operation: .pcRelative, field: .immediate(position: position, width: width),
            range: .signed(bits: width + 2), lowBit: 2, alignment: 4)
    }

    /// `imm12` (bits 10–21) takes the low 12 bits of the result, scaled by the size of the access.
    fileprivate static func lo12(sizeShift: Int) -> Self {
        .init(
            operation: .absolute, field: .immediate(position: 10, width: 12 - sizeShift), range: .any,
            lowBit: sizeShift, alignment: 1 << UInt64(sizeShift), resultBits: 12)
    }
}
