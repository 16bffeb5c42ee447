import Arm64
import KexecPlan

extension BrokenPlan {
    static let purgatory: [BrokenPlan] = [
        .bare("entry into data", .entryOutsideCode(PhysicalAddress(0x5400_6000))) {
            $0.entry = PhysicalAddress(0x5400_6000)
        },
        .bare("entry within an instruction", .codeAlignment(PhysicalAddress(0x5400_3002))) {
            $0.entry = PhysicalAddress(0x5400_3002)
        },
        .bare("code within an instruction", .codeAlignment(PhysicalAddress(0x5400_3002))) {
            $0.purgatory.sections[0].address = PhysicalAddress(0x5400_3002)
            $0.entry = PhysicalAddress(0x5400_3004)
        },
        .bare("sections in wrong order", .sectionOrder(".rodata", after: ".bss")) {
            $0.purgatory.sections.swapAt(1, 2)
        },
        .bare(
            "sections in one place", .sectionsOverlap(".rodata", ".bss", range(0x5400_7000, 0x5400_7800))
        ) { $0.purgatory.sections[1].size = 0x1800 },
        .bare(
            "a section past the segment",
            .sectionOutsidePurgatory(".bss", address: PhysicalAddress(0x5400_7000), size: 0x1001)
        ) { $0.purgatory.sections[2].size = 0x1001 },
        .bare(
            "a section past 64 bits",
            .sectionOutsidePurgatory(".bss", address: PhysicalAddress(0x5400_7000), size: .max)
        ) { $0.purgatory.sections[2].size = .max },
        .bare(
            "a relocation past its section",
            .relocationOutsideSections(.adrPrelPgHi21, site: PhysicalAddress(0x5400_5c3d), size: 4)
        ) { $0.purgatory.relocations[0].site = PhysicalAddress(0x5400_5c3d) },
        .bare(
            "a relocation of 8 bytes past its section",
            .relocationOutsideSections(.prel64, site: PhysicalAddress(0x5400_5c3c), size: 8)
        ) { $0.purgatory.relocations[2].site = PhysicalAddress(0x5400_5c3c) },
        .bare("symbols in wrong order", .symbolOrder("arm64_kernel_entry", after: "arm64_dtb_addr")) {
            $0.purgatory.symbols.swapAt(0, 1)
        },
        .bare("symbols in one place", .symbolsOverlap("arm64_kernel_entry", "arm64_dtb_addr")) {
            $0.purgatory.symbols[1].address = PhysicalAddress(0x5400_6007)
        },
        .bare(
            "a table past its section",
            .symbolOutsideSections(
                "purgatory_regions", address: PhysicalAddress(0x5400_6501), size: 0x500)
        ) { plan in
            let last = plan.purgatory.symbols.count - 1
            plan.purgatory.symbols[last].address = PhysicalAddress(0x5400_6501)
        },
        .bare(
            "another kernel entry",
            .symbolValue("arm64_kernel_entry", found: .number(0x5000_0040), due: .number(0x5000_0000))
        ) { $0.setSymbol("arm64_kernel_entry", 0x5000_0040) },
        .full(
            "another table root",
            .symbolValue("pgtble_base", found: .number(0), due: .number(0x5400_8000))
        ) { $0.setSymbol("pgtble_base", 0) },
        .bare(
            "no table of regions",
            .symbolValue("purgatory_regions", found: nil, due: .regionTable)
        ) { $0.purgatory.symbols.removeLast() },
        .bare(
            "a number for the own digest",
            .symbolValue("purgatory_sha256", found: .number(0), due: .ownDigest)
        ) { $0.setSymbol("purgatory_sha256", 0) },
        .bare(
            "a symbol too many", .symbolUnneeded("purgatory_stack", address: PhysicalAddress(0x5400_6090))
        ) { plan in
            plan.purgatory.symbols.insert(
                SymbolPatch(
                    name: "purgatory_stack", address: PhysicalAddress(0x5400_6090), value: .number(1)),
                at: plan.purgatory.symbols.count - 1)
        },
        .bare(
            "a symbol set twice",
            .symbolUnneeded("purgatory_regions", address: PhysicalAddress(0x5400_7000))
        ) { plan in
            plan.purgatory.symbols.append(
                SymbolPatch(
                    name: "purgatory_regions", address: PhysicalAddress(0x5400_7000), value: .number(1)))
        },
        .bare(
            "symbols for page tables that aren't there",
            .symbolUnneeded("pgtble_base", address: PhysicalAddress(0x5400_6020))
        ) { plan in
            plan.purgatory.symbols.insert(
                SymbolPatch(
                    name: "pgtble_base", address: PhysicalAddress(0x5400_6020), value: .number(0x6000_0000)),
                at: 4)
        },
        .full(
            "another console", .symbolValue("purgatory_console", found: .number(1), due: .number(3))
        ) { $0.request.console?.kind = .uart8250Word },
    ]
}
