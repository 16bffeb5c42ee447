/// A field of TCR_EL1 or TCR_EL2, written down from the manual and not from what we set, so that every bit of a value
/// has a name.
///
/// Source: Arm ARM (DDI 0487), TCR_EL1; TCR_EL2 when HCR_EL2.E2H is 0; TCR_EL2 when it is 1, which has TCR_EL1's
/// layout.
public struct TranslationControlField: Hashable, Sendable {
    /// Its name in the manual; `RES1` for bits that are 1 whatever they do.
    public let name: String
    /// Its lowest bit.
    public let position: Int
    /// How many bits it has.
    public let width: Int

    /// What a register's value has in the field.
    public func value(in register: UInt64) -> UInt64 {
        register >> UInt64(position) & (1 << UInt64(width) - 1)
    }

    /// The bits of the field in the register.
    public var mask: UInt64 { (1 << UInt64(width) - 1) << UInt64(position) }

    private init(_ name: String, _ position: Int, _ width: Int = 1) {
        self.name = name
        self.position = position
        self.width = width
    }

    /// The fields of a regime's register, from bit 0 on. Bits of no field are RES0.
    public static func all(_ regime: TranslationRegime) -> [TranslationControlField] {
        regime == .el2 ? onePrivilege : twoPrivileges
    }

    private static let walk: [TranslationControlField] = [
        .init("IRGN0", 8, 2), .init("ORGN0", 10, 2), .init("SH0", 12, 2), .init("TG0", 14, 2),
    ]

    private static let onePrivilege: [TranslationControlField] =
        [.init("T0SZ", 0, 6)] + walk + [
            .init("PS", 16, 3), .init("TBI", 20), .init("HA", 21), .init("HD", 22), .init("RES1", 23),
            .init("HPD", 24), .init("HWU59", 25), .init("HWU60", 26), .init("HWU61", 27), .init("HWU62", 28),
            .init("TBID", 29), .init("TCMA", 30), .init("RES1", 31), .init("DS", 32), .init("MTX", 33),
        ]

    private static let twoPrivileges: [TranslationControlField] =
        [.init("T0SZ", 0, 6), .init("EPD0", 7)] + walk + [
            .init("T1SZ", 16, 6), .init("A1", 22), .init("EPD1", 23), .init("IRGN1", 24, 2),
            .init("ORGN1", 26, 2), .init("SH1", 28, 2), .init("TG1", 30, 2), .init("IPS", 32, 3),
            .init("AS", 36), .init("TBI0", 37), .init("TBI1", 38), .init("HA", 39), .init("HD", 40),
            .init("HPD0", 41), .init("HPD1", 42), .init("HWU059", 43), .init("HWU060", 44),
            .init("HWU061", 45),
            .init("HWU062", 46), .init("HWU159", 47), .init("HWU160", 48), .init("HWU161", 49),
            .init("HWU162", 50), .init("TBID0", 51), .init("TBID1", 52), .init("NFD0", 53), .init("NFD1", 54),
            .init("E0PD0", 55), .init("E0PD1", 56), .init("TCMA0", 57), .init("TCMA1", 58), .init("DS", 59),
            .init("MTX0", 60), .init("MTX1", 61),
        ]
}
