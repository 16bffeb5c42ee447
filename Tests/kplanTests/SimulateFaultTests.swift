import Arm64
import Foundation
import KexecPlan
import TestSupport
import Testing

@Suite("kplan simulate: what is wrong is named before any machine jumps")
struct SimulateFaultTests {
    @Test(arguments: [SegmentRole.kernel, .initrd, .dtb, .purgatory])
    func corrupted(role: SegmentRole) throws {
        let workshop = try SimulateWorkshop()
        let segment = try workshop.segment(role)
        let middle = segment.address.rawValue + segment.contentSize / 2
        expectNo(
            try workshop.simulate("--corrupt", role.rawValue),
            "  one bit flipped at \(middle.hex) (",
            "  the kernel is not reached: purgatory stopped, the verification failed: \(role.rawValue)\n",
            "  purgatory: \(role.rawValue) \(segment.address)")
    }

    @Test("In the page tables, in what the MMU uses first")
    func corruptedPageTables() throws {
        let workshop = try SimulateWorkshop()
        // Descriptor 0 of the root leads to the console.
        expectNo(
            try workshop.simulate("--corrupt", "page-tables:0"),
            "the kernel is not reached: a data abort of a load, translation fault at level 1, at 0x",
            "0x9000018 is console+0x18", "the tables' bytes have nothing for it at level 1")
    }

    @Test func corruptedPadding() throws {
        let workshop = try SimulateWorkshop()
        let initrd = try workshop.segment(.initrd)
        expectNo(
            try workshop.simulate("--corrupt", "initrd:\(initrd.memorySize - 1)"), "is not zero",
            "the verification failed: initrd\n")
    }

    @Test func corruptArguments() throws {
        let workshop = try SimulateWorkshop()
        let size = try workshop.segment(.dtb).memorySize
        expect(
            try workshop.simulate("--corrupt", "dtb:1M"), 64,
            "--corrupt dtb:0x100000: the segment has \(size >> 10) KiB (\(size.hex))")
        #expect(try workshop.simulate("--corrupt", "vmlinux").status == 64)
        #expect(try workshop.simulate("--corrupt", "dtb:middle").status == 64)
    }

    @Test("A hole in the mapping")
    func hole() throws {
        let workshop = try SimulateWorkshop()
        let initrd = try workshop.segment(.initrd).address
        try workshop.changeDescriptor(of: initrd.rawValue) { _ in 0 }
        expectNo(
            try workshop.simulate("--segments", "out"),
            "the kernel is not reached: a data abort of a load, translation fault at level 3, at 0x",
            "(sha256_compress_crypto+0x", "FAR \(initrd)\n", "\(initrd) is initrd\n",
            "the tables' bytes have nothing for it at level 3",
            "Differs from the plan\n  page-tables: out/page-tables.bin")
    }

    @Test("A page that leads to an address beyond the range")
    func mappedBeyondRange() throws {
        let workshop = try SimulateWorkshop()
        let initrd = try workshop.segment(.initrd).address.rawValue
        try workshop.changeDescriptor(of: initrd) { $0 | 1 << 45 }
        expectNo(
            try workshop.simulate("--segments", "out", "--cpu", "cortex-a72"),
            "NO  page tables: \(initrd.hex) (initrd) is mapped to \((initrd | 1 << 45).hex), not to itself")
    }

    @Test("Memory beyond the range of the CPU")
    func memoryBeyondRange() throws {
        let workshop = try MakeWorkshop("2g-el1")
        let tree =
            try Toolchain.decompileDeviceTree(Fixture.fdt("2g-el1"))
                + """
                / { memory@40000000 { reg = <0x100 0x00000000 0 0x80000000>; }; };
                """
        try workshop.folder.write(Toolchain.compileDeviceTree(tree), "fdt")
        try workshop.folder.write(Array("10000000000-1007fffffff : System RAM\n".utf8), "iomem")
        _ = try workshop.make(["--console", "pl011,0x9000000"])
        let far = try Kplan.run(["simulate", "plan.json", "--cpu", "cortex-a53"], in: workshop.folder)
        expectNo(
            far, "the kernel is not reached: an instruction abort, address size fault at level 0",
            "NO  physical addresses: the last is 0x100", "beyond the range of the CPU's 40 bits")
        let near = try Kplan.run(["simulate", "plan.json", "--cpu", "cortex-a72"], in: workshop.folder)
        #expect(near.status == 0, "\(near.output)")
    }

