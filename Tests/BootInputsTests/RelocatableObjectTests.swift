import Arm64
import BootInputs
import TestSupport
import Testing

@Suite("Relocatable objects")
struct RelocatableObjectTests {
    static let source = """
            .text
            .globl start
            .type start, %function
        start:
            .cfi_startproc
            adrp x0, value
            add x0, x0, :lo12:value
            bl elsewhere
            b local
        local:
            ret
            .cfi_endproc
            .size start, . - start

            .data
            .balign 8
            .globl value
            .type value, %object
            .size value, 8
        value:
            .quad start + 4
            .quad table - 8

            .section .rodata, "a", %progbits
            .balign 16
        table:
            .byte 1, 2, 3

            .bss
            .weak buffer
            .size buffer, 32
        buffer:
            .skip 32

            .section .empty, "aw", %progbits

            .section .comment.own, "", %progbits
            .quad start

            .globl number
            .set number, 0x1234
        """

    private func object(_ source: String = source) throws -> RelocatableObject {
        try RelocatableObject(elf: Toolchain.assemble(source))
    }

    @Test("Loaded sections, with their bytes")
    func sections() throws {
        let object = try object()
        let named = Dictionary(uniqueKeysWithValues: object.sections.map { ($0.name, $0) })
        #expect(Set(named.keys) == [".text", ".data", ".bss", ".rodata", ".eh_frame", ".empty"])

        let text = try #require(named[".text"])
        #expect(text.size == 20)
        #expect(text.isExecutable && !text.isWritable)
        #expect(text.content?.suffix(4) == [0xc0, 0x03, 0x5f, 0xd6])  // ret
        let rodata = try #require(named[".rodata"])
        #expect(rodata.content == [1, 2, 3])
        #expect(rodata.alignment == 16)
        #expect(!rodata.isWritable && !rodata.isExecutable)
        let bss = try #require(named[".bss"])
        #expect(bss.content == nil)
        #expect(bss.size == 32)
        #expect(bss.isWritable)
        let empty = try #require(named[".empty"])
        #expect(empty.size == 0)
        #expect(empty.content == [])
    }

