import Arm64

@testable import KexecPlan

/// Each problem that a plan can have.
func everyViolation() throws -> [Violation] {
    let groups = [
        inputProblems, fileLoadProblems, commandLineProblems, bzImageProblems, try segmentProblems(),
        try bootingProblems(), try purgatoryProblems(), try pageTableProblems(), slotProblems,
    ]
    return groups.joined().map(Violation.init)
}

private let inputProblems: [Violation.Problem] = [
    .segmentMissing(.kernel), .segmentRepeated(.dtb, count: 2), .segmentUnneeded(.pageTables),
    .inputUnneeded(.memoryMap, beside: .machine),
    .inputMissing(.memoryMap), .inputRepeated(.initrd, count: 3), .inputName(.kernel, "/boot/vmlinuz"),
    .inputName(.kernel, "\u{1b}[2J"), .inputNameRepeated("Image", .kernel, .initrd),
    .machineOrder("a.json", after: "b.json"), .otherTrees,
    .contentSize(.initrd, found: 512, due: 0x1f4_0000),
    .contentDigest(.kernel, found: digest(1), due: digest(2)),
    .reusedCommandLine, .consoleNotFound(.stdoutPath), .consoleNotFound(.port("ttyAMA0")),
]

private let fileLoadProblems: [Violation.Problem] = [
    .inputIgnored(.dtb, by: .kexecFileLoad), .inputEmpty(.initrd),
    .inputTooLarge(.initrd, size: 5 << 30, limit: 4 << 30), .flagRepeated(.noCMA, count: 2),
    .flagOfOtherArchitecture(.forceDTB, .arm64),
]

private let bzImageProblems: [Violation.Problem] =
    BzImage.Field.allCases.map { .bzImageField($0, found: 0x6) } + [
        .commandLineBeyondReserve(size: 2017, limit: 2047, reserve: 31)
    ]

private let commandLineProblems: [Violation.Problem] = [
    .commandLineHasZero, .commandLineTooLong(size: 2048, limit: 2047),
]

private func segmentProblems() throws -> [Violation.Problem] {
    let dtb = try range(0x5400_0000, 0x5400_2800)
    let holes = try (1...5).map { try range($0 * 0x1000_0000, $0 * 0x1000_0000 + 0x1000) }
    return [
        .segmentCount(17, limit: 16), .machinePageSize(0x2000),
        .segmentRange(.dtb, address: PhysicalAddress(0xffff_ffff_ffff_f000), memorySize: 0x3000),
        .segmentAlignment(.dtb, dtb, pageSize: 0x1000),
        .moreThanHalfOfMemory(needed: 0x1ab_8000, ram: 0x1cb_0000),
        .segmentContent(.dtb, contentSize: 0x3001, memorySize: 0x3000),
        .segmentOrder(.kernel, after: .initrd), .segmentsOverlap(.dtb, .purgatory, dtb),
        .segmentOutsideMemory(.initrd, [holes[0]]), .segmentOutsideMemory(.initrd, holes),
        .segmentOutsideWindow(.dtb, dtb, window: try range(0x8000_0000, 0xc000_0000)),
    ]
}

private func bootingProblems() throws -> [Violation.Problem] {
    [
        .kernelBase(PhysicalAddress(0x5000_1000), textOffset: 0),
        .kernelMemory(0x100_0000, imageSize: 0x1ab_0000),
        .kernelBeyond48Bits(try range(0xffff_ffe0_0000, 0x1_0000_0020_0000)),
        .deviceTreeSize(0x20_0001, limit: 0x20_0000), .deviceTreeAlignment(PhysicalAddress(0x5400_0004)),
        .deviceTreeBlocks(
            try range(0x5400_0000, 0x5420_0000), outside: [try range(0x5410_0000, 0x5420_0000)]),
        .initrdWindow(
            first: PhysicalAddress(0x4000_0000), last: PhysicalAddress(0x10_3fff_ffff), limit: 32 << 30),
        .chosenProperty("bootargs", found: nil, due: .text("quiet")),
        .chosenProperty("linux,initrd-start", found: .number(0x5000_0000), due: .number(0x6000_0000)),
        .chosenProperty("bootargs", found: .delete, due: .text("a\nb")),
        .chosenProperty("bootargs", found: .zeros(8), due: .text("")),
        .editPlace(node: "/chosen/", property: "kaslr\0"),
        .reservationRepeated(try range(0x4800_0000, 0x4847_f000)),
        .seedProperty("kaslr-seed", found: .zeros(4), due: .zeros(8)),
    ]
}