    @Test(arguments: ["arm64_kernel_entry", "arm64_dtb_addr", "purgatory_len", "arm64_sink"])
    func wrongSymbolValue(name: String) throws {
        let workshop = try SimulateWorkshop()
        let symbol = try #require(workshop.plan.purgatory.symbols.first { $0.name == name })
        guard case .number(let planned) = symbol.value else { throw WrongKind() }
        try workshop.changeSymbol(name) { $0 ^ 0x1000 }
        expectNo(
            try workshop.simulate("--segments", "out"), "the kernel is not reached",
            "the symbol \(name) at \(symbol.address) is \((planned ^ 0x1000).hex), planned is \(planned.hex)")
    }

    struct WrongKind: Error {}

    @Test("A wrong root of the tables")
    func wrongRoot() throws {
        let workshop = try SimulateWorkshop()
        try workshop.changeSymbol("pgtble_base") { $0 + 0x1000 }
        let root = try #require(workshop.plan.pageTables).root
        expectNo(
            try workshop.simulate("--segments", "out"), "an instruction abort, translation fault at level 1",
            "NO  page tables: TTBR0 is \((root.rawValue + 0x1000).hex), the planned root is \(root)")
    }

    @Test(
        "Registers of translation that the emulator takes and a CPU goes wrong with, or slow",
        arguments: [
            ("purgatory_mair", 0x4400, "memory types: with MAIR 0x4400, ", " is not Normal write-back"),
            (
                "purgatory_mair", 0xffff, "memory types: with MAIR 0xffff, 0x9000000 (console)",
                " is not Device"
            ),
            ("purgatory_tcr_el1", 0x20, "TCR: IRGN0 is 0x0", ", the tables need 0x1"),
        ] as [(String, UInt64, String, String)])
    func wrongRegisters(name: String, value: UInt64, text: String, end: String) throws {
        let workshop = try SimulateWorkshop()
        try workshop.changeSymbol(name, isForged: true) { _ in value }
        expectNo(
            try workshop.simulate("--segments", "out"), "NO  \(text)", end,
            "the kernel is reached, but not all is as it has to be")
    }

    @Test("The report written over a part of the kernel that was verified")
    func reportInTheKernel() throws {
        let workshop = try SimulateWorkshop()
        let kernel = try workshop.segment(.kernel).address
        try workshop.changeSymbol("purgatory_report", isForged: true) { _ in kernel.rawValue + 0x1000 }
        let result = try workshop.simulate("--segments", "out")
        expectNo(
            result, "NO  memory: stores to \((kernel.rawValue + 0x1000).hex) (kernel+0x1000) and the ",
            "the kernel is reached, but not all is as it has to be")
    }

