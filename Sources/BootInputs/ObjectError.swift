/// Why bytes aren't a relocatable object that can be purgatory. Sections and symbols are told by their index.
public enum ObjectError: Error, Equatable, Sendable {
    /// They don't start with an ELF header.
    case notELF(size: Int)
    /// `EI_CLASS` isn't `ELFCLASS64`.
    case not64Bit(fileClass: UInt8)
    /// `EI_DATA` isn't `ELFDATA2LSB`.
    case notLittleEndian(data: UInt8)
    /// `e_type` isn't `ET_REL`.
    case notRelocatable(type: UInt16)
    /// `e_machine` isn't `EM_AARCH64`.
    case wrongMachine(machine: UInt16)
    /// The section header table isn't wholly in the file, or its names can't be found.
    case malformedSectionTable
    /// A section's header can't be read.
    case malformedSection(section: Int)
    /// A section's name isn't in the table of names.
    case sectionWithoutName(section: Int)
    /// A section's content isn't wholly in the file.
    case sectionOutsideFile(section: Int, offset: UInt64, size: UInt64, fileSize: Int)
    /// A section that is loaded has `SHF_COMPRESSED`.
    case compressedSection(section: Int)
    /// `sh_addralign` of a section that is loaded isn't a power of two.
    case badAlignment(section: Int, alignment: UInt64)
    /// The content isn't a whole number of entries.
    case badEntrySize(section: Int, size: UInt64)
    /// A second `SHT_SYMTAB`.
    case severalSymbolTables(first: Int, second: Int)
    /// A symbol can't be read, or its name isn't in the table of names.
    case malformedSymbol(symbol: Int)
    /// `SHN_COMMON`: nobody gave the symbol a place.
    case commonSymbol(symbol: Int, name: String)
    /// `st_shndx` is neither a section nor `SHN_UNDEF` or `SHN_ABS`; 0xffff is `SHN_XINDEX`.
    case badSectionIndex(symbol: Int, name: String, index: UInt16)
    /// A symbol isn't wholly in its section.
    case symbolOutsideSection(symbol: Int, name: String, section: Int, value: UInt64, size: UInt64)
    /// A section that is loaded has relocations in another form than `SHT_RELA`.
    case unsupportedRelocations(section: Int, type: UInt32)
    /// A `SHT_RELA` section doesn't use the symbol table.
    case relocationsWithoutSymbols(section: Int)
    /// A `SHT_RELA` section applies to a section that isn't there or that the file has no bytes of.
    case badRelocationTarget(section: Int, target: UInt32)
    /// `r_offset` isn't in the section that is changed.
    case relocationOutsideSection(section: Int, entry: Int, offset: UInt64)
    /// A relocation can't be read, or its symbol isn't in the symbol table.
    case badRelocationSymbol(section: Int, entry: Int, symbol: UInt64)
}
