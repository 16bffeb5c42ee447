/// An ELF relocatable object (`ET_REL`) for `EM_AARCH64`, as values: what is loaded of it, what it names, and
/// what has to be relocated.
///
/// Source of the terms: System V ABI, "Object Files"; "ELF for the Arm 64-bit Architecture" (AAELF64).
public struct RelocatableObject: Equatable, Sendable {
    /// A section with `SHF_ALLOC`: it has a place in memory.
    public struct Section: Equatable, Sendable {
        /// Its index in the object's section header table.
        public let index: Int
        /// Its name, such as `.text`.
        public let name: String
        /// Its size in memory, in bytes.
        public let size: UInt64
        /// Its alignment, a power of two, in bytes.
        public let alignment: UInt64
        /// True with `SHF_WRITE`.
        public let isWritable: Bool
        /// True with `SHF_EXECINSTR`.
        public let isExecutable: Bool
        /// Its bytes; nil for `SHT_NOBITS` (zeros at run time).
        public let content: [UInt8]?

        /// Makes a section from its parts.
        public init(
            index: Int, name: String, size: UInt64, alignment: UInt64, isWritable: Bool, isExecutable: Bool,
            content: [UInt8]?
        ) {
            self.index = index
            self.name = name
            self.size = size
            self.alignment = alignment
            self.isWritable = isWritable
            self.isExecutable = isExecutable
            self.content = content
        }
    }

    /// Where a symbol's value counts from.
    public enum SymbolPlace: Hashable, Sendable {
        /// Bytes from the start of the section with this index.
        case section(Int)
        /// `SHN_ABS`: the value is an address or number as it stands.
        case absolute
        /// `SHN_UNDEF`: the object expects somebody else to define it.
        case undefined
    }

    /// A symbol of the symbol table.
    public struct Symbol: Hashable, Sendable {
        /// Its name; that of the section for a section symbol.
        public let name: String
        /// What `value` counts from.
        public let place: SymbolPlace
        /// The offset in its section, in bytes, or the absolute value.
        public let value: UInt64
        /// The size of what it names, in bytes; 0 where unknown.
        public let size: UInt64
        /// True for `STB_GLOBAL` and `STB_WEAK`.
        public let isGlobal: Bool

        /// Makes a symbol from its parts.
        public init(name: String, place: SymbolPlace, value: UInt64, size: UInt64, isGlobal: Bool) {
            self.name = name
            self.place = place
            self.value = value
            self.size = size
            self.isGlobal = isGlobal
        }
    }

    /// An entry of a `SHT_RELA` section that applies to a section with `SHF_ALLOC`.
    public struct Relocation: Hashable, Sendable {
        /// The index of the section that is changed.
        public let section: Int
        /// Where in that section, in bytes.
        public let offset: UInt64
        /// `ELF64_R_TYPE`, as the number that stands in the file.
        public let type: UInt32
        /// The position of its symbol in `symbols`.
        public let symbol: Int
        /// `r_addend`.
        public let addend: Int64

        /// Makes a relocation from its parts.
        public init(section: Int, offset: UInt64, type: UInt32, symbol: Int, addend: Int64) {
            self.section = section
            self.offset = offset
            self.type = type
            self.symbol = symbol
            self.addend = addend
        }
    }

    /// The sections that are loaded, in the order of the file.
    public let sections: [Section]
    /// The symbol table, in the order of the file, with its null entry first.
    public let symbols: [Symbol]
    /// The relocations, in the order of the file.
    public let relocations: [Relocation]

    /// Makes an object from its parts.
    public init(sections: [Section], symbols: [Symbol], relocations: [Relocation]) {
        self.sections = sections
        self.symbols = symbols
        self.relocations = relocations
    }

    /// The loaded section with this index in the section header table.
    public func section(index: Int) -> Section? {
        sections.first { $0.index == index }
    }

    /// The global symbol of this name that the object defines.
    public func symbol(named name: String) -> Symbol? {
        symbols.first { $0.isGlobal && $0.name == name && $0.place != .undefined }
    }
}
