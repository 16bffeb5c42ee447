/// Sizes of physical addresses as the ID and translation registers give them.
///
/// Source: Arm ARM (DDI 0487), ID_AA64MMFR0_EL1.PARange, TCR_EL1.IPS, TCR_EL2.PS: one encoding for all.
public enum PhysicalAddressSize {
    /// How many bits an encoding stands for: at most 48, which is what tables without FEAT_LPA and FEAT_LPA2 hold. What is
    /// reserved counts as 48.
    public static func bits(encoded: UInt64) -> UInt64 {
        let sizes: [UInt64] = [32, 36, 40, 42, 44]
        return encoded < 5 ? sizes[Int(encoded)] : 48
    }

    /// PARange of ID_AA64MMFR0_EL1.
    public static func bits(ofMemoryModelFeatures register: UInt64) -> UInt64 {
        bits(encoded: register & 0xf)
    }
}
