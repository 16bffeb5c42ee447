import Arm64
import CLibELF

extension RelocatableObject {
    /// Reads an ELF relocatable object: what is loaded of it (`SHF_ALLOC`), its symbols, and the relocations of
    /// what is loaded. Relocation types are kept as numbers, whatever they are.
    ///
    /// Every index and offset that the file has is checked, so that none of the values points outside.
    public init(elf bytes: [UInt8]) throws(ObjectError) {
        try Self.checkHeader(bytes)
        guard let file = ELFFile(bytes), Self.hasSectionTable(bytes, count: file.sectionCount) else {
            throw .malformedSectionTable
        }
        var headers: [GElf_Shdr] = []
        for index in 0..<file.sectionCount {
            guard let header = file.sectionHeader(index) else { throw .malformedSection(section: index) }
            headers.append(header)
        }
        let sections = try Self.sections(file, headers, bytes)
        let table = try Self.symbolTable(headers)
        var symbols: [Symbol] = []
        if let table { symbols = try Self.symbols(file, headers, table) }
        let relocations = try Self.relocations(file, headers, symbolTable: table, symbols: symbols.count)
        self.init(sections: sections, symbols: symbols, relocations: relocations)
    }

    private static func checkHeader(_ bytes: [UInt8]) throws(ObjectError) {
        guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]), bytes.count >= 64,
            let type = bytes.littleEndian(UInt16.self, at: 16),
            let machine = bytes.littleEndian(UInt16.self, at: 18)
        else { throw .notELF(size: bytes.count) }
        guard bytes[4] == UInt8(ELFCLASS64) else { throw .not64Bit(fileClass: bytes[4]) }
        guard bytes[5] == UInt8(ELFDATA2LSB) else { throw .notLittleEndian(data: bytes[5]) }
        guard type == UInt16(ET_REL) else { throw .notRelocatable(type: type) }
        guard machine == UInt16(EM_AARCH64) else { throw .wrongMachine(machine: machine) }
    }

    /// True where the whole section header table is in the file: for libelf an object without one is well-formed.
    private static func hasSectionTable(_ bytes: [UInt8], count: Int) -> Bool {
        guard let start = bytes.littleEndian(UInt64.self, at: 0x28).flatMap(Int.init(exactly:)), start != 0,
            bytes.littleEndian(UInt16.self, at: 0x3a) == 64, count > 0, count <= bytes.count / 64
        else { return false }
        return bytes.slice(at: start, count: count * 64) != nil
    }

    private static func sections(
        _ file: ELFFile, _ headers: [GElf_Shdr], _ bytes: [UInt8]
    ) throws(ObjectError) -> [Section] {
        var sections: [Section] = []
        for (index, header) in headers.enumerated() where header.isLoaded {
            guard header.sh_flags & UInt64(SHF_COMPRESSED) == 0 else {
                throw .compressedSection(section: index)
            }
            let alignment = max(1, header.sh_addralign)
            guard alignment.isPowerOfTwo else {
                throw .badAlignment(section: index, alignment: alignment)
            }
            guard let name = file.sectionName(header.sh_name) else {
                throw .sectionWithoutName(section: index)
            }
            var content: [UInt8]?
            if header.hasContent {
                guard let offset = Int(exactly: header.sh_offset), let size = Int(exactly: header.sh_size),
                    let slice = bytes.slice(at: offset, count: size)
                else {
                    throw .sectionOutsideFile(
                        section: index, offset: header.sh_offset, size: header.sh_size, fileSize: bytes.count)
                }
                content = Array(slice)
            }
            sections.append(
                Section(
                    index: index, name: name, size: header.sh_size, alignment: alignment,
                    isWritable: header.sh_flags & UInt64(SHF_WRITE) != 0,
                    isExecutable: header.sh_flags & UInt64(SHF_EXECINSTR) != 0, content: content))
        }
        return sections
    }

    /// The index of the only `SHT_SYMTAB`; nil where there is none.
    private static func symbolTable(_ headers: [GElf_Shdr]) throws(ObjectError) -> Int? {
        let tables = headers.indices.filter { headers[$0].sh_type == UInt32(SHT_SYMTAB) }
        guard tables.count <= 1 else { throw .severalSymbolTables(first: tables[0], second: tables[1]) }
        return tables.first
    }
}

extension GElf_Shdr {
    /// True where the section has a place in memory.
    var isLoaded: Bool { sh_flags & UInt64(SHF_ALLOC) != 0 }
    /// True where the file has the section's bytes.
    var hasContent: Bool { sh_type != UInt32(SHT_NOBITS) }

    /// The number of entries of `size` bytes; nil where it isn't a whole one, or the header has another size.
    func entryCount(of size: UInt64) -> Int? {
        guard sh_entsize == size, sh_size.isMultiple(of: size) else { return nil }
        return Int(exactly: sh_size / size)
    }
}
