import Arm64
import KexecPlan

// Plans that break what one of the two contracts with purgatory asks.

extension BrokenPlan {
    static let contracts: [BrokenPlan] = [
        .bare("no reason for the MMU being off", .mmuOffUnexplained) { $0.mmuOff = nil },
        .full("tables, and a reason why there are none", .mmuOffUnfounded(.consoleBeyondTables)) {
            $0.mmuOff = .consoleBeyondTables
        },
        .bare("the MMU off, and nobody allowed it", .mmuOffUnfounded(.consoleBeyondTables)) {
            $0.request.allowsMMUOff = false
        },
        .bare(
            "the MMU off for a console that tables reach", .mmuOffUnfounded(.consoleBeyondTables)
        ) {
            $0.request.console?.address = PhysicalAddress(0xffff_ffff_f000)
            $0.setSymbol("arm64_sink", 0xffff_ffff_f000)
        },
        .bare("kplan's own contract always has pgtble_base", .mmuOffUnfounded(.noTableBase)) {
            $0.mmuOff = .noTableBase
        },
        .foreign("a reason that is kplan's own", .mmuOffUnfounded(.consoleBeyondTables)) {
            $0.mmuOff = .consoleBeyondTables
        },
        .series2017(
            "tables of fewer bits than the 2017 series has in its code",
            .tablesOfContract(.granule4K, addressBits: 39),
            .tableLevels(
                [
                    .init(level: .level0, count: 1), .init(level: .level1, count: 1),
                    .init(level: .level2, count: 2), .init(level: .level3, count: 3),
                ], root: .level1)
        ) { $0.pageTables?.inputAddressBits = 39 },
        .series2017(
            "registers that nobody sets", .registersOfContract(areThere: true, .kexecTools)
        ) {
            $0.pageTables?.registers = TranslationRegisters(
                mair: 0x4ff, tcrEL1: 0x8090_3510, tcrEL2: 0x8080_3510, tcrEL2E2H: 0x8090_3510)
        },
        .full(
            "no registers",
            .symbolUnneeded("purgatory_mair", address: PhysicalAddress(0x5400_6070)),
            .symbolUnneeded("purgatory_tcr_el1", address: PhysicalAddress(0x5400_6078)),
            .symbolUnneeded("purgatory_tcr_el2", address: PhysicalAddress(0x5400_6080)),
            .symbolUnneeded("purgatory_tcr_el2_e2h", address: PhysicalAddress(0x5400_6088)),
            .registersOfContract(areThere: false, .kplan)
        ) { $0.pageTables?.registers = nil },
        .bare("code that is written", .sectionWrittenAndExecuted(".text")) {
            $0.purgatory.sections[0].access = .readWriteExecute
        },
        .full(
            "code that is mapped to be written",
            .mappingUse(range(0x5400_3000, 0x5400_6000), memory: .normal, access: .readExecute),
            .mappingWrittenAndExecuted(range(0x5400_3000, 0x5400_6000))
        ) { $0.pageTables?.mappings[4].access = .readWriteExecute },
        .series2017(
            "a stack that can't be written",
            .mappingUse(range(0x5400_3000, 0x5400_8000), memory: .normal, access: .readWriteExecute)
        ) { $0.pageTables?.mappings[4].access = .readExecute },
        .series2017(
            "only part of purgatory mapped", .notMapped([range(0x5400_7000, 0x5400_8000)])
        ) {
            $0.pageTables?.mappings[4] = mapping(
                0x5400_3000, 0x5400_7000, .normal, .readWriteExecute, pages: 4, for: "purgatory")
        },
        .foreign(
            "no digest", .symbolValue("sha256_digest", found: nil, due: .sha256Digest),
            .digestSlot(SamplePlan.foreign.runtimeSlots[2], dueOffset: nil)
        ) { $0.purgatory.symbols.remove(at: 1) },
        .foreign(
            "a table of kplan's own",
            .symbolUnneeded("purgatory_regions", address: PhysicalAddress(0x5400_6200)),
            .digestNotRenewed(of: .dtb)
        ) {
            $0.purgatory.symbols.append(
                SymbolPatch(
                    name: "purgatory_regions", address: PhysicalAddress(0x5400_6200), value: .regionTable))
        },
        .foreign("a digest that stays", .digestNotRenewed(of: .dtb)) { $0.runtimeSlots.removeLast() },
        .foreign(
            "a digest elsewhere",
            .digestSlot(
                RuntimeSlot(
                    segment: .purgatory, offset: 0x3000, length: 32, fill: .segmentsDigest,
                    purpose: "sha256_digest"), dueOffset: 0x3100)
        ) { $0.runtimeSlots[2].offset = 0x3000 },
        .series2017(
            "another length of purgatory",
            .symbolValue("purgatory_len", found: .number(0x4000), due: .number(0x5000))
        ) { $0.setSymbol("purgatory_len", 0x4000) },
    ]

    /// A change of the sample with kexec-tools' contract.
    static func foreign(
        _ name: String, _ problems: Violation.Problem..., change: (inout Plan) -> Void
    ) -> BrokenPlan {
        var plan = SamplePlan.foreign
        change(&plan)
        return BrokenPlan(testDescription: name, plan: plan, problems: problems)
    }

    /// A change of the sample with a purgatory of the 2017 series.
    static func series2017(
        _ name: String, _ problems: Violation.Problem..., change: (inout Plan) -> Void
    ) -> BrokenPlan {
        var plan = SamplePlan.series2017
        change(&plan)
        return BrokenPlan(testDescription: name, plan: plan, problems: problems)
    }
}
