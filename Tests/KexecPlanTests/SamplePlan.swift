import Arm64
import KexecPlan

/// A plan that breaks no rule, made by hand: 2 GiB of RAM from 1 GiB on, and everything that a plan can have.
enum SamplePlan {
    /// With an initrd, a console, page tables, and slots that apply fills.
    static let full = Plan(
        request: Request(
            commandLine: #"console=ttyAMA0 root=/dev/vda1 label="grün""#,
            reusedCommandLine: "console=ttyAMA0",
            console: Console(kind: .pl011, address: PhysicalAddress(0x900_0000)),
            granule: .granule4K, seeds: .fresh, memoryWindow: range(0, 1 << 48)),
        inputs: [
            Input(role: .kernel, name: "vmlinuz", size: 0x1a0_9fc0, sha256: digest(0x11)),
            Input(role: .initrd, name: "initrd.img", size: 0x1f3_f123, sha256: digest(0x22)),
            Input(role: .dtb, name: "fdt", size: 0x10_0000, sha256: digest(0x33)),
            Input(role: .memoryMap, name: "iomem", size: 0x4b2, sha256: digest(0x44)),
            Input(role: .purgatory, name: "purgatory.o", size: 0x3a60, sha256: digest(0x55)),
        ],
        machine: Machine(
            pageSize: 0x1000,
            memory: MemoryMap(
                ram: [.init(range: range(0x4000_0000, 0xc000_0000), kind: "System RAM")],
                reserved: [.init(range: range(0x4159_0000, 0x41a1_0000), kind: "reserved")]),
            deviceTree: DeviceTreeIdentity(compatible: ["vendor,board", "vendor,chip"], sha256: digest(0x99))),
        kernel: KernelImage(
            textOffset: 0, imageSize: 0x1ab_0000, pageSize: .pages4K, placement: .anywhere),
        entry: PhysicalAddress(0x5400_3000),
        segments: [
            segment(.kernel, 0x5000_0000, memory: 0x1ab_0000, content: 0x1a0_9fc0, 0x11),
            segment(.initrd, 0x51c0_0000, memory: 0x1f4_0000, content: 0x1f3_f123, 0x22),
            segment(.dtb, 0x5400_0000, memory: 0x3000, content: 0x2011, 0x66),
            segment(.purgatory, 0x5400_3000, memory: 0x5000, content: 0x3a00, 0x77),
            segment(.pageTables, 0x5400_8000, memory: 0x7000, content: 0x7000, 0x88),
        ],
        deviceTree: DeviceTreePlan(
            edits: [
                chosen("bootargs", .text(#"console=ttyAMA0 root=/dev/vda1 label="grün""#)),
                chosen("linux,initrd-start", .number(0x51c0_0000)),
                chosen("linux,initrd-end", .number(0x53b3_f123)),
                chosen("kaslr-seed", .zeros(8)),
                chosen("rng-seed", .zeros(128)),
                chosen("linux,elfcorehdr", .delete),
                chosen("kplan,purgatory-report", .zeros(40)),
            ], removedReservations: [range(0x4800_0000, 0x4847_f000)],
            uefi: [UEFIPointer(property: "linux,uefi-system-table", value: 0xbf5f_0018)]),
        pageTables: PageTablePlan(
            root: PhysicalAddress(0x5400_8000), granule: .granule4K, inputAddressBits: 39,
            tables: [
                .init(level: .level1, count: 1), .init(level: .level2, count: 2),
                .init(level: .level3, count: 4),
            ],
            registers: registers,
            mappings: [
                mapping(0x900_0000, 0x900_1000, .deviceNGnRE, .readWrite, pages: 1, for: "console"),
                mapping(0x5000_0000, 0x51ab_0000, .normal, .readOnly, blocks: 13, pages: 176, for: "kernel"),
                mapping(0x51c0_0000, 0x53b4_0000, .normal, .readOnly, blocks: 15, pages: 320, for: "initrd"),
                mapping(0x5400_0000, 0x5400_3000, .normal, .readOnly, pages: 3, for: "dtb"),
                mapping(0x5400_3000, 0x5400_6000, .normal, .readExecute, pages: 3, for: "purgatory .text"),
                mapping(0x5400_6000, 0x5400_7000, .normal, .readOnly, pages: 1, for: "purgatory .rodata"),
                mapping(0x5400_7000, 0x5400_8000, .normal, .readWrite, pages: 1, for: "purgatory .bss"),
                mapping(0x5400_8000, 0x5400_f000, .normal, .readOnly, pages: 7, for: "page-tables"),
            ]),
        purgatory: PurgatoryPlan(
            sections: [
                section(".text", 2, 0x5400_3000, 0x2c40, .readExecute),
                section(".rodata", 4, 0x5400_6000, 0xa00, .readOnly),
                section(".bss", 5, 0x5400_7000, 0x1000, .readWrite),
            ],
            relocations: [
                relocation(0x5400_3010, .adrPrelPgHi21, "purgatory_parameters", 0, 0x5400_6000),
                relocation(0x5400_3014, .addAbsLo12NC, "purgatory_parameters", 0, 0x5400_6000),
                relocation(0x5400_3020, .prel64, ".rodata", -8, 0x5400_5ff8),
            ],
            symbols: [
                symbol("arm64_kernel_entry", 0x5400_6000, 0x5000_0000),
                symbol("arm64_dtb_addr", 0x5400_6008, 0x5400_0000),
                symbol("arm64_sink", 0x5400_6010, 0x900_0000),
                symbol("purgatory_console", 0x5400_6018, 1),
                symbol("pgtble_base", 0x5400_6020, 0x5400_8000),
                symbol("purgatory_base", 0x5400_6028, 0x5400_3000),
                symbol("purgatory_len", 0x5400_6030, 0x5000),
                symbol("purgatory_content_len", 0x5400_6038, 0x3a00),
                SymbolPatch(
                    name: "purgatory_sha256", address: PhysicalAddress(0x5400_6040), value: .ownDigest),
                symbol("purgatory_granule", 0x5400_6060, 0x1000),
                symbol("purgatory_address_bits", 0x5400_6068, 39),
                symbol("purgatory_mair", 0x5400_6070, registers.mair),
                symbol("purgatory_tcr_el1", 0x5400_6078, registers.tcrEL1),
                symbol("purgatory_tcr_el2", 0x5400_6080, registers.tcrEL2),
                symbol("purgatory_tcr_el2_e2h", 0x5400_6088, registers.tcrEL2E2H),
                symbol("purgatory_report", 0x5400_6090, 0x5400_1f00),
                SymbolPatch(
                    name: "purgatory_regions", address: PhysicalAddress(0x5400_60c0), value: .regionTable),
            ]),
        runtimeSlots: [
            RuntimeSlot(
                segment: .dtb, offset: 0x1d40, length: 8, fill: .random, purpose: "/chosen/kaslr-seed"),
            RuntimeSlot(
                segment: .dtb, offset: 0x1d60, length: 128, fill: .random, purpose: "/chosen/rng-seed"),
            RuntimeSlot(
                segment: .purgatory, offset: 0x3040, length: 32, fill: .digest(of: .purgatory),
                purpose: "purgatory_sha256"),
            RuntimeSlot(
                segment: .purgatory, offset: 0x3188, length: 32, fill: .digest(of: .dtb),
                purpose: "purgatory_regions"),
            RuntimeSlot(
                segment: .dtb, offset: 0x1f00, length: 40, fill: .report,
                purpose: "/chosen/kplan,purgatory-report"),
        ])

    /// The least that a plan can have: no initrd, page tables, slots, command line or window. Its console is where page
    /// tables don't reach, so it has none.
    static let bare: Plan = {
        var plan = full
        plan.request = Request(
            commandLine: nil, console: Console(kind: .pl011, address: PhysicalAddress(1 << 50)),
            granule: .granule4K, allowsMMUOff: true, seeds: .none, memoryWindow: nil)
        plan.inputs.removeAll { $0.role == .initrd }
        plan.segments.removeAll { $0.role == .initrd || $0.role == .pageTables }
        plan.deviceTree = DeviceTreePlan(edits: [])
        plan.pageTables = nil
        plan.mmuOff = .consoleBeyondTables
        let optional: Set = [
            "pgtble_base", "purgatory_granule", "purgatory_address_bits", "purgatory_mair",
            "purgatory_tcr_el1", "purgatory_tcr_el2", "purgatory_tcr_el2_e2h", "purgatory_report",
        ]
        plan.purgatory.symbols.removeAll { optional.contains($0.name) }
        plan.setSymbol("arm64_sink", 1 << 50)
        plan.runtimeSlots = []
        return plan
    }()

    /// With a purgatory of kexec-tools' contract that knows nothing of page tables, no console, and slots.
    static let foreign: Plan = {
        var plan = bare
        plan.request = Request(
            commandLine: nil, console: nil, granule: .granule4K, seeds: .fresh, memoryWindow: nil)
        plan.mmuOff = .noTableBase
        plan.deviceTree = full.deviceTree
        plan.deviceTree.edits.removeAll { !["kaslr-seed", "rng-seed"].contains($0.property) }
        plan.purgatory.contract = .kexecTools
        plan.purgatory.symbols = [
            SymbolPatch(
                name: "sha256_regions", address: PhysicalAddress(0x5400_6000), value: .sha256Regions),
            SymbolPatch(
                name: "sha256_digest", address: PhysicalAddress(0x5400_6100), value: .sha256Digest),
            symbol("arm64_kernel_entry", 0x5400_6128, 0x5000_0000),
            symbol("arm64_dtb_addr", 0x5400_6130, 0x5400_0000),
            symbol("arm64_sink", 0x5400_6140, 0),
        ]
        plan.runtimeSlots = [
            full.runtimeSlots[0], full.runtimeSlots[1],
            RuntimeSlot(
                segment: .purgatory, offset: 0x3100, length: 32, fill: .segmentsDigest,
                purpose: "sha256_digest"),
        ]
        return plan
    }()

    /// With a purgatory of the 2017 series, which knows where page tables are and nothing else of them.
    static let series2017: Plan = {
        var plan = full
        plan.purgatory = foreign.purgatory
        plan.setSymbol("arm64_sink", 0x900_0000)
        plan.purgatory.symbols += [
            symbol("pgtble_base", 0x5400_6148, 0x5400_8000),
            symbol("purgatory_base", 0x5400_6150, 0x5400_3000),
            symbol("purgatory_len", 0x5400_6158, 0x5000),
        ]
        plan.deviceTree.edits.removeAll { $0.path == PurgatoryReport.path }
        plan.runtimeSlots = foreign.runtimeSlots
        plan.pageTables?.inputAddressBits = 48
        plan.pageTables?.registers = nil
        plan.pageTables?.tables = [
            .init(level: .level0, count: 1), .init(level: .level1, count: 1),
            .init(level: .level2, count: 2), .init(level: .level3, count: 3),
        ]
        plan.pageTables?.mappings.replaceSubrange(
            4..<7,
            with: [
                mapping(
                    0x5400_3000, 0x5400_8000, .normal, .readWriteExecute, pages: 5, for: "purgatory")
            ])
        return plan
    }()

    /// MAIR, and TCR for a 4K granule and 39 bits: T0SZ 25, write-back, inner shareable, no walks from TTBR1.
    private static let registers = TranslationRegisters(
        mair: 0x4ff, tcrEL1: 0x8099_3519, tcrEL2: 0x8080_3519, tcrEL2E2H: 0x8099_3519)
}

// What the numbers of the tests are made into.

func range(_ start: UInt64, _ end: UInt64) -> AddressRange {
    guard let range = AddressRange(start: PhysicalAddress(start), end: PhysicalAddress(end)) else {
        preconditionFailure("a test's range is empty")
    }
    return range
}

func digest(_ byte: UInt8) -> SHA256Digest {
    SHA256Digest(bytes: [UInt8](repeating: byte, count: SHA256Digest.size)) ?? .zero
}

func segment(
    _ role: SegmentRole, _ address: UInt64, memory: UInt64, content: UInt64, _ byte: UInt8
) -> Segment {
    Segment(
        role: role, address: PhysicalAddress(address), memorySize: memory, contentSize: content,
        sha256: digest(byte))
}

func chosen(_ property: String, _ change: DeviceTreeEdit.Change) -> DeviceTreeEdit {
    DeviceTreeEdit(node: "/chosen", property: property, change: change)
}

func mapping(
    _ start: UInt64, _ end: UInt64, _ memory: MemoryType, _ access: Access, blocks: Int = 0, pages: Int,
    for purpose: String
) -> Mapping {
    let entries: [Mapping.EntryCount] = [
        .init(size: 0x20_0000, count: blocks), .init(size: 0x1000, count: pages),
    ]
    return Mapping(
        range: range(start, end), memory: memory, access: access, entries: entries.filter { $0.count > 0 },
        purpose: purpose)
}

private func section(
    _ name: String, _ index: Int, _ address: UInt64, _ size: UInt64, _ access: Access
) -> PlacedSection {
    PlacedSection(name: name, index: index, address: PhysicalAddress(address), size: size, access: access)
}

private func relocation(
    _ site: UInt64, _ type: RelocationType, _ symbol: String, _ addend: Int64, _ value: UInt64
) -> PlannedRelocation {
    PlannedRelocation(
        site: PhysicalAddress(site), type: type, symbol: symbol, addend: addend, value: value)
}

private func symbol(_ name: String, _ address: UInt64, _ value: UInt64) -> SymbolPatch {
    SymbolPatch(name: name, address: PhysicalAddress(address), value: .number(value))
}

extension Plan {
    /// Changes the value of a symbol.
    mutating func setSymbol(_ name: String, _ value: UInt64) {
        for index in purgatory.symbols.indices where purgatory.symbols[index].name == name {
            purgatory.symbols[index].value = .number(value)
        }
    }

    /// Changes the segment with this role.
    mutating func change(_ role: SegmentRole, _ change: (inout Segment) -> Void) {
        for index in segments.indices where segments[index].role == role { change(&segments[index]) }
    }

    /// Moves the kernel or the device tree, with the symbol that says where it is; segments stay sorted.
    mutating func move(_ role: SegmentRole, to address: UInt64) {
        change(role) { $0.address = PhysicalAddress(address) }
        setSymbol(role == .kernel ? "arm64_kernel_entry" : "arm64_dtb_addr", address)
        segments.sort { $0.address < $1.address }
    }
}
