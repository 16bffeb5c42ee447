import Arm64
import BootInputs
import Foundation
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
        try expectSameBytes(purgatoryObject, base: base)
    }

    @Test(arguments: bases)
    func everyTypeIsAppliedAsByALinker(base: UInt64) throws {
        let bytes = try Toolchain.assemble(Self.everyType)
        let object = try RelocatableObject(elf: bytes)
        let types = Set(object.relocations.compactMap { RelocationType(rawValue: $0.type) })
        #expect(types == Set(RelocationType.allCases))
        try expectSameBytes(bytes, base: base)
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
            movz x5, #:abs_g0:word16
            movz x5, #:abs_g1:word32
            movz x5, #:abs_g2:word48
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
            .word word32
            .word start - .
            .quad start - .

            .data
            .balign 16
            .globl data
        data:
            .skip 32
            .quad data - 8
        """

    /// What does not fit; `ld.lld` is asked as well.
    @Test(arguments: [
        ("abs32", ".word big\n.globl big\n.set big, 0x100000000", false),
        ("abs32 negative", ".word big\n.globl big\n.set big, -0x80000001", false),
        ("abs32, the most", ".word big\n.globl big\n.set big, 0xffffffff", true),
        ("prel32", ".word big - .\n.globl big\n.set big, 0x340000000", false),
        ("abs_g0", "movz x0, #:abs_g0:big\n.globl big\n.set big, 0x10000", false),
        ("abs_g1", "movz x0, #:abs_g1:big\n.globl big\n.set big, 0x100000000", false),
        ("abs_g2", "movz x0, #:abs_g2:big\n.globl big\n.set big, 0x1000000000000", false),
        ("adr", "adr x0, big\n.globl big\n.set big, 0x40100000", false),
        ("adr, the farthest", "adr x0, big\n.globl big\n.set big, 0x400fffff", true),
        ("adrp", "adrp x0, big\n.globl big\n.set big, 0x140000000", false),
        ("adrp, the farthest", "adrp x0, big\n.globl big\n.set big, 0x13fffffff", true),
        ("ldr literal", "ldr x0, big\n.globl big\n.set big, 0x40100000", false),
        ("ldr literal, misaligned", "ldr x0, big\n.globl big\n.set big, 0x40000002", false),
        ("b.eq", "b.eq big\n.globl big\n.set big, 0x40100000", false),
        ("tbz", "tbz x0, #1, big\n.globl big\n.set big, 0x40008000", false),
        ("ldrh, misaligned", "ldrh w0, [x0, :lo12:big]\n.globl big\n.set big, 0x1", false),
        ("ldr w, misaligned", "ldr w0, [x0, :lo12:big]\n.globl big\n.set big, 0x2", false),
        ("ldr x, misaligned", "ldr x0, [x0, :lo12:big]\n.globl big\n.set big, 0x4", false),
        ("ldr q, misaligned", "ldr q0, [x0, :lo12:big]\n.globl big\n.set big, 0x8", false),
    ])
    func refusesWhatALinkerRefuses(name: String, source: String, fits: Bool) throws {
        let object = try Toolchain.assemble(".text\n\(source)\n")
        let base: UInt64 = 0x4000_0000
        #expect(((try? Self.linked(object, base: base)) != nil) == fits)
        #expect(((try? Self.linkedByLLD(object, base: base)) != nil) == fits)
    }

    @Test func unknownTypesAreNamed() throws {
        let bytes = try Toolchain.assemble(
            ".text\n.globl there\nadrp x0, :got:there\n.data\nthere: .quad 0\n")
        #expect(throws: PlannerError.unknownRelocation(type: 311, section: ".text", offset: 0)) {
            try Self.linked(bytes, base: 0x4000_0000)
        }
    }

    private func expectSameBytes(_ object: [UInt8], base: UInt64) throws {
        let ours = try Self.linked(object, base: base)
        let theirs = try Self.linkedByLLD(object, base: base)
        #expect(ours.count == theirs.count)
        let difference = zip(ours, theirs).enumerated().first { $0.element.0 != $0.element.1 }
        #expect(difference == nil, "first at offset \(difference?.offset ?? 0)")
    }

    private static func layout(_ bytes: [UInt8]) throws -> (RelocatableObject, PurgatoryLayout) {
        let object = try RelocatableObject(elf: bytes)
        return (object, try PurgatoryLayout(object, granule: .granule4K, pageSize: 4096))
    }

    /// The content of an object as kplan links it.
    private static func linked(_ bytes: [UInt8], base: UInt64) throws -> [UInt8] {
        let (object, layout) = try layout(bytes)
        let linked = LinkedPurgatory(object, layout: layout, at: PhysicalAddress(base))
        let segment = Segment(
            role: .purgatory, address: PhysicalAddress(base), memorySize: layout.memorySize,
            contentSize: layout.contentSize, sha256: .zero)
        let purgatory = PurgatoryPlan(
            sections: linked.sections, relocations: try linked.relocations(), symbols: [])
        return try Emitter.purgatoryContent(of: purgatory, in: segment, object: object, checked: [])
    }

    /// The same by ld.lld, with a script that gives every section its address.
    private static func linkedByLLD(_ bytes: [UInt8], base: UInt64) throws -> [UInt8] {
        let (_, layout) = try layout(bytes)
        let places = layout.places.map { place in
            "\(place.section.name) \((base + place.offset).hex) : { *(\(place.section.name)) }"
        }
        let script = "SECTIONS {\n\(places.joined(separator: "\n"))\n/DISCARD/ : { *(.eh_frame) }\n}\n"
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (object, text) = (folder.appendingPathComponent("o"), folder.appendingPathComponent("ld"))
        try Data(bytes).write(to: object)
        try Data(script.utf8).write(to: text)
        // Relaxation would turn adrp and add into adr, which is not a relocation's business.
        return try Toolchain.run(
            "ld.lld",
            [
                "--no-relax", "--oformat=binary", "-e", "0", "-T", text.path, object.path, "-o", "/dev/stdout",
            ], input: [])
    }
}
