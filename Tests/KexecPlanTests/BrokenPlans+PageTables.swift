import Arm64
import KexecPlan

extension BrokenPlan {
    static let pageTables: [BrokenPlan] = [
        .full("another granule", .granule(.granule4K, due: .granule16K)) {
            $0.request.granule = .granule16K
        },
        .full("52 bits", .inputAddressBits(52, limits: 25...48)) { $0.setAddressBits(52) },
        .full("24 bits", .inputAddressBits(24, limits: 25...48)) { $0.setAddressBits(24) },
        .full("a root beside its page", .rootAlignment(PhysicalAddress(0x5400_8008), alignment: 0x1000)) {
            $0.setRoot(0x5400_8008)
        },
        .full("a root elsewhere", .rootOutsidePageTables(PhysicalAddress(0x5400_0000))) {
            $0.setRoot(0x5400_0000)
        },
        .full("a root past the content", .rootOutsidePageTables(PhysicalAddress(0x5400_f000))) {
            $0.setRoot(0x5400_f000)
        },
        tables("a level left out", [(.level1, 1), (.level3, 6)]),
        tables("two roots", [(.level1, 2), (.level2, 2), (.level3, 3)]),
        tables("another root level", [(.level0, 1), (.level1, 1), (.level2, 2), (.level3, 3)]),
        tables("tables below no tables", [(.level1, 1), (.level2, 0), (.level3, 6)]),
        tables("no tables", [], size: 0),
        tables("fewer than none", [(.level1, 1), (.level2, -1), (.level3, 7)], size: .some(nil)),
        .full("one table more", .pageTablesSize(0x7000, due: 0x8000)) {
            $0.pageTables?.tables[2].count = 5
        },
        .full("more tables than there are bytes", .pageTablesSize(0x7000, due: nil)) {
            $0.pageTables?.tables[2].count = .max
        },
        .full("memory types swapped", .memoryAttributes(0xff04, due: 0x4ff)) {
            $0.pageTables?.registers?.mair = 0xff04
            $0.setSymbol("purgatory_mair", 0xff04)
        },
        .full("40 bits at EL1", .translationControl(.el1, found: 0x8099_3518, due: 0x8099_3519)) {
            $0.pageTables?.registers?.tcrEL1 = 0x8099_3518
            $0.setSymbol("purgatory_tcr_el1", 0x8099_3518)
        },
        .full("64K at EL2", .translationControl(.el2, found: 0x8080_7519, due: 0x8080_3519)) {
            $0.pageTables?.registers?.tcrEL2 = 0x8080_7519
            $0.setSymbol("purgatory_tcr_el2", 0x8080_7519)
        },
        .full("walks from TTBR1", .translationControl(.el2E2H, found: 0x8019_3519, due: 0x8099_3519)) {
            $0.pageTables?.registers?.tcrEL2E2H = 0x8019_3519
            $0.setSymbol("purgatory_tcr_el2_e2h", 0x8019_3519)
        },
    ]

    /// A plan with other tables; `size` where they need another size than the 7 pages that are there.
    private static func tables(
        _ name: String, _ counts: [(TranslationLevel, Int)], size: UInt64?? = .none
    ) -> BrokenPlan {
        let tables = counts.map { PageTablePlan.TableCount(level: $0, count: $1) }
        var problems: [Violation.Problem] = [.tableLevels(tables, root: .level1)]
        if let size { problems.append(.pageTablesSize(0x7000, due: size)) }
        var plan = SamplePlan.full
        plan.pageTables?.tables = tables
        return BrokenPlan(testDescription: name, plan: plan, problems: problems)
    }

