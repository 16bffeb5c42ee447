// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

extension EmulatedMachine {
    /// A UART as far as writing needs one: always ready, keeps what is written to its data register.
    public struct Console: Sendable, Codable {
        /// The physical address of the data register.
        public var address: UInt64
        /// Where the status register is, in bytes from the data register.
        public var statusOffset: UInt64
        /// What the status register reads as.
        public var status: UInt64

        /// Any UART; a program that writes without asking needs no right status.
        public init(address: UInt64, statusOffset: UInt64, status: UInt64) {
            self.address = address
            self.statusOffset = statusOffset
            self.status = status
        }

        /// Arm PL011 (DDI 0183): UARTFR at 0x18, TXFF and BUSY clear.
        public static func pl011(at address: UInt64) -> Console {
            Console(address: address, statusOffset: 0x18, status: 0)
        }

        /// 16550 and its kin: LSR is register 5, THRE and TEMT set.
        /// - Parameter registerShift: the distance of registers as a power of two, `reg-shift` in the device tree.
        public static func uart8250(at address: UInt64, registerShift: UInt64 = 0) -> Console {
            Console(address: address, statusOffset: 5 << registerShift, status: 0x60)
        }
    }
}
