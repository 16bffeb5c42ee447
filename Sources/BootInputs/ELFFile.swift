import CLibELF

/// An ELF object that libelf has opened in memory. Its functions return nil where libelf finds a fault.
final class ELFFile {
    private let image: UnsafeMutableRawBufferPointer
    private let handle: OpaquePointer

    /// The number of sections, with the null section.
    let sectionCount: Int
    private let sectionNames: Int

    /// Opens a copy of `bytes`, which libelf may change. Nil where they aren't an ELF object with a readable
    /// section header table.
    init?(_ bytes: [UInt8]) {
        // Before anything else libelf must be told which version it is used for; there is only one.
        guard elf_version(UInt32(EV_CURRENT)) != 0 else { return nil }
        let image = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
        image.copyBytes(from: bytes)
        let start = image.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard let handle = elf_memory(start, bytes.count) else {
            image.deallocate()
            return nil
        }
        var count = 0
        var names = 0
        guard elf_kind(handle) == ELF_K_ELF, elf_getshdrnum(handle, &count) == 0,
            elf_getshdrstrndx(handle, &names) == 0
        else {
            elf_end(handle)
            image.deallocate()
            return nil
        }
        self.image = image
        self.handle = handle
        sectionCount = count
        sectionNames = names
    }

    deinit {
        elf_end(handle)
        image.deallocate()
    }

    /// The header of a section.
    func sectionHeader(_ index: Int) -> GElf_Shdr? {
        var header = GElf_Shdr()
        return gelf_getshdr(elf_getscn(handle, index), &header) == nil ? nil : header
    }

    /// The name that a section header has at `offset` of the table of section names.
    func sectionName(_ offset: UInt32) -> String? {
        string(table: sectionNames, offset: offset)
    }

    /// The string at `offset` of a string table section.
    func string(table: Int, offset: UInt32) -> String? {
        elf_strptr(handle, table, Int(offset)).map { String(cString: $0) }
    }

    /// An entry of a symbol table section.
    func symbol(_ index: Int, of section: Int) -> GElf_Sym? {
        guard let index = Int32(exactly: index) else { return nil }
        var symbol = GElf_Sym()
        let data = elf_getdata(elf_getscn(handle, section), nil)
        return gelf_getsym(data, index, &symbol) == nil ? nil : symbol
    }

    /// An entry of a `SHT_RELA` section.
    func relocation(_ index: Int, of section: Int) -> GElf_Rela? {
        guard let index = Int32(exactly: index) else { return nil }
        var relocation = GElf_Rela()
        let data = elf_getdata(elf_getscn(handle, section), nil)
        return gelf_getrela(data, index, &relocation) == nil ? nil : relocation
    }
}

extension GElf_Rela {
    /// `ELF64_R_SYM`.
    var symbolIndex: UInt64 { kplan_r_sym(r_info) }
    /// `ELF64_R_TYPE`.
    var type: UInt32 { UInt32(truncatingIfNeeded: kplan_r_type(r_info)) }
}
