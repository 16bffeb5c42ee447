import Arm64
import KexecPlan
import Testing

/// A plan made by hand, of the shape that `make` gives: a Debian kernel on a guest with 2 GiB, whose firmware and
/// kernel reserve memory at both ends.
func samplePlan() throws -> Plan {
    let entry = PhysicalAddress(0x5400_3000)
    return Plan(
        request: Request(
            commandLine:
                "console=ttyAMA0 root=/dev/vda1 systemd.log_level=debug systemd.log_target=console panic=-1 quiet",
            console: Console(kind: .pl011, address: PhysicalAddress(0x900_0000)), granule: .granule4K,
            seeds: .fresh, memoryWindow: try range(0x4000_0000, 0xc000_0000)),
        inputs: [
            Input(role: .kernel, name: "vmlinuz-6.12.38-arm64", size: 0x1a0_9fc0, sha256: digest(1)),
            Input(role: .initrd, name: "initrd.img", size: 0x1f4_0000, sha256: digest(2)),
            Input(role: .dtb, name: "fdt", size: 0x10_0000, sha256: digest(3)),
            Input(role: .memoryMap, name: "iomem", size: 1202, sha256: digest(4)),
            Input(role: .purgatory, name: "builtin", size: 0x3a60, sha256: digest(5)),
        ],
        machine: Machine(
            pageSize: 4096,
            memory: MemoryMap(
                ram: [.init(range: try range(0x4000_0000, 0xc000_0000), kind: "System RAM")],
                reserved: try sampleReservations.map { start, end in
                    .init(range: try range(start, end), kind: "reserved")
                })),
        kernel: KernelImage(
            textOffset: 0, imageSize: 0x1ab_0000, pageSize: .pages4K, placement: .anywhere),
        entry: entry,
        segments: [
            sampleSegment(.kernel, 0x5000_0000, 0x1ab_0000, content: 0x1a0_9fc0, 1),
            sampleSegment(.initrd, 0x51c0_0000, 0x1f4_0000, content: 0x1f4_0000, 2),
            sampleSegment(.dtb, 0x5400_0000, 0x3000, content: 0x2011, 6),
            sampleSegment(.purgatory, 0x5400_3000, 0x5000, content: 0x4a60, 7),
            sampleSegment(.pageTables, 0x5400_8000, 0x5000, content: 0x5000, 8),
        ],
        deviceTree: sampleEdits,
        pageTables: try samplePageTables(),
        purgatory: samplePurgatory,
        runtimeSlots: [
            RuntimeSlot(
                segment: .dtb, offset: 0x1d40, length: 8, fill: .random, purpose: "/chosen/kaslr-seed"),
            RuntimeSlot(
                segment: .purgatory, offset: 0x3088, length: 32, fill: .digest(of: .dtb),
                purpose: "kplan_regions"),
        ])
}

/// A digest that is told from others.
func digest(_ number: UInt8) -> SHA256Digest {
    SHA256Digest(bytes: (0..<32).map { number &* 41 &+ $0 &* 7 }) ?? .zero
}

/// A range that has to be one.
func range(_ start: UInt64, _ end: UInt64) throws -> AddressRange {
    try #require(AddressRange(start: PhysicalAddress(start), end: PhysicalAddress(end)))
}

private let sampleReservations: [(UInt64, UInt64)] = [
    (0x4159_0000, 0x41a1_0000), (0x4800_0000, 0x4847_f000), (0x4860_0000, 0x4870_0000),
    (0xb980_0000, 0xbfa0_0000), (0xbfab_8000, 0xbfbb_9000), (0xbfbb_9000, 0xbfbd_7000),
    (0xbfbd_9000, 0xbfbd_c000), (0xbfbd_c000, 0xc000_0000),
]

private func sampleSegment(
    _ role: SegmentRole, _ address: UInt64, _ memorySize: UInt64, content: UInt64, _ number: UInt8
) -> Segment {
    Segment(
        role: role, address: PhysicalAddress(address), memorySize: memorySize, contentSize: content,
        sha256: digest(number))
}

