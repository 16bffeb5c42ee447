// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import Emulation

extension SystemRegister {
    /// Whether Unicorn 2.0.1 aborts the process after this write: it looks for the SVE vector length of `.max`, which has
    /// none, where FP is trapped and SVE is not.
    func abortsUnicorn(value: UInt64, on cpu: EmulatedMachine.CPU) -> Bool {
        guard cpu == .max else { return false }
        let trapsOnlyFPAtEL2 = value >> 10 & 1 == 1 && value >> 8 & 1 == 0  // CPTR_EL2.TFP, TZ
        let trapsOnlyFPAtEL1 = value >> 20 & 1 == 0 && value >> 16 & 1 == 1  // CPACR_EL1.FPEN, ZEN
        switch self {
        case .cptrEL2: return trapsOnlyFPAtEL2
        // At EL2 with E2H this encoding writes CPTR_EL2.
        case .cpacrEL1: return trapsOnlyFPAtEL1 || trapsOnlyFPAtEL2
        default: return false
        }
    }
}
