import Arm64
import KexecPlan
import Testing

@testable import Planner

/// Purgatories that are made otherwise than kplan's own: what is asked of them, and what they may ask.
@Suite struct PurgatoryObjectTests {
    private func plan(_ purgatory: RelocatableObject, granule: Granule = .granule4K) throws -> Plan {
        try Layout(
            ram: [0x4000_0000..<0x8000_0000], granule: granule, initrd: mebi, purgatory: purgatory
        ).plan()
    }

    private func expect(
        _ error: PlannerError, _ purgatory: RelocatableObject,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: sourceLocation) { try plan(purgatory) }
    }

    private func expect(
        _ error: LinkingError, _ purgatory: RelocatableObject,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        expect(.linking(error), purgatory, sourceLocation: sourceLocation)
    }

    @Test func sectionsStandByWhatMayBeDoneWithThem() throws {
        let source = """
            .data
            .balign 8
            .quad 1
            .section .text.more, "ax"
            .byte 1
            .section .text.last, "ax"
            ret
            .section .rodata.more, "a"
            .balign 32
            .word 1
            """
        let sections = try plan(TestPurgatory.adding(source)).purgatory.sections
        #expect(
            sections.map(\.name) == [
                ".text", ".text.more", ".text.last", ".rodata", ".rodata.more", ".data", ".bss",
            ])
        #expect(
            sections.map(\.access) == [
                .readExecute, .readExecute, .readExecute, .readOnly, .readOnly, .readWrite, .readWrite,
            ])
        let base = try #require(sections.first).address
        #expect(base.isAligned(to: 4096))
        // Text of its own page, constants, data; what has no content last. Code stands at whole instructions.
        #expect(
            sections.map { $0.address.rawValue - base.rawValue } == [
                0, 12, 16, 0x1000, 0x15a0, 0x2000, 0x2010,
            ])
    }

    @Test(arguments: TestPurgatory.symbols.map(\.name) + ["purgatory_start"])
    func everySymbolOfTheContractIsNeeded(name: String) throws {
        expect(.missingSymbol(name), try TestPurgatory.replacing(".globl \(name)\n", with: ""))
    }

    @Test(arguments: TestPurgatory.symbols)
    func everySymbolHasItsSize(name: String, size: UInt64) throws {
        let other = ".size \(name), \(size - 1)\n"
        expect(
            .wrongSymbolSize(name, size: size - 1, expected: size),
            try TestPurgatory.replacing(".size \(name), \(size)\n", with: other))
    }

    @Test func whatIsSetHasContent() throws {
        // In .bss, and, at the end of a section, not wholly in it.
        let name = "purgatory_len"
        let definition = TestPurgatory.definition(name, 8)
        let moved = TestPurgatory.source.split(separator: definition, omittingEmptySubsequences: false)
            .joined()
        expect(.symbolWithoutContent(name), try TestPurgatory.assembled(moved + definition))
        let object = try TestPurgatory.object
        let constants = try #require(object.sections.first { $0.name == ".rodata" })
        let symbols = object.symbols.map { symbol in
            symbol.name != name
                ? symbol
                : .init(
                    name: name, place: symbol.place, value: constants.size - 7, size: 8, isGlobal: true)
        }
        expect(
            .symbolWithoutContent(name),
            RelocatableObject(
                sections: object.sections, symbols: symbols, relocations: object.relocations))
    }

    @Test func whatIsSetIsSetOnce() throws {
        let both = "purgatory_len: .skip 8\n"
        let alias = ".set purgatory_len, purgatory_base\n"
        expect(
            .symbolsOverlap("purgatory_base", "purgatory_len"),
            try TestPurgatory.replacing(both, with: alias))
        let half = ".set purgatory_len, purgatory_base + 4\n"
        expect(
            .symbolsOverlap("purgatory_base", "purgatory_len"),
            try TestPurgatory.replacing(both, with: half))
    }

    @Test func theEntryIsAnInstruction() throws {
        let entry = "purgatory_start:\n"
        expect(
            .entryOutsideCode("purgatory_start"),
            try TestPurgatory.replacing(entry, with: ".set purgatory_start, purgatory_len\n"))
        expect(
            .entryOutsideCode("purgatory_start"),
            try TestPurgatory.replacing(entry, with: "start: .set purgatory_start, start + 2\n"))
        expect(
            .entryOutsideCode("purgatory_start"),
            try TestPurgatory.replacing(entry, with: "start: .set purgatory_start, start + 12\n"))
        expect(
            .missingSymbol("purgatory_start"),
            try TestPurgatory.replacing(entry, with: ".set purgatory_start, 0x1000\n"))
        expect(.noContract, try TestPurgatory.assembled(".text\n"))
    }

    @Test func whatIsUndefinedIsNamed() throws {
        expect(.undefinedSymbol("memcpy"), try TestPurgatory.adding(".text\nbl memcpy"))
        expect(.undefinedSymbol("memset"), try TestPurgatory.adding(".text\n.weak memset\nbl memset"))
    }

    @Test func nothingIsBothWritableAndExecutable() throws {
        expect(
            .writableAndExecutable(section: ".wild"),
            try TestPurgatory.adding(".section .wild, \"awx\"\nret"))
        // Without bytes it has no place either.
        #expect(throws: Never.self) {
            try plan(TestPurgatory.adding(".section .wild, \"awx\""))
        }
    }

    @Test func relocationsAreKnownAndInTheirSections() throws {
        expect(
            .unknownRelocation(type: 311, section: ".text", offset: 12),
            try TestPurgatory.adding(".text\nadrp x0, :got:purgatory_len"))
        // The last places for an instruction and for a number of 8 bytes; 12 bytes are there.
        let object = try TestPurgatory.object
        let text = try #require(object.sections.first { $0.name == ".text" })
        for (type, offset, fits) in [
            (RelocationType.call26, 8, true), (.call26, 9, false), (.abs64, 4, true), (.abs64, 5, false),
            (.abs64, 12, false), (.abs64, UInt64.max, false), (.none, 12, true), (.none, 13, false),
        ] as [(RelocationType, UInt64, Bool)] {
            let relocation = RelocatableObject.Relocation(
                section: text.index, offset: offset, type: type.rawValue, symbol: 0, addend: 0)
            let changed = RelocatableObject(
                sections: object.sections, symbols: object.symbols, relocations: [relocation])
            if fits {
                #expect(throws: Never.self) { try plan(changed) }
            } else {
                expect(.badRelocation(section: ".text", offset: offset), changed)
            }
        }
        // To a section that has no place in memory.
        expect(
            .badRelocation(section: ".text", offset: 12),
            try TestPurgatory.adding(".section .note, \"\"\nnote: .quad 0\n.text\n.word note - ."))
    }

    @Test func aSectionMayAskForMoreThanAPage() throws {
        for granule in Granule.allCases {
            let source = """
                .data
                .balign 0x40000
                .quad 1
                """
            let plan = try plan(TestPurgatory.adding(source), granule: granule)
            let purgatory = try #require(plan.segment(.purgatory))
            let data = try #require(plan.purgatory.sections.first { $0.name == ".data" })
            #expect(data.address.isAligned(to: 0x4_0000))
            #expect(purgatory.address.isAligned(to: 0x4_0000))
            // Purgatory hashes its content: no page of it is left out of the tables.
            let content = try #require(
                AddressRange(start: purgatory.address, size: purgatory.contentSize))
            let mapped = AddressRangeSet(plan.pageTables?.mappings.map(\.range) ?? [])
            #expect(mapped.contains(content))
            #expect(
                plan.pageTables?.mappings.filter { $0.purpose.hasPrefix("purgatory") }.map(\.access) == [
                    .readExecute, .readOnly, .readWrite,
                ])
        }
    }

    @Test func aSectionMayBeTooLargeForAnyMemory() throws {
        let regions = RelocatableObject.Symbol(
            name: "purgatory_regions", place: .section(1), value: 0, size: 1280, isGlobal: true)
        let huge = RelocatableObject(
            sections: [
                .init(
                    index: 1, name: ".bss", size: .max - 8, alignment: 16, isWritable: true,
                    isExecutable: false, content: nil)
            ], symbols: [regions], relocations: [])
        expect(.inputTooLarge(.purgatory, size: .max - 8, limit: .max), huge)
        let two = RelocatableObject(
            sections: huge.sections + [
                .init(
                    index: 2, name: ".more", size: 8, alignment: 16, isWritable: true, isExecutable: false,
                    content: nil)
            ], symbols: [regions], relocations: [])
        expect(.inputTooLarge(.purgatory, size: .max - 8, limit: .max), two)
    }

    @Test func digestsAreSlotsWhereSeedsChangeThem() throws {
        var layout = Layout(ram: [0x4000_0000..<0x8000_0000], initrd: mebi, seeds: .fresh)
        let plan = try layout.plan()
        let base = try #require(plan.segment(.purgatory)).address.rawValue
        func offset(_ name: String) throws -> UInt64 {
            try #require(plan.purgatory.symbols.first { $0.name == name }).address.rawValue - base
        }
        let index = try #require(plan.checkedSegments.firstIndex { $0.role == .dtb })
        #expect(
            plan.runtimeSlots == [
                RuntimeSlot(
                    segment: .dtb, offset: 0, length: 8, fill: .random, purpose: "/chosen/kaslr-seed"),
                RuntimeSlot(
                    segment: .dtb, offset: 8, length: 128, fill: .random, purpose: "/chosen/rng-seed"),
                RuntimeSlot(
                    segment: .purgatory, offset: try offset("purgatory_sha256"), length: 32,
                    fill: .digest(of: .purgatory), purpose: "purgatory_sha256"),
                RuntimeSlot(
                    segment: .purgatory, offset: try offset("purgatory_regions") + UInt64(index) * 80 + 40,
                    length: 32, fill: .digest(of: .dtb), purpose: "purgatory_regions"),
            ])
        layout.seeds = .none
        #expect(try layout.plan().runtimeSlots == [])
    }
}
