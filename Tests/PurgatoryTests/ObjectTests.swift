import Arm64
import BootInputs
import KexecPlan
import Purgatory
import Testing

/// The object as the package builds it: what docs/PURGATORY.md promises of its form.
@Suite struct ObjectTests {
    let object: RelocatableObject

    init() throws {
        object = try RelocatableObject(elf: purgatoryObject)
    }

    @Test func nothingIsLeftUndefined() {
        // The null symbol is undefined by its nature.
        #expect(object.symbols.dropFirst().filter { $0.place == .undefined } == [])
    }

    @Test func onlyTheseRelocationTypesRemain() {
        let types = Set(object.relocations.map { RelocationType(rawValue: $0.type) })
        #expect(types == [.adrPrelPgHi21, .addAbsLo12NC, .call26, .jump26])
    }

    @Test func sections() {
        let sections = object.sections.filter { $0.size > 0 }
        #expect(sections.map(\.name) == [".text", ".rodata", ".bss"])
        #expect(sections.map(\.isExecutable) == [true, false, false])
        #expect(sections.map(\.isWritable) == [false, false, true])
        #expect(sections.map { $0.content != nil } == [true, true, false])
    }

    /// Cortex-A53 errata that a linker would work around, and kplan's linking doesn't: the code must not have them.
    @Test func nothingForCortexA53Errata() throws {
        let text = try #require(object.sections.first { $0.isExecutable })
        let content = try #require(text.content)
        let instructions = stride(from: 0, to: content.count - 3, by: 4).map { offset in
            content[offset..<offset + 4].reversed().reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        }
        for (index, instruction) in instructions.enumerated() {
            // 843419: ADRP in the last two instructions of a page. Text begins on a page.
            let isADRP = instruction & 0x9f00_0000 == 0x9000_0000
            #expect(!isADRP || index * 4 & 0xfff < 0xff8, "ADRP at \(index * 4)")
            // 835769: a 64-bit multiply-accumulate right after a load or store.
            let isMultiplyAccumulate =
                instruction & 0xff00_0000 == 0x9b00_0000 && instruction >> 10 & 0x1f != 31
            let isMemoryAccess = index > 0 && instructions[index - 1] & 0x0a00_0000 == 0x0800_0000
            #expect(!(isMultiplyAccumulate && isMemoryAccess), "multiply-accumulate at \(index * 4)")
        }
    }

    @Test func theEntryIsTheFirstByte() throws {
        let entry = try #require(object.symbol(named: PurgatoryContract.entry))
        #expect(entry.value == 0)
        #expect(entry.place == .section(try #require(object.sections.first).index))
    }

    @Test(
        arguments: [
            ("arm64_kernel_entry", 8), ("arm64_dtb_addr", 8), ("arm64_sink", 8), ("pgtble_base", 8),
            ("purgatory_base", 8), ("purgatory_len", 8), ("purgatory_content_len", 8),
            ("purgatory_console", 8),
            ("purgatory_granule", 8), ("purgatory_address_bits", 8), ("purgatory_mair", 8),
            ("purgatory_tcr_el1", 8), ("purgatory_tcr_el2", 8), ("purgatory_tcr_el2_e2h", 8),
            ("purgatory_portable_sha", 8), ("purgatory_report", 8), ("purgatory_sha256", 32),
            ("purgatory_regions", 1280),
        ] as [(String, UInt64)])
    func contractSymbols(name: String, size: UInt64) throws {
        let symbol = try #require(object.symbol(named: name))
        #expect(symbol.size == size)
        let section = try #require(object.sections.first { .section($0.index) == symbol.place })
        #expect(section.name == ".rodata")
        let content = try #require(section.content)
        #expect(content[Int(symbol.value)..<Int(symbol.value + size)].allSatisfy { $0 == 0 })
    }
}
