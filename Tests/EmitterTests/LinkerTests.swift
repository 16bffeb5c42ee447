import Arm64
import BootInputs
import KexecPlan
import Purgatory
import TestSupport
import Testing

@testable import Emitter
@testable import Planner

/// Our linking of an object beside that of ld.lld at the same addresses: the same bytes, or both refuse.
@Suite struct LinkerTests {
    static let bases: [UInt64] = [0x4000_0000, 0x12_3456_0000, 0xffff_e000_0000]

    @Test(arguments: bases)
    func purgatoryIsLinkedAsByALinker(base: UInt64) throws {
        try Self.expectSameBytes(purgatoryObject, base: base)
    }

    @Test(arguments: bases)
    func everyTypeIsAppliedAsByALinker(base: UInt64) throws {
        let bytes = try Toolchain.assemble(Self.everyType)
        let object = try RelocatableObject(elf: bytes)
        let types = Set(object.relocations.compactMap { RelocationType(rawValue: $0.type) })
        #expect(types == Set(RelocationType.allCases))
        try Self.expectSameBytes(bytes, base: base)
    }

    /// A use of each type, at the reach of each field.
    static let everyType = """
            .text
            .globl start, near, far
        start:
            adrp x0, data
            add x0, x0, :lo12:data
            adr x1, data
            ldrb w2, [x0, :lo12:data + 1]
            ldrh w2, [x0, :lo12:data + 2]
            ldr w2, [x0, :lo12:data + 4]
            ldr x2, [x0, :lo12:data + 8]
            ldr q2, [x0, :lo12:data + 16]
            adrp x0, :pg_hi21_nc:data
            ldr x3, data
        near:
            bl far
            b far
            b.eq near
            cbz x3, far
            tbz x3, #63, near
            tbnz w3, #3, far
            movz x4, #:abs_g3:data
            movk x4, #:abs_g2_nc:data
            movk x4, #:abs_g1_nc:data
            movk x4, #:abs_g0_nc:data
            .reloc ., R_AARCH64_MOVW_UABS_G0, word16
            movz x5, #0
            .reloc ., R_AARCH64_MOVW_UABS_G1, word32
            movz x5, #0, lsl #16
            .reloc ., R_AARCH64_MOVW_UABS_G2, word48
            movz x5, #0, lsl #32
            .reloc 0, R_AARCH64_NONE, start
        far:
            ret
            .set word16, 0xfedc
            .set word32, 0xfedcba98
            .set word48, 0xfedcba987654
            .globl word16, word32, word48

            .section .rodata, "a"
            .balign 8
            .quad start + 0x1234
            .reloc ., R_AARCH64_ABS32, word32
            .word 0
            .word start - .
            .quad start - .

            .data
            .balign 16
            .globl data
        data:
            .skip 32
            .quad data - 8
        """

    /// The last value that fits and the first that does not; `there` is at the address that is given.
    @Test(
        arguments: [
            ("abs32, highest", ".word there", 0xffff_ffff, true),
            ("abs32", ".word there", 0x1_0000_0000, false),
            ("abs32, lowest", ".word there - 0x100000000", 0x8000_0000, true),
            ("abs32, lower", ".word there - 0x100000000", 0x7fff_ffff, false),
            ("prel32, farthest", ".word there - .", 0x1_3fff_ffff, true),
            ("prel32", ".word there - .", 0x1_4000_0000, false),
            ("abs_g0, highest", "movz x0, #:abs_g0:there", 0xffff, true),
            ("abs_g0", "movz x0, #:abs_g0:there", 0x1_0000, false),
            ("abs_g1, highest", "movz x0, #:abs_g1:there", 0xffff_ffff, true),
            ("abs_g1", "movz x0, #:abs_g1:there", 0x1_0000_0000, false),
            ("abs_g2, highest", "movz x0, #:abs_g2:there", 0xffff_ffff_ffff, true),
            ("abs_g2", "movz x0, #:abs_g2:there", 0x1_0000_0000_0000, false),
            ("adr, farthest", "adr x0, there", 0x400f_ffff, true),
            ("adr", "adr x0, there", 0x4010_0000, false),
            ("adr, farthest back", "adr x0, there", 0x3ff0_0000, true),
            ("adr, back", "adr x0, there", 0x3fef_ffff, false),
            ("adrp, farthest", "adrp x0, there", 0x1_3fff_ffff, true),
            ("adrp", "adrp x0, there", 0x1_4000_0000, false),
            ("ldr literal, farthest", "ldr x0, there", 0x400f_fffc, true),
            ("ldr literal", "ldr x0, there", 0x4010_0000, false),
            ("ldr literal, misaligned", "ldr x0, there", 0x4000_0002, false),
            ("b.eq, farthest", "b.eq there", 0x400f_fffc, true), ("b.eq", "b.eq there", 0x4010_0000, false),
            ("tbz, farthest", "tbz x0, #1, there", 0x4000_7ffc, true),
            ("tbz", "tbz x0, #1, there", 0x4000_8000, false),
            ("ldrb", "ldrb w0, [x0, :lo12:there]", 0x4000_0fff, true),
            ("ldrh", "ldrh w0, [x0, :lo12:there]", 0x4000_0ffe, true),
            ("ldrh, misaligned", "ldrh w0, [x0, :lo12:there]", 0x4000_0001, false),
            ("ldr w, misaligned", "ldr w0, [x0, :lo12:there]", 0x4000_0002, false),
            ("ldr x, misaligned", "ldr x0, [x0, :lo12:there]", 0x4000_0004, false),
            ("ldr q, misaligned", "ldr q0, [x0, :lo12:there]", 0x4000_0008, false),
        ] as [(String, String, UInt64, Bool)])
    func refusesWhatALinkerRefuses(name: String, source: String, there: UInt64, fits: Bool) throws {
        let object = try Toolchain.assemble(".text\n\(source)\n")
        let ours = try? Self.linked(object, base: 0x4000_0000, there: there)
        let theirs = try? Self.linkedByLLD(object, base: 0x4000_0000, there: there)
        #expect((ours != nil) == fits)
        #expect(ours == theirs)
    }

