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
            ("purgatory_portable_sha", 8), ("purgatory_sha256", 32), ("purgatory_regions", 1280),
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
