// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import CUnicorn
import Emulation

/// ESR and FAR of an exception that Unicorn stops at without delivering it.
///
/// No call of Unicorn gives them, but the CPU's state holds them: `exception` of CPUARMState (QEMU, target/arm/cpu.h) is
/// syndrome (4 bytes), fsr (4), vaddress (8), target_el (4). Where in the state depends on the build, so an SVC with
/// a known immediate shows it.
struct SyndromeProbe {
    static let probe: UInt16 = 0x5ac3
    /// SVC with that immediate (DDI 0487, C6.2).
    static let probeInstruction = 0xd400_0001 | UInt32(probe) << 5
    /// Its ESR: EC 0x15, IL, ISS the immediate (DDI 0487, D17.2.37).
    private static let probeSyndrome = 0x15 << 26 | 1 << 25 | UInt32(probe)

    private let offset: Int

    /// - Parameter state: the CPU's after the probe.
    init(probed state: [UInt8]) throws(EmulationError) {
        let found = stride(from: 0, to: state.count - 20, by: 8).filter {
            Self.word(state, $0) == Self.probeSyndrome && Self.word(state, $0 + 16) == 1
        }
        guard found.count == 1 else {
            throw .library(call: "uc_context_save", code: UC_ERR_EXCEPTION.rawValue)
        }
        offset = found[0]
    }

    /// - Parameter state: the CPU's in the hook of the exception; empty if it could not be had, and then nothing is known.
    func exception(number: UInt32, pc: UInt64, state: [UInt8]) -> Outcome.Exception {
        guard state.count >= offset + 20 else {
            return .init(number: number, pc: pc, syndrome: 0, faultAddress: nil, targetLevel: 0)
        }
        let syndrome = Self.word(state, offset)
        let address = UInt64(Self.word(state, offset + 8)) | UInt64(Self.word(state, offset + 12)) << 32
        // FAR is set by aborts, PC alignment faults and watchpoints; before that the field holds what was there last.
        let hasAddress = [0x20, 0x21, 0x22, 0x24, 0x25, 0x34, 0x35].contains(syndrome >> 26)
        return .init(
            number: number, pc: pc, syndrome: syndrome, faultAddress: hasAddress ? address : nil,
            targetLevel: Self.word(state, offset + 16))
    }

    private static func word(_ state: [UInt8], _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(state[offset + $1]) << UInt32(8 * $1) }
    }
}