    @Test("Symbols, with the section's name for a section's")
    func symbols() throws {
        let object = try object()
        let index = Dictionary(uniqueKeysWithValues: object.sections.map { ($0.name, $0.index) })
        let text = try #require(index[".text"])
        #expect(object.symbols.first?.name == "")
        #expect(
            object.symbol(named: "start")
                == RelocatableObject.Symbol(
                    name: "start", place: .section(text), value: 0, size: 20, isGlobal: true))
        let value = try #require(object.symbol(named: "value"))
        #expect(value.size == 8)
        let buffer = try #require(object.symbol(named: "buffer"))
        #expect(try buffer.place == .section(#require(index[".bss"])))
        let number = try #require(object.symbol(named: "number"))
        #expect(number.place == .absolute)
        #expect(number.value == 0x1234)
        #expect(object.symbol(named: "elsewhere") == nil)
        #expect(object.symbols.contains { $0.name == "elsewhere" && $0.place == .undefined })
        #expect(object.symbols.contains { $0.name == ".text" && $0.place == .section(text) && !$0.isGlobal })
    }

    @Test("Relocations of what is loaded")
    func relocations() throws {
        let object = try object()
        let index = Dictionary(uniqueKeysWithValues: object.sections.map { ($0.name, $0.index) })
        let text = try #require(index[".text"])
        let data = try #require(index[".data"])
        let found = object.relocations.filter { $0.section == text }.map {
            "\($0.offset) \($0.type) \(object.symbols[$0.symbol].name) \($0.addend)"
        }
        #expect(found == ["0 275 value 0", "4 277 value 0", "8 283 elsewhere 0"])
        let inData = object.relocations.filter { $0.section == data }.map {
            "\($0.offset) \($0.type) \(object.symbols[$0.symbol].name) \($0.addend)"
        }
        #expect(inData == ["0 257 start 4", "8 257 .rodata -8"])
        // .comment.own isn't loaded, so its relocation isn't there; .eh_frame is.
        let sections = Set(object.relocations.map(\.section))
        #expect(try sections == [text, data, #require(index[".eh_frame"])])
    }

    @Test("An unknown relocation type is kept as its number")
    func unknownType() throws {
        let file = try ObjectFile(Toolchain.assemble(Self.source))
        let rela = try #require(file.section(named: ".rela.text"))
        let object = try RelocatableObject(elf: file.bytes.patched(UInt32(0xdead), at: rela.offset + 8))
        #expect(object.relocations.first?.type == 0xdead)
    }

    @Test("What the header must say")
    func header() throws {
        let bytes = try Toolchain.assemble(Self.source)
        let cases: [([UInt8], ObjectError)] = [
            ([], .notELF(size: 0)), (Array(bytes.prefix(63)), .notELF(size: 63)),
            (bytes.patched(UInt8(0x7e), at: 0), .notELF(size: bytes.count)),
            (bytes.patched(UInt8(1), at: 4), .not64Bit(fileClass: 1)),
            (bytes.patched(UInt8(2), at: 5), .notLittleEndian(data: 2)),
            (bytes.patched(UInt16(2), at: 16), .notRelocatable(type: 2)),
            (bytes.patched(UInt16(62), at: 18), .wrongMachine(machine: 62)),
        ]
        for (bytes, error) in cases {
            #expect(throws: error) { try RelocatableObject(elf: bytes) }
        }
    }

    @Test("A common symbol has no place")
    func common() throws {
        let bytes = try Toolchain.assemble(".comm shared, 8, 8\n")
        let error = #expect(throws: ObjectError.self) { try RelocatableObject(elf: bytes) }
        guard case .commonSymbol(_, "shared") = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("Compact relocations aren't passed over")
    func crel() throws {
        let bytes = try Toolchain.assemble(Self.source, ["-Wa,--crel,--allow-experimental-crel"])
        let error = #expect(throws: ObjectError.self) { try RelocatableObject(elf: bytes) }
        guard case .unsupportedRelocations(_, 0x4000_0014) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("An object without symbols and without anything loaded is empty, not wrong")
    func empty() throws {
        let object = try object("")
        #expect(object.relocations.isEmpty)
        #expect(object.sections.allSatisfy { $0.size == 0 })
    }

    /// What one changed field of the object above must lead to.
    @Test("Section headers are checked")
    func sectionHeaders() throws {
        let file = try ObjectFile(Toolchain.assemble(Self.source))
        let text = try #require(file.section(named: ".text"))
        let rela = try #require(file.section(named: ".rela.text"))
        let bss = try #require(file.section(named: ".bss"))
        let symbols = try #require(file.section(named: ".symtab"))
        let size = file.bytes.count
        // Offsets in Elf64_Shdr: 0 name, 4 type, 8 flags, 24 offset, 32 size, 40 link, 44 info, 48 addralign,
        // 56 entsize.
        let cases: [([UInt8], ObjectError)] = [
            (file.bytes.patched(UInt64(0x806), at: text.header + 8), .compressedSection(section: text.index)),
            (
                file.bytes.patched(UInt64(3), at: text.header + 48),
                .badAlignment(section: text.index, alignment: 3)
            ),
            (
                file.bytes.patched(UInt64(size), at: text.header + 24),
                .sectionOutsideFile(section: text.index, offset: UInt64(size), size: 20, fileSize: size)
            ),
            (
                file.bytes.patched(UInt64.max, at: text.header + 24),
                .sectionOutsideFile(section: text.index, offset: .max, size: 20, fileSize: size)
            ),
            (
                file.bytes.patched(UInt32.max, at: text.header),
                .sectionWithoutName(section: text.index)
            ),
            (
                file.bytes.patched(UInt32(9), at: rela.header + 4),
                .unsupportedRelocations(section: rela.index, type: 9)
            ),
            (
                file.bytes.patched(UInt32(999), at: rela.header + 44),
                .badRelocationTarget(section: rela.index, target: 999)
            ),
            (
                file.bytes.patched(UInt32(bss.index), at: rela.header + 44),
                .badRelocationTarget(section: rela.index, target: UInt32(bss.index))
            ),
            (
                file.bytes.patched(UInt32(text.index), at: rela.header + 40),
                .relocationsWithoutSymbols(section: rela.index)
            ),
            (
                file.bytes.patched(UInt64(25), at: rela.header + 32),
                .badEntrySize(section: rela.index, size: 25)
            ),
            (
                file.bytes.patched(UInt64(16), at: symbols.header + 56),
                .badEntrySize(section: symbols.index, size: UInt64(symbols.size))
            ),
            (
                file.bytes.patched(UInt32(2), at: text.header + 4),
                .severalSymbolTables(first: text.index, second: symbols.index)
            ),
        ]
        for (bytes, error) in cases {
            #expect(throws: error) { try RelocatableObject(elf: bytes) }
        }
        // e_shoff: beyond the file, at its end, none, largest; e_shentsize; e_shnum.
        let starts = [UInt64(size) * 2, UInt64(size - 8), 0, .max]
        let tables = starts.map { file.bytes.patched($0, at: 0x28) }
        let counts = [file.bytes.patched(UInt16(63), at: 0x3a), file.bytes.patched(UInt16(0xfeff), at: 0x3c)]
        for bytes in tables + counts {
            #expect(throws: ObjectError.malformedSectionTable) { try RelocatableObject(elf: bytes) }
        }
    }

    @Test("Symbols and relocations are checked")
    func entries() throws {
        let file = try ObjectFile(Toolchain.assemble(Self.source))
        let rela = try #require(file.section(named: ".rela.text"))
        let text = try #require(file.section(named: ".text"))
        let table = try #require(file.section(named: ".symtab"))
        let symbols = try RelocatableObject(elf: file.bytes).symbols
        let start = try #require(symbols.firstIndex { $0.name == "start" })
        let entry = table.offset + start * 24  // 0 name, 6 shndx, 8 value, 16 size
        func outside(_ value: UInt64, _ size: UInt64) -> ObjectError {
            .symbolOutsideSection(symbol: start, name: "start", section: text.index, value: value, size: size)
        }
        let cases: [([UInt8], ObjectError)] = [
            (
                file.bytes.patched(UInt16(0xffff), at: entry + 6),
                .badSectionIndex(symbol: start, name: "start", index: 0xffff)
            ),
            (
                file.bytes.patched(UInt16(999), at: entry + 6),
                .badSectionIndex(symbol: start, name: "start", index: 999)
            ),
            (file.bytes.patched(UInt64(1), at: entry + 8), outside(1, 20)),
            (file.bytes.patched(UInt64.max, at: entry + 8), outside(.max, 20)),
            (file.bytes.patched(UInt64(21), at: entry + 16), outside(0, 21)),
            (file.bytes.patched(UInt32.max, at: entry), .malformedSymbol(symbol: start)),
            (
                file.bytes.patched(UInt64(20), at: rela.offset),
                .relocationOutsideSection(section: rela.index, entry: 0, offset: 20)
            ),
            (
                file.bytes.patched(UInt32(symbols.count), at: rela.offset + 12),
                .badRelocationSymbol(section: rela.index, entry: 0, symbol: UInt64(symbols.count))
            ),
        ]
        for (bytes, error) in cases {
            #expect(throws: error) { try RelocatableObject(elf: bytes) }
        }
    }

    @Test("No truncated or changed object traps, and nothing in the result points outside")
    func malformed() throws {
        let bytes = try Toolchain.assemble(Self.source)
        for length in 0..<bytes.count {
            #expect(throws: ObjectError.self) { try RelocatableObject(elf: Array(bytes.prefix(length))) }
        }
        bytes.forEachChangedByte { bytes in
            guard let object = try? RelocatableObject(elf: bytes) else { return }
            for relocation in object.relocations {
                let size = object.section(index: relocation.section)?.content?.count
                if object.symbols.indices.contains(relocation.symbol), let size,
                    relocation.offset < UInt64(size)
                {
                    continue
                }
                Issue.record("\(relocation)")
            }
        }
    }
}

/// Where the parts of an ELF file are, to change them.
struct ObjectFile {
    struct Section {
        var index: Int
        /// Where its header, and where its content starts in the file.
        var header: Int
        var offset: Int
        var size: Int
    }

    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func section(named name: String) -> Section? {
        let count = number(at: 60, size: 2)
        let names = section(number(at: 62, size: 2))
        return (0..<count).map(section).first { section in
            let start = names.offset + number(at: section.header, size: 4)
            return bytes[start...].starts(with: Array(name.utf8) + [0])
        }
    }

    private func section(_ index: Int) -> Section {
        let header = number(at: 0x28, size: 8) + index * 64
        return Section(
            index: index, header: header, offset: number(at: header + 24, size: 8),
            size: number(at: header + 32, size: 8))
    }

    private func number(at offset: Int, size: Int) -> Int {
        bytes[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
