import Arm64
import Emitter
import KexecPlan
import Planner
import TestSupport
import Testing

@testable import kplan

/// A plan that says of purgatory what its object doesn't.
@Suite("What a plan says of purgatory")
struct PurgatoryTextTests {
    /// A change of a plan's purgatory that breaks no rule, and what is said of it.
    struct Edit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Follows from the plan.
        let message: @Sendable (Plan) -> String
        let change: @Sendable (inout Plan) -> Void

        init(
            _ description: String, message: @escaping @Sendable (Plan) -> String,
            change: @escaping @Sendable (inout Plan) -> Void
        ) {
            testDescription = description
            self.message = message
            self.change = change
        }
    }

    static let edits: [Edit] = [
        .init("a renamed symbol") { plan in
            let relocation = plan.purgatory.relocations[4]
            return """
                the plan's relocation at \(relocation.site) is not the object's: the plan says R_AARCH64_CALL26 to \
                harmless, \(relocation.value.hex), purgatory's object says R_AARCH64_CALL26 to purgatory_verify, \
                \(relocation.value.hex); make the plan anew
                """
        } change: {
            $0.purgatory.relocations[4].symbol = "harmless"
        },
        .init("a call that goes elsewhere") { plan in
            let relocation = plan.purgatory.relocations[4]
            return """
                the plan's relocation at \(relocation.site) is not the object's: the plan says R_AARCH64_CALL26 to \
                purgatory_verify + 0x28, \((relocation.value + 0x28).hex), purgatory's object says R_AARCH64_CALL26 to \
                purgatory_verify, \(relocation.value.hex); make the plan anew
                """
        } change: {
            $0.purgatory.relocations[4].addend += 0x28
            $0.purgatory.relocations[4].value += 0x28
        },
        .init("the list twice") { plan in
            let relocation = plan.purgatory.relocations[0]
            return """
                the plan's relocation at \(relocation.site) is not the object's: the plan says \
                R_AARCH64_ADR_PREL_PG_HI21 to purgatory_stack_end, \(relocation.value.hex), purgatory's object has \
                no more relocations; make the plan anew
                """
        } change: {
            $0.purgatory.relocations += $0.purgatory.relocations
        },
        .init("another entry") { plan in
            let other = PhysicalAddress(plan.entry.rawValue + 8)
            return """
                the plan's entry \(other) is not the object's: purgatory_start is at \(plan.entry); make the plan anew
                """
        } change: {
            $0.entry = PhysicalAddress($0.entry.rawValue + 8)
        },
    ]

    @Test("An edited plan is refused, whatever its digests say", arguments: edits)
    func refused(_ edit: Edit) throws {
        let workshop = try MakeWorkshop("2g-el1")
        let plan = try workshop.make(["--purgatory", "purgatory.o"])
        try workshop.commands.edit(edit.change)
        #expect(try workshop.commands.plan().violations() == [])
        expect(
            try workshop.commands.kplan("emit", "plan.json", "-o", "out"), 1,
            "plan.json: \(edit.message(plan))")
        #expect(!workshop.folder.names.contains("out"))
    }

    @Test func texts() throws {
        let section = PlacedSection(
            name: ".text", index: 2, address: PhysicalAddress(0x5400_0000), size: 0x1008,
            access: .readExecute)
        let relocation = PlannedRelocation(
            site: PhysicalAddress(0x5400_0020), type: .call26, symbol: "memcpy", addend: -4,
            value: 0x5400_0100)
        var elsewhere = relocation
        elsewhere.site = PhysicalAddress(0x5400_0024)
        let symbol = SymbolPatch(
            name: "arm64_sink", address: PhysicalAddress(0x5400_2050), value: .number(0x900_0000))
        let table = SymbolPatch(
            name: "purgatory_regions", address: PhysicalAddress(0x5400_2100), value: .regionTable)
        let digest = SymbolPatch(
            name: "purgatory_sha256", address: PhysicalAddress(0x5400_20c0), value: .ownDigest)
        var writable = section
        writable.access = .readWrite
        let linking: [LinkingError] = [
            .missingSymbol("pgtble_base"), .entryOutsideCode("purgatory_start"),
            .symbolsOverlap("purgatory_base", "purgatory_len"),
            .wrongSymbolSize("purgatory_len", size: 4, expected: 8), .symbolWithoutContent("purgatory_len"),
            .undefinedSymbol("mem\u{1b}cpy"), .writableAndExecutable(section: ".wild"),
            .unknownRelocation(type: 311, section: ".text", offset: 12),
            .badRelocation(section: ".text", offset: 12), .noContract,
            .twoContracts("purgatory_regions", "sha256_digest"), .checksSkipped("skip_checks"),
        ]
        let errors: [EmitterError] = [
            .wrongSize(.purgatory, size: 0x1608, planned: 0x1607),
            .wrongMemorySize(size: 0x4000, planned: 0x3000),
            .otherSection(planned: writable, object: section),
            .otherSection(planned: section, object: nil),
            .misalignedSection(section, alignment: 2048), .sectionPlacedTwice(section),
            .sectionNotPlaced(".data", index: 5, size: 64),
            .otherEntry(planned: PhysicalAddress(0x5400_0004), object: PhysicalAddress(0x5400_0000)),
            .otherRelocation(planned: relocation, object: elsewhere),
            .otherRelocation(planned: relocation, object: nil),
            .otherRelocation(planned: nil, object: relocation),
            .otherSymbol(planned: symbol, due: table), .otherSymbol(planned: digest, due: nil),
            .otherSymbol(planned: nil, due: symbol),
            .outsidePurgatory("mem\ncpy", PhysicalAddress(0x5400_0000)),
            .otherContract(planned: .kplan, object: .kexecTools), .tableBaseThere, .inputNotGiven(.kernel),
            .paddingTooLarge(.initrd, size: 1 << 40, limit: 64 << 30),
        ]
        let texts =
            linking.map { Messages.text(for: PlannerError.linking($0)) }
            + [Messages.text(for: EmitterError.linking(linking[0]))]
            + errors.map { Messages.text(for: $0) }
        try ShowGolden.expect(texts.joined(separator: "\n"), isIn: "messages-purgatory.txt")
    }
}
