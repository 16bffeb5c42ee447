// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// Why a run could not take place. What the program does wrong is an `Outcome`, not an error.
public enum EmulationError: Error, Equatable, Codable {
    /// A call of Unicorn failed with its error number.
    case library(call: String, code: UInt32)
    /// The CPU model has no such exception level or mode.
    case levelNotImplemented(EmulatedMachine.CPU, EmulatedMachine.ExceptionLevel)
    /// Unicorn cannot take this value (FP trapped, SVE not, on `.max`).
    case registerValueNotEmulated(SystemRegister, UInt64)
    /// A range ends above the last address.
    case rangeBeyondAddressSpace(address: UInt64, size: UInt64)
    /// A segment's content is larger than its size in memory.
    case contentExceedsMemory(address: UInt64, memorySize: UInt64, contentSize: UInt64)
    /// Bytes of these segments share an address.
    case segmentsOverlap(first: UInt64, second: UInt64)
    /// The console's page is memory too.
    case consoleInMemory(page: UInt64)
    /// The entry address is not a multiple of 4.
    case entryMisaligned(UInt64)
    /// x0 to x30 are 31 registers.
    case registerCount(Int)
    /// Not all of this range is memory.
    case notMemory(address: UInt64, size: UInt64)
    /// A segment's file could not be opened or read.
    case unreadable(path: String, errno: Int32)
    /// A segment's file has fewer bytes than it should.
    case truncated(path: String, size: UInt64)
}