private func purgatoryProblems() throws -> [Violation.Problem] {
    let address = PhysicalAddress(0x5400_3004)
    let shared = try range(0x5400_3000, 0x5400_3100)
    return [
        .entryOutsideCode(address), .codeAlignment(PhysicalAddress(0x5400_3001)),
        .sectionOrder(".text", after: ".data"), .sectionsOverlap(".text", ".data", shared),
        .sectionOutsidePurgatory(".data", address: address, size: 0x1a60),
        .relocationOutsideSections(.call26, site: address, size: 4),
        .symbolOrder("arm64_sink", after: "pgtble_base"),
        .symbolsOverlap("purgatory_regions", "arm64_sink"),
        .symbolOutsideSections("arm64_sink", address: address, size: 8),
        .symbolValue("arm64_sink", found: nil, due: .number(0x900_0000)),
        .symbolValue("purgatory_regions", found: .number(1), due: .regionTable),
        .symbolValue("purgatory_sha256", found: .regionTable, due: .ownDigest),
        .symbolUnneeded("purgatory_stack", address: address),
        .symbolValue("sha256_regions", found: .sha256Digest, due: .sha256Regions),
        .sectionWrittenAndExecuted(".text"),
    ]
}

private func pageTableProblems() throws -> [Violation.Problem] {
    let address = PhysicalAddress(0x5400_8800)
    let kernel = try range(0x5000_0000, 0x51ab_0000)
    let page = try range(0x900_0000, 0x900_1000)
    return [
        .mmuOffUnexplained, .mmuOffUnfounded(.noTableBase), .mmuOffUnfounded(.consoleBeyondTables),
        .tablesOfContract(.granule64K, addressBits: 42), .registersOfContract(areThere: true, .kexecTools),
        .registersOfContract(areThere: false, .kplan), .granule(.granule64K, due: .granule4K),
        .inputAddressBits(52, limits: 25...48),
        .rootAlignment(address, alignment: 0x1000), .rootOutsidePageTables(address),
        .tableLevels([.init(level: .level1, count: 2), .init(level: .level3, count: 1)], root: .level1),
        .tableLevels([], root: .level0), .pageTablesSize(0x5000, due: 0x6000),
        .pageTablesSize(0x5000, due: nil),
        .memoryAttributes(0x4ff, due: 0xff04), .translationControl(.el1, found: 0x19, due: 0x80_3519),
        .translationControl(.el2, found: 0, due: 0x8080_3519), .translationControl(.el2E2H, found: 0, due: 1),
        .mappingAlignment(kernel, granule: .granule64K), .mappingOrder(page, after: kernel),
        .mappingsOverlap(page, kernel), .mappingBeyondAddressBits(kernel, bits: 30),
        .mappingEntries(kernel, [.init(size: 0x20_0000, count: 13), .init(size: 0x1000, count: 2)]),
        .mappingEntries(kernel, []), .notMapped([page]), .mappedInVain([page, kernel]),
        .consoleAtZero(Console(kind: .raw, address: .zero)),
        .consoleAlignment(Console(kind: .pl011, address: PhysicalAddress(0x900_0002)), alignment: 4),
        .consoleBeyond64Bits(Console(kind: .uart8250, address: PhysicalAddress(.max))),
        .consoleInRAM(page), .mappingOutsideMemory(kernel, [page]),
        .mappingUse(page, memory: .deviceNGnRE, access: .readWrite), .mappingWrittenAndExecuted(page),
    ]
}

private let slotProblems: [Violation.Problem] = {
    let seed = RuntimeSlot(
        segment: .dtb, offset: 0x1d40, length: 8, fill: .random, purpose: "/chosen/kaslr-seed")
    let digest = RuntimeSlot(
        segment: .purgatory, offset: 0x3088, length: 32, fill: .digest(of: .dtb),
        purpose: "purgatory_regions")
    let report = RuntimeSlot(
        segment: .dtb, offset: 0x1df2, length: 40, fill: .report, purpose: PurgatoryReport.path)
    return [
        .slotOutsideContent(seed), .slotsOverlap(seed, digest), .slotUnneeded(seed),
        .randomSlotOutsideDeviceTree(seed), .randomSlot(seed, dueLength: 128),
        .randomSlot(seed, dueLength: nil),
        .reportSlot(report), .propertySlots("/chosen/rng-seed", count: 0),
        .digestSlot(digest, dueOffset: 0x3080),
        .digestSlot(digest, dueOffset: nil), .digestNotRenewed(of: .dtb),
    ]
}()
