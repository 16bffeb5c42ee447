import Arm64
import CLibELF

extension RelocatableObject {
    /// The symbols of the symbol table that is section `table`.
    static func symbols(
        _ file: ELFFile, _ headers: [GElf_Shdr], _ table: Int
    ) throws(ObjectError) -> [Symbol] {
        guard let count = headers[table].entryCount(of: 24) else {
            throw .badEntrySize(section: table, size: headers[table].sh_size)
        }
        var symbols: [Symbol] = []
        for index in 0..<count {
            guard let entry = file.symbol(index, of: table),
                let ownName = file.string(table: Int(headers[table].sh_link), offset: entry.st_name)
            else { throw .malformedSymbol(symbol: index) }

            var name = ownName
            if entry.st_info & 0xf == UInt8(STT_SECTION), name.isEmpty {
                guard headers.indices.contains(Int(entry.st_shndx)),
                    let sectionName = file.sectionName(headers[Int(entry.st_shndx)].sh_name)
                else { throw .malformedSymbol(symbol: index) }
                name = sectionName
            }
            let place = try place(of: entry, symbol: index, name: name, headers)
            let binding = Int32(entry.st_info >> 4)
            symbols.append(
                Symbol(
                    name: name, place: place, value: entry.st_value, size: entry.st_size,
                    isGlobal: binding == STB_GLOBAL || binding == STB_WEAK))
        }
        return symbols
    }

    /// What the symbol's value counts from. A symbol in a loaded section is wholly inside, or at its end.
    private static func place(
        of entry: GElf_Sym, symbol: Int, name: String, _ headers: [GElf_Shdr]
    ) throws(ObjectError) -> SymbolPlace {
        switch Int32(entry.st_shndx) {
        case SHN_UNDEF: return .undefined
        case Int32(SHN_ABS): return .absolute
        case Int32(SHN_COMMON): throw .commonSymbol(symbol: symbol, name: name)
        default: break
        }
        // From SHN_LORESERVE on an index isn't a section's. More than 65279 sections would need SHN_XINDEX.
        let section = Int(entry.st_shndx)
        guard section < Int(SHN_LORESERVE), headers.indices.contains(section) else {
            throw .badSectionIndex(symbol: symbol, name: name, index: entry.st_shndx)
        }
        let header = headers[section]
        let (end, overflow) = entry.st_value.addingReportingOverflow(entry.st_size)
        if header.isLoaded, overflow || end > header.sh_size {
            throw .symbolOutsideSection(
                symbol: symbol, name: name, section: section, value: entry.st_value, size: entry.st_size)
        }
        return .section(section)
    }
}
