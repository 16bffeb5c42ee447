import Arm64

/// Serial ports, and what the kernel prints on.
public struct Consoles: Equatable, Sendable {
    /// `/chosen/stdout-path` of the device tree.
    public var stdoutPath: String?
    /// The values of `console=` on the running kernel's command line, in their order.
    public var commandLine: [String]
    /// The consoles that are in use (/sys/class/tty/console/active).
    public var active: [String]?
    /// Serial ports that have an address, by name.
    public var ports: [Port]

    /// Makes it from its parts.
    public init(
        stdoutPath: String? = nil, commandLine: [String] = [], active: [String]? = nil, ports: [Port] = []
    ) {
        self.stdoutPath = stdoutPath
        self.commandLine = commandLine
        self.active = active
        self.ports = ports
    }

    /// A serial port.
    public struct Port: Equatable, Sendable {
        /// What the kernel calls it, such as `ttyAMA0`.
        public var name: String
        /// Where its registers are.
        public var address: UInt64
        /// Whether that is a physical address, or a port of x86.
        public var space: Space

        /// Makes it from its parts.
        public init(name: String, address: UInt64, space: Space) {
            self.name = name
            self.address = address
            self.space = space
        }
    }

    /// What a serial port's address is one of.
    public enum Space: String, CaseIterable, Sendable {
        case memory
        case port
    }
}

/// What an Arm interrupt controller keeps in memory: it goes on reading and writing it across a kexec.
public struct Interrupts: Equatable, Sendable {
    /// Whether there is a GICv3 ITS; nil where nothing says it.
    public var hasITS: Bool?
    /// Its tables, as far as the kernel's log says where they are.
    public var tables: [Table]
    /// Whether these are all: the log reaches back to the boot.
    public var isComplete: Bool

    /// Makes it from its parts.
    public init(hasITS: Bool? = nil, tables: [Table] = [], isComplete: Bool = false) {
        self.hasITS = hasITS
        self.tables = tables
        self.isComplete = isComplete
    }

    /// A table in memory.
    public struct Table: Equatable, Sendable {
        /// What it is.
        public var kind: Kind
        /// Where it is.
        public var range: AddressRange

        /// Makes it from its parts.
        public init(kind: Kind, range: AddressRange) {
            self.kind = kind
            self.range = range
        }
    }

    /// What a table is for.
    public enum Kind: String, CaseIterable, Sendable {
        /// The configuration of LPIs, for all redistributors (GICR_PROPBASER).
        case lpiProperty = "lpi-property"
        /// Which LPIs of one CPU are pending (GICR_PENDBASER): the redistributor writes it.
        case lpiPending = "lpi-pending"
        /// A table of the ITS: devices, collections, virtual CPUs (GITS_BASERn).
        case its
    }
}

/// What started the running kernel, and what it runs on.
public struct Firmware: Equatable, Sendable {
    /// The machine's model: of the device tree, or of DMI.
    public var model: String?
    /// Who made it (DMI); of a virtual machine often the hypervisor.
    public var vendor: String?
    /// Whether EFI started it (/sys/firmware/efi).
    public var usesEFI: Bool
    /// 32 or 64: the bits of the EFI that did.
    public var efiBits: Int?
    /// Whether EFI's runtime services are in use.
    public var hasRuntimeServices: Bool?
    /// Whether Secure Boot is on.
    public var usesSecureBoot: Bool?
    /// Whether ACPI describes the machine.
    public var usesACPI: Bool?

    /// Makes it from its parts.
    public init(
        model: String? = nil, vendor: String? = nil, usesEFI: Bool, efiBits: Int? = nil,
        hasRuntimeServices: Bool? = nil, usesSecureBoot: Bool? = nil, usesACPI: Bool? = nil
    ) {
        self.model = model
        self.vendor = vendor
        self.usesEFI = usesEFI
        self.efiBits = efiBits
        self.hasRuntimeServices = hasRuntimeServices
        self.usesSecureBoot = usesSecureBoot
        self.usesACPI = usesACPI
    }
}
