import Arm64
import KexecPlan

// For each rule plans that break it, and no other rule where that can be.

extension BrokenPlan {
    static let inputs: [BrokenPlan] = [
        .bare("no kernel", .segmentMissing(.kernel)) { $0.segments.removeFirst() },
        .bare("an initrd that isn't loaded", .segmentMissing(.initrd)) {
            $0.inputs.append(Input(role: .initrd, name: "i", size: 1, sha256: .zero))
        },
        .bare("two device trees", .segmentRepeated(.dtb, count: 2)) {
            $0.segments.append(segment(.dtb, 0x6000_0000, memory: 0x1000, content: 0, 0))
        },
        .bare("tables without a plan for them", .segmentUnneeded(.pageTables)) {
            $0.segments.append(segment(.pageTables, 0x6000_0000, memory: 0x1000, content: 0x1000, 0))
        },
        .bare("no memory map", .inputMissing(.memoryMap)) { $0.inputs.removeAll { $0.role == .memoryMap } },
        .bare("a memory map twice", .inputUnneeded(.memoryMap, beside: .machine)) { plan in
            plan.inputs.append(Input(role: .machine, name: "machine.json", size: 2, sha256: .zero))
        },
        .full("an initrd from nowhere", .inputMissing(.initrd)) {
            $0.inputs.removeAll { $0.role == .initrd }
        },
        .bare("two purgatories", .inputRepeated(.purgatory, count: 2)) {
            $0.inputs.append(Input(role: .purgatory, name: "p", size: 1, sha256: .zero))
        },
        .bare("a folder in a name", .inputName(.kernel, "/boot/vmlinuz")) {
            $0.inputs[0].name = "/boot/vmlinuz"
        },
        .bare("an empty name", .inputName(.kernel, "")) { $0.inputs[0].name = "" },
        .bare("a name that ends early", .inputName(.kernel, "vmlinuz\0.old")) {
            $0.inputs[0].name = "vmlinuz\0.old"
        },
        .bare("one name for two files", .inputNameRepeated("fdt", .dtb, .purgatory)) {
            $0.inputs[3].name = "fdt"
        },
        .bare("a folder for a name", .inputName(.kernel, "..")) { $0.inputs[0].name = ".." },
        .bare("another kernel size", .contentSize(.kernel, found: 0x1a0_9fc0, due: 0x1a0_9fc1)) {
            $0.inputs[0].size += 1
        },
        .full("another command line than the one that was kept", .reusedCommandLine) {
            $0.request.reusedCommandLine = "root=/dev/vda1"
        },
        .bare("no command line, but one that was kept", .reusedCommandLine) {
            $0.request.reusedCommandLine = ""
        },
        .foreign("a console of stdout-path that isn't there", .consoleNotFound(.stdoutPath)) {
            $0.request.consoleSource = .stdoutPath
        },
        .foreign("a port that isn't there", .consoleNotFound(.port("ttyS0"))) {
            $0.request.consoleSource = .port("ttyS0")
        },
        .full("another initrd", .contentDigest(.initrd, found: digest(0x22), due: digest(0x23))) {
            $0.inputs[1].sha256 = digest(0x23)
        },
    ]

    static let segments: [BrokenPlan] = [
        .bare(
            "no segments", .segmentMissing(.kernel), .segmentMissing(.dtb), .segmentMissing(.purgatory),
            .segmentCount(0, limit: 16)
        ) { $0.segments = [] },
        .bare("17 segments", .segmentRepeated(.dtb, count: 15), .segmentCount(17, limit: 16)) { plan in
            plan.segments += (0..<14).map {
                segment(.dtb, 0x6000_0000 + $0 * 0x1000, memory: 0x1000, content: 0, 0)
            }
        },
        .bare("a page size of 8 KiB", .machinePageSize(0x2000)) { $0.machine.pageSize = 0x2000 },
        .bare("no page size", .machinePageSize(0)) { $0.machine.pageSize = 0 },
        .bare(
            "an empty segment",
            .segmentRange(.dtb, address: PhysicalAddress(0x5400_0000), memorySize: 0)
        ) { plan in
            plan.change(.dtb) {
                $0.memorySize = 0
                $0.contentSize = 0
            }
        },
        .bare(
            "a segment beyond 64 bits",
            .segmentRange(.dtb, address: PhysicalAddress(0xffff_ffff_ffff_f000), memorySize: 0x3000)
        ) { $0.move(.dtb, to: 0xffff_ffff_ffff_f000) },
        .bare(
            "half a page",
            .segmentAlignment(.dtb, range(0x5400_0000, 0x5400_2800), pageSize: 0x1000)
        ) { $0.change(.dtb) { $0.memorySize = 0x2800 } },
        .bare(
            "pages of 64 KiB",
            .segmentAlignment(.dtb, range(0x5400_0000, 0x5400_3000), pageSize: 0x10000),
            .segmentAlignment(.purgatory, range(0x5400_3000, 0x5400_8000), pageSize: 0x10000)
        ) { $0.machine.pageSize = 0x10000 },
        .bare("too much content", .segmentContent(.dtb, contentSize: 0x3001, memorySize: 0x3000)) {
            $0.change(.dtb) { $0.contentSize = 0x3001 }
        },
        .bare("a small machine", .moreThanHalfOfMemory(needed: 0x1ab_8000, ram: 0x1cb_0000)) {
            $0.machine.memory.ram = [
                .init(range: range(0x5000_0000, 0x51ab_0000), kind: "System RAM"),
                .init(range: range(0x5400_0000, 0x5420_0000), kind: "System RAM"),
            ]
        },
        .bare("wrong order", .segmentOrder(.kernel, after: .dtb)) { $0.segments.swapAt(0, 1) },
        .bare(
            "two segments in one place", .segmentsOverlap(.kernel, .dtb, range(0x51aa_f000, 0x51ab_0000))
        ) { $0.move(.dtb, to: 0x51aa_f000) },
        .bare(
            "a reservation", .segmentOutsideMemory(.dtb, [range(0x5400_1000, 0x5400_2000)])
        ) {
            $0.machine.memory.reserved = [.init(range: range(0x5400_1000, 0x5400_2000), kind: "reserved")]
        },
        .bare(
            "no RAM at the start, reserved at the end",
            .segmentOutsideMemory(
                .kernel, [range(0x3fe0_0000, 0x4000_0000), range(0x4159_0000, 0x418b_0000)])
        ) { $0.move(.kernel, to: 0x3fe0_0000) },
        .bare(
            "a window",
            .segmentOutsideWindow(
                .purgatory, range(0x5400_3000, 0x5400_8000), window: range(0x5000_0000, 0x5400_7000))
        ) { $0.request.memoryWindow = range(0x5000_0000, 0x5400_7000) },
    ]

