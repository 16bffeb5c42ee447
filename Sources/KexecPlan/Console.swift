import Arm64

/// A UART that purgatory prints on.
public struct Console: Hashable, Sendable {
    /// How the UART is driven.
    public var kind: Kind
    /// The physical address of its registers.
    public var address: PhysicalAddress

    /// How a UART is driven. The raw value is the name that the kernel's `earlycon=` uses, with the register
    /// width where it has one.
    public enum Kind: String, CaseIterable, Sendable {
        /// Arm PL011: data register at 0, flag register at 0x18.
        case pl011
        /// 8250/16550, registers of one byte.
        case uart8250 = "uart8250,mmio"
        /// 8250/16550, registers of 32 bits.
        case uart8250Word = "uart8250,mmio32"
        /// A byte is stored at the address and nothing is waited for, as kexec-tools' purgatory does.
        case raw

        /// How many bytes of registers purgatory reads and writes, from the address on (docs/PURGATORY.md, Console):
        /// up to the end of the status register.
        public var registerSpan: UInt64 {
            switch self {
            case .pl011: 0x18 + 4  // UARTFR
            case .uart8250: 5 + 1  // LSR
            case .uart8250Word: 0x14 + 4  // LSR
            case .raw: 1
            }
        }

        /// What the address is a multiple of, in bytes: the width of a register. Device memory faults on other accesses.
        public var registerAlignment: UInt64 {
            switch self {
            case .pl011, .uart8250Word: 4
            case .uart8250, .raw: 1
            }
        }
    }

    /// The registers that purgatory uses; nil where they leave 64 bits.
    public var registers: AddressRange? { AddressRange(start: address, size: kind.registerSpan) }

    /// The pages with these registers, which purgatory's tables map; nil where they leave 64 bits.
    public func pages(_ granule: Granule) -> AddressRange? { registers?.expanded(to: granule.size) }

    /// Makes a console from its parts.
    public init(kind: Kind, address: PhysicalAddress) {
        self.kind = kind
        self.address = address
    }
}

extension Console: CustomStringConvertible {
    /// The form that `--console` takes and plans hold: `pl011,0x9000000`.
    public var description: String { "\(kind.rawValue),\(address)" }
}