    static let mappings: [BrokenPlan] = [
        .full(
            "half a page", .mappingAlignment(range(0x900_0000, 0x900_0800), granule: .granule4K),
            .mappingEntries(range(0x900_0000, 0x900_0800), [.init(size: 0x1000, count: 1)]),
            .notMapped([range(0x900_0800, 0x900_1000)])
        ) { $0.pageTables?.mappings[0].range = range(0x900_0000, 0x900_0800) },
        .full(
            "wrong order",
            .mappingOrder(range(0x900_0000, 0x900_1000), after: range(0x5000_0000, 0x51ab_0000))
        ) { $0.pageTables?.mappings.swapAt(0, 1) },
        .full(
            "mapped twice",
            .mappingsOverlap(range(0x900_0000, 0x900_1000), range(0x900_0000, 0x900_1000))
        ) { $0.pageTables?.mappings.insert(SamplePlan.console(at: 0x900_0000), at: 0) },
        .full(
            "a console beyond 39 bits",
            .mappingBeyondAddressBits(range(1 << 39, 1 << 39 + 0x1000), bits: 39)
        ) { $0.moveConsole(to: 1 << 39) },
        .full(
            "one page less",
            .mappingEntries(range(0x5400_0000, 0x5400_3000), [.init(size: 0x1000, count: 2)])
        ) { $0.pageTables?.mappings[3].entries[0].count = 2 },
        .full(
            "a page of 12 KiB",
            .mappingEntries(range(0x5400_0000, 0x5400_3000), [.init(size: 0x3000, count: 1)])
        ) { $0.pageTables?.mappings[3].entries = [.init(size: 0x3000, count: 1)] },
        .full(
            "small blocks first",
            .mappingEntries(
                range(0x5000_0000, 0x51ab_0000),
                [.init(size: 0x1000, count: 176), .init(size: 0x20_0000, count: 13)])
        ) { $0.pageTables?.mappings[1].entries.reverse() },
        .full("an initrd that isn't mapped", .notMapped([range(0x51c0_0000, 0x53b4_0000)])) {
            $0.pageTables?.mappings.remove(at: 2)
        },
        .full("a page too many", .mappedInVain([range(0x6000_0000, 0x6000_1000)])) {
            $0.pageTables?.mappings.append(
                mapping(0x6000_0000, 0x6000_1000, .normal, .readOnly, pages: 1, for: "nothing"))
        },
        .full("a console at 0", .consoleAtZero(console(.pl011, 0))) { $0.moveConsole(to: 0) },
        .full(
            "a console beside its registers", .consoleAlignment(console(.pl011, 0x900_0002), alignment: 4)
        ) { $0.setConsole(.pl011, at: 0x900_0002) },
        .full(
            "a console of 32 bits at an odd address",
            .consoleAlignment(console(.uart8250Word, 0x900_0001), alignment: 4)
        ) { $0.setConsole(.uart8250Word, at: 0x900_0001) },
        registers(.pl011, 0x900_0fe8, 0x900_0fe4), registers(.uart8250, 0x900_0ffb, 0x900_0ffa),
        registers(.uart8250Word, 0x900_0fec, 0x900_0fe8), registers(.raw, 0x900_1000, 0x900_0fff),
        .full(
            "a console past 64 bits", .mappedInVain([range(0x900_0000, 0x900_1000)]),
            .consoleBeyond64Bits(console(.raw, .max)),
            .mappingOutsideMemory(range(0x900_0000, 0x900_1000), [range(0x900_0000, 0x900_1000)])
        ) { $0.setConsole(.raw, at: .max) },
        .full("a console in RAM", .consoleInRAM(range(0x6000_0000, 0x6000_1000))) {
            $0.moveConsole(to: 0x6000_0000)
        },
        .full(
            "a page too many, and no memory", .mappedInVain([range(0x5400_f000, 0x5401_0000)]),
            .mappingOutsideMemory(
                range(0x5400_f000, 0x5401_0000), [range(0x5400_f000, 0x5401_0000)])
        ) {
            $0.machine.memory.reserved.append(
                .init(range: range(0x5400_f000, 0x5401_0000), kind: "reserved"))
            $0.pageTables?.mappings.append(
                mapping(0x5400_f000, 0x5401_0000, .normal, .readOnly, pages: 1, for: "nothing"))
        },
        .full(
            "a kernel that is written",
            .mappingUse(range(0x5000_0000, 0x51ab_0000), memory: .normal, access: .readOnly)
        ) { $0.pageTables?.mappings[1].access = .readWrite },
        .full(
            "code that is data",
            .mappingUse(range(0x5400_3000, 0x5400_6000), memory: .normal, access: .readExecute)
        ) { $0.pageTables?.mappings[4].access = .readOnly },
        .full(
            "a console in a cache",
            .mappingUse(range(0x900_0000, 0x900_1000), memory: .deviceNGnRE, access: .readWrite)
        ) { $0.pageTables?.mappings[0].memory = .normal },
    ]
}

extension BrokenPlan {
    fileprivate static func console(_ kind: Console.Kind, _ address: UInt64) -> Console {
        Console(kind: kind, address: PhysicalAddress(address))
    }

    /// A console whose last register is on a page that isn't mapped; at `last`, it would be on the mapped one.
    fileprivate static func registers(
        _ kind: Console.Kind, _ address: UInt64, _ last: UInt64
    ) -> BrokenPlan {
        var sound = SamplePlan.full
        sound.setConsole(kind, at: last)
        var problems: [Violation.Problem] = sound.violations().map(\.problem)
        let next = range(0x900_1000, 0x900_2000)
        problems.append(.notMapped([next]))
        if kind == .raw {
            let page = range(0x900_0000, 0x900_1000)
            problems += [.mappedInVain([page]), .mappingOutsideMemory(page, [page])]
        }
        var plan = SamplePlan.full
        plan.setConsole(kind, at: address)
        return BrokenPlan(testDescription: "\(kind) over a page's end", plan: plan, problems: problems)
    }
}

extension SamplePlan {
    fileprivate static func console(at address: UInt64) -> Mapping {
        mapping(address, address + 0x1000, .deviceNGnRE, .readWrite, pages: 1, for: "console")
    }
}

extension Plan {
    fileprivate mutating func setRoot(_ root: UInt64) {
        pageTables?.root = PhysicalAddress(root)
        setSymbol("pgtble_base", root)
    }

    fileprivate mutating func setAddressBits(_ bits: Int) {
        pageTables?.inputAddressBits = bits
        setSymbol("purgatory_address_bits", UInt64(bits))
    }

    /// Another console, without its pages in the page tables.
    fileprivate mutating func setConsole(_ kind: Console.Kind, at address: UInt64) {
        request.console = Console(kind: kind, address: PhysicalAddress(address))
        setSymbol("arm64_sink", address)
        setSymbol("purgatory_console", [.raw: 0, .pl011: 1, .uart8250: 2, .uart8250Word: 3][kind] ?? .max)
    }

    fileprivate mutating func moveConsole(to address: UInt64) {
        request.console?.address = PhysicalAddress(address)
        setSymbol("arm64_sink", address)
        pageTables?.mappings[0] = SamplePlan.console(at: address)
        pageTables?.mappings.sort { $0.range.start < $1.range.start }
    }
}