    static let booting: [BrokenPlan] = [
        .bare(
            "kernel beside 2 MiB", .kernelBase(PhysicalAddress(0x5000_1000), textOffset: 0)
        ) { $0.move(.kernel, to: 0x5000_1000) },
        .bare(
            "text_offset left out", .kernelBase(PhysicalAddress(0x5000_0000), textOffset: 0x8_0000)
        ) { $0.kernel.textOffset = 0x8_0000 },
        .bare(
            "base below zero", .kernelBase(PhysicalAddress(0x5000_0000), textOffset: 0x5020_0000)
        ) { $0.kernel.textOffset = 0x5020_0000 },
        .bare("less than image_size", .kernelMemory(0x1ab_0000, imageSize: 0x1ab_0001)) {
            $0.kernel.imageSize += 1
        },
        .bare("beyond 48 bits", .kernelBeyond48Bits(range(1 << 48, 1 << 48 + 0x1ab_0000))) {
            $0.machine.memory.ram.append(.init(range: range(1 << 48, 1 << 49), kind: "System RAM"))
            $0.move(.kernel, to: 1 << 48)
        },
        .bare("a large device tree", .deviceTreeSize(0x20_0001, limit: 0x20_0000)) { plan in
            plan.move(.dtb, to: 0x6000_0000)
            plan.change(.dtb) {
                $0.memorySize = 0x20_1000
                $0.contentSize = 0x20_0001
            }
        },
        .bare(
            "a device tree beside 8 bytes, and so beside its page",
            .segmentAlignment(.dtb, range(0x6000_0004, 0x6000_3004), pageSize: 0x1000),
            .deviceTreeAlignment(PhysicalAddress(0x6000_0004))
        ) { $0.move(.dtb, to: 0x6000_0004) },
        .bare(
            "a block that isn't all RAM",
            .deviceTreeBlocks(
                range(0x6000_0000, 0x6020_0000), outside: [range(0x6000_3000, 0x6020_0000)])
        ) {
            $0.machine.memory.ram = [
                .init(range: range(0x4000_0000, 0x6000_3000), kind: "System RAM")
            ]
            $0.move(.dtb, to: 0x6000_0000)
        },
        .bare(
            "an initrd far away",
            .initrdWindow(
                first: PhysicalAddress(0x4000_0000), last: PhysicalAddress(0x8_7fff_ffff),
                limit: 0x8_0000_0000),
            .chosenProperty("linux,initrd-start", found: nil, due: .number(0x8_4000_0000)),
            .chosenProperty("linux,initrd-end", found: nil, due: .number(0x8_4000_0800))
        ) {
            $0.machine.memory.ram.append(
                .init(range: range(0x8_4000_0000, 0x9_0000_0000), kind: "System RAM"))
            $0.inputs.append(Input(role: .initrd, name: "i", size: 0x800, sha256: digest(0)))
            $0.segments.append(segment(.initrd, 0x8_4000_0000, memory: 0x1000, content: 0x800, 0))
        },
        .bare(
            "the farthest initrd that may be",
            .chosenProperty("linux,initrd-start", found: nil, due: .number(0x8_3fff_f000)),
            .chosenProperty("linux,initrd-end", found: nil, due: .number(0x8_3fff_f800))
        ) {
            $0.machine.memory.ram.append(
                .init(range: range(0x8_0000_0000, 0x9_0000_0000), kind: "System RAM"))
            $0.inputs.append(Input(role: .initrd, name: "i", size: 0x800, sha256: digest(0)))
            $0.segments.append(segment(.initrd, 0x8_3fff_f000, memory: 0x1000, content: 0x800, 0))
        },
        .full(
            "another command line",
            .chosenProperty(
                "bootargs", found: .text(SamplePlan.full.request.commandLine ?? ""), due: .text("quiet"))
        ) { $0.request.commandLine = "quiet" },
        .full(
            "a later edit",
            .chosenProperty("linux,initrd-end", found: .delete, due: .number(0x53b3_f123))
        ) { $0.deviceTree.edits.append(chosen("linux,initrd-end", .delete)) },
    ]
}
