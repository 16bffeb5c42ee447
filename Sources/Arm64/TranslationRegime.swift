/// The exception level that runs purgatory, as far as the registers of translation and the descriptors differ.
///
/// Source: Arm ARM (DDI 0487), "Translation regimes"; HCR_EL2.E2H.
public enum TranslationRegime: CaseIterable, Hashable, Sendable {
    /// EL1: the EL1&0 regime.
    case el1
    /// EL2 where HCR_EL2.E2H is 0: a regime with one privilege level.
    case el2
    /// EL2 where HCR_EL2.E2H is 1: the EL2&0 regime, whose TCR_EL2 has the layout of TCR_EL1.
    case el2E2H
}