    @Test("Bytes that work, but aren't the plan's")
    func otherBytes() throws {
        let workshop = try SimulateWorkshop()
        try workshop.changeSymbol("purgatory_report", isForged: true) { _ in 0 }
        let result = try workshop.simulate("--segments", "out")
        expectNo(
            result, "  the kernel is reached, with bytes that are not the plan's\n",
            "purgatory_report at 0x")
        #expect(!result.output.contains("  NO  "))
        #expect(
            try workshop.simulate("--segments", "out", "--json").output.contains(
                #""explanation": "the kernel is reached, with bytes that are not the plan's""#))
    }

    @Test("A mapping of terabytes is looked into as quickly as the tables are long", .timeLimit(.minutes(1)))
    func hugeMapping() throws {
        let workshop = try SimulateWorkshop()
        try workshop.emit(changing: .kernel) { _ in }
        try workshop.make.commands.edit { plan in
            guard let last = plan.pageTables?.mappings.indices.last,
                let range = AddressRange(
                    start: PhysicalAddress(1 << 44), end: PhysicalAddress(1 << 48))
            else { return }
            plan.pageTables?.mappings[last].range = range
        }
        expectNo(
            try workshop.simulate("--segments", "out"), "The plan breaks rules:",
            "the tables need 48: what lies above is beyond the range")
    }

    @Test("A table that serves two gigabytes leads one of them elsewhere")
    func sharedTable() throws {
        let workshop = try SimulateWorkshop()
        let initrd = try workshop.segment(.initrd).address.rawValue
        let index = Int(initrd >> 30)
        // The plan maps nothing at 0 but the console; its gigabyte is translated as the initrd's is.
        try workshop.emit(changing: .pageTables) { tables in
            tables = tables.patched(tables.number(at: index * 8), at: 0)
        }
        expectNo(
            try workshop.simulate("--segments", "out"), "NO  page tables: ", "the kernel is not reached")
    }

    @Test("Another entry, and a plan that breaks rules")
    func wrongPlaces() throws {
        let workshop = try SimulateWorkshop()
        try workshop.emit(changing: .kernel) { _ in }
        let entry = workshop.plan.entry.rawValue
        let list = String(decoding: try workshop.folder.read("out/segments.json"), as: UTF8.self)
        let moved = list.replacing(
            "\"entry\": \"\(entry.hex)\"", with: "\"entry\": \"\((entry - 0x1000).hex)\"")
        try workshop.folder.write(Array(moved.utf8), "out/segments.json")
        expectNo(
            try workshop.simulate("--segments", "out"),
            "the entry is \((entry - 0x1000).hex), the plan says \(entry.hex)",
            "the kernel is not reached: an undefined instruction")
        try workshop.folder.write(Array(list.utf8), "out/segments.json")
        try workshop.make.commands.edit { $0.segments[0].memorySize -= 0x1000 }
        expectNo(
            try workshop.simulate("--segments", "out"), "The plan breaks rules:",
            "the kernel is reached, but not all is as it has to be")
        #expect(try workshop.simulate().status == 1)
    }

    @Test("A folder's list names files in it, and each role once; of the inputs purgatory has names to give")
    func segmentLists() throws {
        let workshop = try SimulateWorkshop()
        try workshop.emit(changing: .kernel) { _ in }
        let list = String(decoding: try workshop.folder.read("out/segments.json"), as: UTF8.self)
        func simulate(_ replaced: String, _ other: String) throws -> Kplan.Result {
            try workshop.folder.write(
                Array(list.replacing(replaced, with: other).utf8), "out/segments.json")
            return try workshop.simulate("--segments", "out")
        }
        for name in ["../out/initrd.bin", "..", ".", "", "/initrd.bin"] {
            let result = try simulate(#""initrd.bin""#, "\"\(name)\"")
            expect(
                result, 2,
                """
                out/segments.json: segments[4].file is "\(name)", which is no name of a file in this folder: \
                names have no slash
                """)
        }
        expect(
            try simulate(#""role": "initrd""#, #""role": "dtb""#), 2,
            """
            out/segments.json: segments[4].role is dtb, which another segment has: roles are there once
            """)
        try workshop.folder.write([1, 2, 3], "out/other")
        expectNo(
            try simulate(#""initrd.bin""#, #""other""#), "  initrd: out/other has SHA-256 ",
            "the verification failed: initrd")
        for option in ["--kernel", "--initrd", "--dtb", "--inputs"] {
            let refused = try workshop.simulate("--segments", "out", option, "Image")
            #expect(refused.status == 64)
            #expect(refused.errors.hasPrefix("kplan: --segments takes bytes that are made already: "))
        }
    }

    @Test func limits() throws {
        let workshop = try SimulateWorkshop()
        let given = try workshop.simulate("--max-instructions", "1000")
        #expect(given.status == 2)
        #expect(given.output.contains("given up after 1000 instructions, before the kernel is reached"))
        #expect(given.errors == "kplan: plan.json: could not be told: raise --max-instructions\n")
        let json = try workshop.simulate("--max-instructions", "1000", "--json")
        #expect(json.status == 2 && json.output.contains(#""end": "instruction_limit""#), "\(json.output)")
        expect(
            try workshop.simulate("--segments", "no"), 2,
            "no/segments.json: open: No such file or directory (ENOENT)")
        #expect(try workshop.simulate("--max-instructions", "0").status == 64)
        #expect(try workshop.simulate("--time-limit", "0").status == 64)
    }

    @Test("Purgatory without a console can't say what is wrong")
    func silent() throws {
        expectNo(
            try SimulateWorkshop(["--console", "none"]).simulate("--corrupt", "dtb"),
            "purgatory stopped, the verification failed\n", "the plan has no console")
    }

    @Test func brokenPlan() throws {
        let workshop = try SimulateWorkshop()
        try workshop.folder.write(Array("{".utf8), "plan.json")
        expect(
            try workshop.simulate(), 2, "plan.json: is truncated: the JSON is not complete after 1 bytes")
    }
}
