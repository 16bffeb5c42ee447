// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// A system register by its encoding, as in MRS and MSR (Arm ARM, DDI 0487, C5.3).
///
/// The encoding names the register itself: where E2H is set, `.sctlrEL1` stays the register of EL1 here.
public struct SystemRegister: Hashable, Sendable, Codable {
    /// The encoding's fields.
    public var op0, op1, crn, crm, op2: UInt32

    /// From the fields of the encoding, in the order in which S3_0_C1_C0_0 has them.
    public init(_ op0: UInt32, _ op1: UInt32, _ crn: UInt32, _ crm: UInt32, _ op2: UInt32) {
        (self.op0, self.op1, self.crn, self.crm, self.op2) = (op0, op1, crn, crm, op2)
    }

    /// SCTLR_EL1: the MMU and the caches.
    public static let sctlrEL1 = SystemRegister(3, 0, 1, 0, 0)
    /// CPACR_EL1: traps of FP and SIMD.
    public static let cpacrEL1 = SystemRegister(3, 0, 1, 0, 2)
    /// TTBR0_EL1: the root table.
    public static let ttbr0EL1 = SystemRegister(3, 0, 2, 0, 0)
    /// TCR_EL1: granule, sizes, attributes of the walk.
    public static let tcrEL1 = SystemRegister(3, 0, 2, 0, 2)
    /// MAIR_EL1: memory attributes.
    public static let mairEL1 = SystemRegister(3, 0, 10, 2, 0)
    /// VBAR_EL1: exception vectors.
    public static let vbarEL1 = SystemRegister(3, 0, 12, 0, 0)
    /// SCTLR_EL2: the MMU and the caches.
    public static let sctlrEL2 = SystemRegister(3, 4, 1, 0, 0)
    /// CPTR_EL2: traps of FP and SIMD.
    public static let cptrEL2 = SystemRegister(3, 4, 1, 1, 2)
    /// HCR_EL2: E2H, TGE, RW.
    public static let hcrEL2 = SystemRegister(3, 4, 1, 1, 0)
    /// TTBR0_EL2: the root table.
    public static let ttbr0EL2 = SystemRegister(3, 4, 2, 0, 0)
    /// TCR_EL2: granule, sizes, attributes of the walk; its layout depends on E2H.
    public static let tcrEL2 = SystemRegister(3, 4, 2, 0, 2)
    /// MAIR_EL2: memory attributes.
    public static let mairEL2 = SystemRegister(3, 4, 10, 2, 0)
    /// VBAR_EL2: exception vectors.
    public static let vbarEL2 = SystemRegister(3, 4, 12, 0, 0)

    package static let spsrEL1 = SystemRegister(3, 0, 4, 0, 0)
    package static let elrEL1 = SystemRegister(3, 0, 4, 0, 1)
    package static let esrEL1 = SystemRegister(3, 0, 5, 2, 0)
    package static let farEL1 = SystemRegister(3, 0, 6, 0, 0)
    package static let spsrEL2 = SystemRegister(3, 4, 4, 0, 0)
    package static let elrEL2 = SystemRegister(3, 4, 4, 0, 1)
    package static let esrEL2 = SystemRegister(3, 4, 5, 2, 0)
    package static let farEL2 = SystemRegister(3, 4, 6, 0, 0)
    package static let scrEL3 = SystemRegister(3, 6, 1, 1, 0)
    package static let idAA64MMFR1 = SystemRegister(3, 0, 0, 7, 1)
    package static let idAA64ISAR0 = SystemRegister(3, 0, 0, 6, 0)
    package static let idAA64MMFR0 = SystemRegister(3, 0, 0, 7, 0)
}
