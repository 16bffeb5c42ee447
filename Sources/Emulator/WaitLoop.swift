// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import CUnicorn
import Emulation

/// A loop that nothing but an interrupt leaves: hints (NOP, YIELD, WFE, WFI, SEV) and unconditional branches only.
enum WaitLoop {
    /// The lowest address of the loop that contains this instruction, if it is in such a loop.
    static func start(at address: UInt64, _ handle: OpaquePointer?) -> UInt64? {
        var pc = address
        var lowest = address
        for _ in 0..<8 {
            var word: UInt32 = 0
            guard uc_mem_read(handle, pc, &word, 4) == UC_ERR_OK else { return nil }
            let instruction = UInt32(littleEndian: word)
            if instruction & 0xffff_f01f == 0xd503_201f {  // HINT, DDI 0487 C4.1
                pc &+= 4
            } else if instruction >> 26 == 0b000101 {  // B
                let words = Int64(Int32(bitPattern: instruction << 6) >> 6)
                pc = pc &+ UInt64(bitPattern: words &* 4)
            } else {
                return nil
            }
            if pc == address { return lowest }
            lowest = min(lowest, pc)
        }
        return nil
    }
}
