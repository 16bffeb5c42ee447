// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import Emulation

extension Outcome {
    /// Memory as it is at the end, by physical address.
    public func memory(at address: UInt64, count: Int) throws(EmulationError) -> [UInt8] {
        guard let finalState else { throw .notMemory(address: address, size: UInt64(clamping: count)) }
        return try finalState.memory(at: address, count: count)
    }

    /// A system register at the end. CurrentEL is no such register: Unicorn 2.0.1 aborts on it; see `currentEL`.
    public func systemRegister(_ register: SystemRegister) throws(EmulationError) -> UInt64 {
        guard let finalState else { throw .library(call: "uc_reg_read", code: 0) }
        return try finalState.read(register)
    }
}
