import Arm64
import KexecPlan
import TestSupport
import Testing

@Suite("kplan make goes by the device tree's memory")
struct MakeDeviceTreeMemoryTests {
    /// The machine's tree with something more at its end, and before its root.
    private func workshop(adding text: String, before: String = "") throws -> CommandWorkshop {
        let workshop = try CommandWorkshop()
        let source = try Toolchain.decompileDeviceTree(Fixture.fdt("2g-el1")) + text
        let tree = source.replacing("/dts-v1/;", with: "/dts-v1/; \(before)", maxReplacements: 1)
        try workshop.folder.write(Toolchain.compileDeviceTree(tree), "fdt")
        return workshop
    }

    /// The plan of a workshop, which obeys all rules.
    private func plan(_ workshop: CommandWorkshop) throws -> Plan {
        let result = try workshop.make(["-o", "plan.json"])
        try #require(result.status == 0, "\(result.errors)")
        let plan = try workshop.plan()
        #expect(plan.violations().isEmpty)
        return plan
    }

    /// All that the segments of a plan lie in, from the first to the last: the hole that they prefer.
    private func extent(_ plan: Plan) throws -> AddressRange {
        let ranges = plan.segments.compactMap(\.range)
        let start = try #require(ranges.map(\.start).min())
        let end = try #require(ranges.map(\.end).max())
        return try #require(AddressRange(start: start, end: end))
    }

    enum Carving: CaseIterable {
        case mapped, noMap, reservationBlock
    }

    @Test("Segments keep away from a carve-out that /proc/iomem doesn't show", arguments: Carving.allCases)
    func carveOut(_ carving: Carving) throws {
        let machine = try plan(try CommandWorkshop())
        let preferred = try extent(machine)
        let start = preferred.start.rawValue + preferred.size / 2
        let hex = String(start, radix: 16)
        let node = """
            / { reserved-memory {
                #address-cells = <2>; #size-cells = <2>; ranges;
                secure@\(hex) { reg = <0 0x\(hex) 0 0x1000>; \(carving == .noMap ? "no-map;" : "") };
            }; };
            """
        let workshop =
            carving == .reservationBlock
            ? try workshop(adding: "", before: "/memreserve/ 0x\(hex) 0x1000;")
            : try workshop(adding: node)
        let plan = try plan(workshop)
        let carveOut = try #require(AddressRange(start: PhysicalAddress(start), size: 0x1000))
        let kind = carving == .reservationBlock ? "/memreserve/" : "/reserved-memory/secure@\(hex)"
        #expect(
            plan.machine.memory.reserved
                == machine.machine.memory.reserved + [MemoryMap.Region(range: carveOut, kind: kind)])
        #expect(machine.segments.contains { $0.range?.overlaps(carveOut) == true })
        #expect(!plan.segments.contains { $0.range?.overlaps(carveOut) == true })
        #expect(try workshop.kplan("show", "plan.json").output.contains(kind))
    }

    @Test("Segments are where the next kernel has memory")
    func lessMemory() throws {
        let plan = try plan(
            try workshop(adding: "/ { memory@40000000 { reg = <0 0x40000000 0 0x40000000>; }; };"))
        #expect(try extent(plan).end <= PhysicalAddress(0x8000_0000))
        let missing = try #require(
            AddressRange(start: PhysicalAddress(0x8000_0000), end: PhysicalAddress(0xc000_0000)))
        #expect(
            plan.machine.memory.reserved.last
                == MemoryMap.Region(range: missing, kind: "not in the device tree's /memory"))
    }

    @Test("RAM of the device tree alone is refused, since the next kernel would use it")
    func moreMemory() throws {
        let more = "/ { memory@40000000 { reg = <0 0x40000000 0 0x80000000 1 0 0 0x40000000>; }; };"
        expect(
            try workshop(adding: more).make(["-o", "plan.json"]), 2,
            """
            fdt: has RAM at 0x100000000–0x13fffffff (1 GiB), of which iomem knows nothing: the next kernel goes by the \
            device tree, and would use what is not there. Give both from one machine; where its kernel was told to use less \
            than all, plan from kplan capture's file (--machine)
            """)
    }

    @Test(
        "Where the kernel was told to use less, a note says it",
        arguments: [
            "bootargs = \"quiet mem=2G\";", "linux,usable-memory-range = <0 0x40000000 0 0x80000000>;",
        ])
    func limitedMemory(_ property: String) throws {
        let workshop = try workshop(
            adding: """
                / { memory@40000000 { reg = <0 0x40000000 0 0x80000000 1 0 0 0x40000000>; }; };
                / { chosen { \(property) }; };
                """)
        let result = try workshop.make(["-o", "plan.json"])
        #expect(result.status == 0)
        #expect(
            result.errors.hasPrefix(
                "kplan: note: fdt: has RAM at 0x100000000–0x13fffffff (1 GiB), which the kernel of iomem doesn't use: the "
                    + "next kernel will, unless its command line says otherwise (mem=)\n"), "\(result.errors)"
        )
    }

    /// What may not be mapped stands beside System RAM, and kernels take whole pages.
    @Test func memoryThatIsNotSystemRAM() throws {
        let workshop = try workshop(
            adding: "/ { memory@40000000 { reg = <0 0x40000000 0 0xc0000000 1 0x10000 0 0x8000>; }; };")
        let iomem = try String(decoding: Fixture.iomem("2g-el1"), as: UTF8.self)
        try workshop.folder.write(
            Array((iomem + "c0000000-dfffffff : reserved\ne0000000-ffffffff : System RAM (kmem)\n").utf8),
            "iomem")
        _ = try plan(workshop)
    }

    @Test func noMemory() throws {
        let workshop = try workshop(adding: "/ { /delete-node/ memory@40000000; };")
        let names = workshop.folder.names
        expect(
            try workshop.make(["-o", "plan.json"]), 2,
            """
            fdt: has no memory: no /memory node with a size, and no UEFI memory map \
            (/chosen/linux,uefi-mmap-start). Firmware adds that when it boots, kexec doesn't: the next kernel \
            would find no RAM and stop without a word. Give a copy of the machine's /sys/firmware/fdt, or fill in \
            /memory
            """)
        #expect(workshop.folder.names == names)
    }

    @Test(
        "Memory that can't be read, or is another machine's",
        arguments: [
            (
                "/ { memory@40000000 { reg = <0 0x40000000 0>; }; };",
                """
                /memory@40000000: reg has 12 bytes, which is no multiple of 16, an address and a size: the kernel \
                would ignore it, or a part; correct the device tree's source
                """
            ),
            (
                "/ { memory@40000000 { reg = <0xffffffff 0xfffff000 0 0x2000>; }; };",
                """
                /memory@40000000: entry 0 (0x2000 bytes at 0xfffffffffffff000) goes past the end of 64 bits; \
                correct the device tree's source
                """
            ),
            (
                "/ { reserved-memory { ranges; a@0 { reg = <0 0 0 0x1000>; }; }; };",
                """
                /reserved-memory has no #address-cells of 1 or 2, so what is said of memory below it can't be \
                read; correct the device tree's source
                """
            ),
            (
                "/ { memory@40000000 { reg = <0 0 0 0x40000000>; }; };",
                """
                has none of the machine's System RAM in its /memory: it begins with 0x0–0x3fffffff, System RAM \
                with 0x40000000–0xbfffffff: the device tree and the memory map are of different machines; give \
                both from one machine
                """
            ),
        ])
    func refused(text: String, message: String) throws {
        expect(
            try workshop(adding: text).make(["-o", "plan.json"]), 2, "fdt: \(message)")
    }
}
