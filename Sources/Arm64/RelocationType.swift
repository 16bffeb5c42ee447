/// The relocation types that are supported. The raw value is the number in the file.
///
/// Source: "ELF for the Arm 64-bit Architecture" (AAELF64), "Relocation".
///
/// | here | AAELF64 |
/// |---|---|
/// | site | P, the place that is changed |
/// | value | S + A, the symbol's address plus the addend |
/// | Page(x) | x with the low 12 bits zero |
public enum RelocationType: UInt32, CaseIterable, Sendable {
    case none = 0
    case abs64 = 257
    case abs32 = 258
    case prel64 = 260
    case prel32 = 261
    case movwUabsG0 = 263
    case movwUabsG0NC = 264
    case movwUabsG1 = 265
    case movwUabsG1NC = 266
    case movwUabsG2 = 267
    case movwUabsG2NC = 268
    case movwUabsG3 = 269
    case ldPrelLo19 = 273
    case adrPrelLo21 = 274
    case adrPrelPgHi21 = 275
    case adrPrelPgHi21NC = 276
    case addAbsLo12NC = 277
    case ldst8AbsLo12NC = 278
    case tstbr14 = 279
    case condbr19 = 280
    case jump26 = 282
    case call26 = 283
    case ldst16AbsLo12NC = 284
    case ldst32AbsLo12NC = 285
    case ldst64AbsLo12NC = 286
    case ldst128AbsLo12NC = 299

    /// The name in AAELF64, such as `R_AARCH64_CALL26`.
    public var name: String { "R_AARCH64_" + shortName }

    private var shortName: String {
        switch self {
        case .none: "NONE"
        case .abs64: "ABS64"
        case .abs32: "ABS32"
        case .prel64: "PREL64"
        case .prel32: "PREL32"
        case .movwUabsG0: "MOVW_UABS_G0"
        case .movwUabsG0NC: "MOVW_UABS_G0_NC"
        case .movwUabsG1: "MOVW_UABS_G1"
        case .movwUabsG1NC: "MOVW_UABS_G1_NC"
        case .movwUabsG2: "MOVW_UABS_G2"
        case .movwUabsG2NC: "MOVW_UABS_G2_NC"
        case .movwUabsG3: "MOVW_UABS_G3"
        case .ldPrelLo19: "LD_PREL_LO19"
        case .adrPrelLo21: "ADR_PREL_LO21"
        case .adrPrelPgHi21: "ADR_PREL_PG_HI21"
        case .adrPrelPgHi21NC: "ADR_PREL_PG_HI21_NC"
        case .addAbsLo12NC: "ADD_ABS_LO12_NC"
        case .ldst8AbsLo12NC: "LDST8_ABS_LO12_NC"
        case .tstbr14: "TSTBR14"
        case .condbr19: "CONDBR19"
        case .jump26: "JUMP26"
        case .call26: "CALL26"
        case .ldst16AbsLo12NC: "LDST16_ABS_LO12_NC"
        case .ldst32AbsLo12NC: "LDST32_ABS_LO12_NC"
        case .ldst64AbsLo12NC: "LDST64_ABS_LO12_NC"
        case .ldst128AbsLo12NC: "LDST128_ABS_LO12_NC"
        }
    }
}
