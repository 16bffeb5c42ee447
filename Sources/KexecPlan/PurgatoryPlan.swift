import Arm64

/// How purgatory's relocatable object is linked at its address, and what is written into it.
public struct PurgatoryPlan: Equatable, Sendable {
    /// Which contract its object honours.
    public var contract: PurgatoryContract
    /// Where its sections go, by rising address.
    public var sections: [PlacedSection]
    /// Its relocations, in the order of the object.
    public var relocations: [PlannedRelocation]
    /// The values of its symbols that are set, by rising address.
    public var symbols: [SymbolPatch]

    /// Makes it from its parts.
    public init(
        contract: PurgatoryContract = .kplan, sections: [PlacedSection], relocations: [PlannedRelocation],
        symbols: [SymbolPatch]
    ) {
        self.contract = contract
        self.sections = sections
        self.relocations = relocations
        self.symbols = symbols
    }
}

/// A section with its address.
public struct PlacedSection: Equatable, Sendable {
    /// Its name, such as `.text`.
    public var name: String
    /// Its index in the object's section header table.
    public var index: Int
    /// Its physical address.
    public var address: PhysicalAddress
    /// Its size in memory, in bytes.
    public var size: UInt64
    /// What may be done with it.
    public var access: Access

    /// Makes it from its parts.
    public init(name: String, index: Int, address: PhysicalAddress, size: UInt64, access: Access) {
        self.name = name
        self.index = index
        self.address = address
        self.size = size
        self.access = access
    }
}

/// A relocation, resolved.
public struct PlannedRelocation: Equatable, Sendable {
    /// The physical address of the first byte that is changed (P of AAELF64).
    public var site: PhysicalAddress
    /// Its type.
    public var type: RelocationType
    /// The name of the symbol that it refers to (of the section, for a section symbol).
    public var symbol: String
    /// The addend (A of AAELF64).
    public var addend: Int64
    /// What it refers to: S + A of AAELF64.
    public var value: UInt64

    /// Makes it from its parts.
    public init(site: PhysicalAddress, type: RelocationType, symbol: String, addend: Int64, value: UInt64) {
        self.site = site
        self.type = type
        self.symbol = symbol
        self.addend = addend
        self.value = value
    }
}

/// A symbol of purgatory that gets a value.
public struct SymbolPatch: Equatable, Sendable {
    /// Its name.
    public var name: String
    /// Its physical address.
    public var address: PhysicalAddress
    /// What is written there.
    public var value: Value

    /// What is written at a symbol.
    public enum Value: Equatable, Sendable {
        /// A 64-bit little-endian number.
        case number(UInt64)
        /// The table of what purgatory checks: it follows from the plan's segments.
        case regionTable
        /// The digest of purgatory's own content: it follows from all the rest.
        case ownDigest
        /// Start and length of what a purgatory of kexec-tools' contract checks: it follows from the plan's segments.
        case sha256Regions
        /// The one digest that such a purgatory compares with: it follows from their content.
        case sha256Digest
    }

    /// Makes it from its parts.
    public init(name: String, address: PhysicalAddress, value: Value) {
        self.name = name
        self.address = address
        self.value = value
    }
}
