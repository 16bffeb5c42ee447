import Arm64
import KexecPlan
import Testing

@testable import kplan

private let id = "4f1c9d0a2b7e8c6d5f3a1b0c9e8d7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e"

private func options(
    width: Int = 80, color: Bool = false, ascii: Bool = false, relocations: Bool = false
) -> ShowOptions {
    ShowOptions(width: width, color: color, ascii: ascii, relocations: relocations)
}

struct ShowTests {
    @Test func drawsTheSample() throws {
        let plan = try samplePlan()
        try ShowGolden.expect(
            render(plan, id: id, options: options(ascii: true)), isIn: "show-sample-80-ascii.txt")
        try ShowGolden.expect(render(plan, id: id, options: options()), isIn: "show-sample-80.txt")
        try ShowGolden.expect(
            render(plan, id: id, options: options(width: 120, color: true, relocations: true)),
            isIn: "show-sample-120-color-relocations.txt")
    }

    @Test("Nothing of a plan of today is wider than a terminal")
    func fitsATerminal() throws {
        let workshop = try CommandWorkshop.withPlan()
        let lines = try workshop.kplan("show", "plan.json", "--width", "80").output.split(separator: "\n")
        #expect(lines.count > 50)
        #expect(lines.filter { $0.count > 80 } == [])
    }

    @Test func isASCIIWhereAsked() throws {
        var plan = try samplePlan()
        plan.request.commandLine = "größe=1"
        plan.machine.memory.reserved[3].kind = "réservé"
        for relocations in [false, true] {
            let text = render(plan, id: id, options: options(ascii: true, relocations: relocations))
            #expect(text.utf8.allSatisfy { $0 == 10 || (32..<127).contains($0) })
            #expect(text.contains("gr\\u{f6}\\u{df}e=1"))
        }
    }

    /// A plan's own letters stay distinct from others; the signs of kplan's sentences have an ASCII form.
    @Test func sentencesAreReadableInASCII() {
        let style = Style(width: 80, color: false, ascii: true)
        #expect(style.sentence("0x1–0x2 → größer") == "0x1-0x2 -> gr\\u{f6}\\u{df}er")
        #expect(style.printable("0x1–0x2") == "0x1\\u{2013}0x2")
    }

    @Test func hasNoColourUnlessAsked() throws {
        let plan = try samplePlan()
        #expect(!render(plan, id: id, options: options()).contains("\u{1b}"))
        let colored = render(plan, id: id, options: options(color: true))
        #expect(colored.contains("\u{1b}[32mkernel"))
        #expect(withoutColor(colored) == render(plan, id: id, options: options()))
    }

    /// A plan comes from elsewhere: what it says can't move the cursor, nor turn the text around.
    @Test func showsControlCharactersAsText() throws {
        var plan = try samplePlan()
        let attack = "a\u{1b}[2Jb\rc\nd\u{202e}e\u{9b}f"
        plan.request.commandLine = attack
        plan.inputs[0].name = attack
        plan.machine.memory.reserved[2].kind = attack
        plan.deviceTree.edits.append(
            DeviceTreeEdit(node: attack, property: attack, change: .text(attack)))
        plan.pageTables?.mappings[0].purpose = attack
        plan.purgatory.sections[0].name = attack
        plan.purgatory.relocations[0].symbol = attack
        plan.purgatory.symbols[0].name = attack
        plan.runtimeSlots[0].purpose = attack
        let text = render(plan, id: attack, options: options(width: 200, relocations: true))
        let shown = "a\\u{1b}[2Jb\\u{d}c\\u{a}d\\u{202e}e\\u{9b}f"
        #expect(text.ranges(of: shown).count == 13)
        #expect(
            !text.unicodeScalars.contains {
                $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
            })
    }

    @Test func saysWhatAPlanHasNot() throws {
        var plan = try samplePlan()
        plan.inputs = []
        plan.segments = []
        plan.machine.memory = MemoryMap(ram: [], reserved: [])
        plan.deviceTree = DeviceTreePlan(edits: [])
        plan.pageTables = nil
        plan.purgatory = PurgatoryPlan(sections: [], relocations: [], symbols: [])
        plan.runtimeSlots = []
        plan.request.commandLine = nil
        plan.request.console = nil
        plan.request.memoryWindow = nil
        plan.request.seeds = .none
        try ShowGolden.expect(render(plan, id: id, options: options()), isIn: "show-empty-80.txt")
    }

    @Test func decodesRegistersFromTheirValues() throws {
        let control = try #require(TranslationControl(granule: .granule64K, inputAddressBits: 42))
        let walk = "T0SZ 22 (42-bit addresses), IRGN0 WBWA, ORGN0 WBWA, SH0 inner, TG0 64K"
        let el1 = walk + ", T1SZ 22, EPD1 (no walk from TTBR1), TG1 64K; IPS from the CPU"
        #expect(RegisterText.tcr(control.el1, .el1) == el1)
        #expect(RegisterText.tcr(control.el2E2H, .el2E2H) == el1)
        #expect(RegisterText.tcr(control.el2, .el2) == walk + "; PS from the CPU")
        let zero = "T0SZ 0 (64-bit addresses), IRGN0 NC, ORGN0 NC, SH0 none, TG0 4K"
        #expect(
            RegisterText.tcr(0, .el1) == zero + ", EPD1 0 (TTBR1 is walked); IPS from the CPU")
        #expect(
            RegisterText.tcr(1 << 40 | 1 << 21, .el2)
                == zero + ", HA 0x1, bit 23 not 1, bit 31 not 1, RES0 bits 0x10000000000; PS from the CPU")
        #expect(RegisterText.tcr(1 << 39 | 1 << 35, .el2E2H).contains("HA 0x1, RES0 bits 0x800000000"))
        #expect(
            RegisterText.mair(MemoryType.mair) == "0: normal write-back read+write-allocate, 1: device-nGnRE")
        #expect(
            RegisterText.mair(0x4400_01bb_0c00)
                == "1: device-GRE, 2: normal write-through read+write-allocate, 3: the encoding 0x1, 5: normal non-cacheable"
        )
    }

    @Test func namesLevelsAsTheKernelDoes() {
        func names(_ granule: Granule, _ bits: Int) -> [String] {
            let root = granule.rootLevel(addressBits: bits)
            return TranslationLevel.allCases.filter { $0 >= root }.map { $0.kernelName(root: root) }
        }
        #expect(names(.granule4K, 48) == ["PGD", "PUD", "PMD", "PTE"])
        #expect(names(.granule4K, 39) == ["PGD", "PMD", "PTE"])
        #expect(names(.granule16K, 36) == ["PGD", "PTE"])
        #expect(names(.granule64K, 42) == ["PGD", "PTE"])
        #expect(names(.granule64K, 48) == ["PGD", "PMD", "PTE"])
    }
}

/// `text` without the sequences that set colours.
func withoutColor(_ text: String) -> String {
    text.split(separator: "\u{1b}[", omittingEmptySubsequences: false).enumerated()
        .map { index, part in
            index == 0 ? String(part) : String(part.drop { $0 != "m" }.dropFirst())
        }
        .joined()
}