private let sampleEdits = DeviceTreePlan(
    edits: [
        DeviceTreeEdit(
            node: "/chosen", property: "bootargs",
            change: .text(
                "console=ttyAMA0 root=/dev/vda1 systemd.log_level=debug systemd.log_target=console panic=-1 quiet"
            )),
        DeviceTreeEdit(node: "/chosen", property: "linux,initrd-start", change: .number(0x51c0_0000)),
        DeviceTreeEdit(node: "/chosen", property: "linux,initrd-end", change: .number(0x53b4_0000)),
        DeviceTreeEdit(node: "/chosen", property: "kaslr-seed", change: .zeros(8)),
        DeviceTreeEdit(node: "/chosen", property: "linux,booted-from-kexec", change: .zeros(0)),
        DeviceTreeEdit(node: "/chosen", property: "linux,elfcorehdr", change: .delete),
    ],
    removedReservations: AddressRange(start: PhysicalAddress(0x4800_0000), size: 0x47_f000).map { [$0] } ?? []
)

private func samplePageTables() throws -> PageTablePlan {
    let control = try #require(TranslationControl(granule: .granule4K, inputAddressBits: 39))
    func mapping(
        _ start: UInt64, _ end: UInt64, _ access: Access, _ entries: [(UInt64, Int)], _ purpose: String,
        memory: MemoryType = .normal
    ) throws -> Mapping {
        Mapping(
            range: try range(start, end), memory: memory, access: access,
            entries: entries.map { .init(size: $0.0, count: $0.1) }, purpose: purpose)
    }
    return PageTablePlan(
        root: PhysicalAddress(0x5400_8000), granule: .granule4K, inputAddressBits: 39,
        tables: [
            .init(level: .level1, count: 1), .init(level: .level2, count: 2),
            .init(level: .level3, count: 2),
        ],
        registers: TranslationRegisters(
            mair: MemoryType.mair, tcrEL1: control.el1, tcrEL2: control.el2, tcrEL2E2H: control.el2E2H),
        mappings: [
            try mapping(0x900_0000, 0x900_1000, .readWrite, [(0x1000, 1)], "console", memory: .deviceNGnRE),
            try mapping(0x5000_0000, 0x51ab_0000, .readOnly, [(0x20_0000, 13), (0x1000, 176)], "kernel"),
            try mapping(0x51c0_0000, 0x53b4_0000, .readOnly, [(0x20_0000, 15), (0x1000, 320)], "initrd"),
            try mapping(0x5400_0000, 0x5400_3000, .readOnly, [(0x1000, 3)], "dtb"),
            try mapping(0x5400_3000, 0x5400_6000, .readExecute, [(0x1000, 3)], "purgatory .text"),
            try mapping(0x5400_6000, 0x5400_8000, .readWrite, [(0x1000, 2)], "purgatory .data"),
        ])
}

private let samplePurgatory = PurgatoryPlan(
    sections: [
        PlacedSection(
            name: ".text", index: 1, address: PhysicalAddress(0x5400_3000), size: 0x2c40,
            access: .readExecute),
        PlacedSection(
            name: ".data", index: 3, address: PhysicalAddress(0x5400_6000), size: 0x1a60, access: .readWrite),
    ],
    relocations: [
        PlannedRelocation(
            site: PhysicalAddress(0x5400_3010), type: .adrPrelPgHi21, symbol: "purgatory_stack",
            addend: 0x1000, value: 0x5400_7000),
        PlannedRelocation(
            site: PhysicalAddress(0x5400_3014), type: .addAbsLo12NC, symbol: ".data", addend: -8,
            value: 0x5400_5ff8),
        PlannedRelocation(
            site: PhysicalAddress(0x5400_3020), type: .call26, symbol: "purgatory_main", addend: 0,
            value: 0x5400_3200),
        PlannedRelocation(
            site: PhysicalAddress(0x5400_3028), type: .call26, symbol: "purgatory_print", addend: 0,
            value: 0x5400_3400),
    ],
    symbols: [
        SymbolPatch(
            name: "arm64_kernel_entry", address: PhysicalAddress(0x5400_6000), value: .number(0x5000_0000)),
        SymbolPatch(
            name: "arm64_dtb_addr", address: PhysicalAddress(0x5400_6008), value: .number(0x5400_0000)),
        SymbolPatch(name: "pgtble_base", address: PhysicalAddress(0x5400_6010), value: .number(0x5400_8000)),
        SymbolPatch(name: "arm64_sink", address: PhysicalAddress(0x5400_6018), value: .number(0x900_0000)),
        SymbolPatch(name: "kplan_regions", address: PhysicalAddress(0x5400_6020), value: .regionTable),
        SymbolPatch(name: "kplan_own_digest", address: PhysicalAddress(0x5400_6220), value: .ownDigest),
    ])
