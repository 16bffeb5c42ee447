import Arm64

/// What was asked of the planner, apart from the files.
public struct Request: Equatable, Sendable {
    /// The next kernel's command line (`/chosen/bootargs`); nil keeps the one of the device tree.
    public var commandLine: String?
    /// Where purgatory prints; nil for nowhere.
    public var console: Console?
    /// The granule of purgatory's page tables.
    public var granule: Granule
    /// What becomes of `/chosen/kaslr-seed` and `/chosen/rng-seed`.
    public var seeds: SeedPolicy
    /// The only addresses where segments may be placed.
    public var memoryWindow: AddressRange?

    /// Makes a request from its parts.
    public init(
        commandLine: String?, console: Console?, granule: Granule, seeds: SeedPolicy,
        memoryWindow: AddressRange?
    ) {
        self.commandLine = commandLine
        self.console = console
        self.granule = granule
        self.seeds = seeds
        self.memoryWindow = memoryWindow
    }
}

/// What the next kernel gets in `/chosen/kaslr-seed` (8 bytes) and `/chosen/rng-seed`.
public enum SeedPolicy: String, CaseIterable, Sendable {
    /// Random bytes, drawn by `apply` on the machine; the plan has their place.
    case fresh
    /// Nothing: both properties are removed.
    case none
}

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
    }

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