    @Test func unknownTypesAreNamed() throws {
        let bytes = try Toolchain.assemble(
            ".text\n.globl there\nadrp x0, :got:there\n.data\nthere: .quad 0\n")
        #expect(throws: LinkingError.unknownRelocation(type: 311, section: ".text", offset: 0)) {
            try Self.linked(bytes, base: 0x4000_0000)
        }
    }

    static func expectSameBytes(
        _ object: [UInt8], contract: PurgatoryContract = .kplan, base: UInt64
    ) throws {
        let ours = try linked(object, contract: contract, base: base)
        let theirs = try linkedByLLD(object, contract: contract, base: base)
        #expect(ours.count == theirs.count)
        let difference = zip(ours, theirs).enumerated().first { $0.element.0 != $0.element.1 }
        #expect(difference == nil, "first at offset \(difference?.offset ?? 0)")
    }

    private static func layout(
        _ bytes: [UInt8], _ contract: PurgatoryContract
    ) throws -> (RelocatableObject, PurgatoryLayout) {
        let object = try RelocatableObject(elf: bytes)
        return (
            object,
            try PurgatoryLayout(object, contract: contract, granule: .granule4K, pageSize: 4096)
        )
    }

    /// The content of an object as kplan links it.
    private static func linked(
        _ bytes: [UInt8], contract: PurgatoryContract = .kplan, base: UInt64, there: UInt64 = 0
    ) throws -> [UInt8] {
        var (object, layout) = try layout(bytes, contract)
        object = object.defining("there", as: there)
        let linked = LinkedPurgatory(
            object, sections: try layout.sections(at: PhysicalAddress(base)))
        let segment = Segment(
            role: .purgatory, address: PhysicalAddress(base), memorySize: layout.memorySize,
            contentSize: layout.contentSize, sha256: .zero)
        let purgatory = PurgatoryPlan(
            sections: linked.sections, relocations: try linked.relocations(), symbols: [])
        return try Emitter.purgatoryContent(of: purgatory, in: segment, object: object, checked: [])
    }

    /// The same by ld.lld, with a script that gives every section its address.
    private static func linkedByLLD(
        _ object: [UInt8], contract: PurgatoryContract = .kplan, base: UInt64, there: UInt64 = 0
    ) throws -> [UInt8] {
        // ld.lld writes a section of this name anew; purgatory's is content like any other.
        let bytes = object.renaming(".eh_frame", to: ".eh-frame")
        let (_, layout) = try layout(bytes, contract)
        let places = layout.places.map { place in
            "\(place.section.name) \((base + place.offset).hex) : { *(\(place.section.name)) }"
        }
        let script = "SECTIONS {\n\(places.joined(separator: "\n"))\n}\n"
        let folder = try TemporaryFolder()
        let file = try folder.write(Array(script.utf8), "script.ld")
        // Relaxation would turn adrp and add into adr, which is not a relocation's business; nor is it one to merge
        // strings (-O0).
        return try Toolchain.link(
            bytes,
            ["-O0", "--no-relax", "--oformat=binary", "-e", "0", "-T", file, "--defsym=there=\(there.hex)"])
    }
}

extension [UInt8] {
    /// The bytes with every `name` replaced by one of the same length.
    fileprivate func renaming(_ name: String, to other: String) -> [UInt8] {
        split(separator: Array(name.utf8), omittingEmptySubsequences: false).joined(separator: other.utf8)
            .map(\.self)
    }
}

extension RelocatableObject {
    /// The object with an undefined symbol made an absolute one.
    fileprivate func defining(_ name: String, as value: UInt64) -> RelocatableObject {
        let symbols = symbols.map { symbol in
            symbol.name == name && symbol.place == .undefined
                ? Symbol(name: name, place: .absolute, value: value, size: 0, isGlobal: true) : symbol
        }
        return RelocatableObject(sections: sections, symbols: symbols, relocations: relocations)
    }
}
