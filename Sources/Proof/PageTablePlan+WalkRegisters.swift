import Arm64
import KexecPlan

extension PageTablePlan {
    /// The registers that the tables are walked with: the plan's; or, where purgatory has values of its own, those of the
    /// 2017 series: 4K granule, T0SZ 16, write-back walks that are not shareable, MAIR with normal memory at 0 and nothing
    /// else (docs/PURGATORY.md, "Foreign purgatories").
    public var walkRegisters: TranslationRegisters {
        let tcr: UInt64 = 0x510
        return registers ?? TranslationRegisters(mair: 0xff, tcrEL1: tcr, tcrEL2: tcr, tcrEL2E2H: tcr)
    }
}
