import TestSupport
import Testing

/// An input that is not what it should be, and what `kplan make` says of it.
struct WrongInput: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let message: String
    let prepare: @Sendable (TemporaryFolder) throws -> Void

    init(
        _ description: String, _ message: String,
        prepare: @escaping @Sendable (TemporaryFolder) throws -> Void
    ) {
        testDescription = description
        self.message = message
        self.prepare = prepare
    }
}

@Suite("kplan make says what is wrong")
struct MakeCommandErrorTests {
    /// One message, status 2, no result and no file.
    @Test(arguments: kernels + deviceTrees + memoryMaps + machines)
    func wrongInput(_ wrong: WrongInput) throws {
        let workshop = try CommandWorkshop()
        try wrong.prepare(workshop.folder)
        let names = workshop.folder.names
        expect(try workshop.make(["-o", "plan.json"]), 2, wrong.message)
        #expect(workshop.folder.names == names)
    }

    static let kernels: [WrongInput] = [
        .init(
            "a kernel that lacks its last byte",
            """
            Image: is truncated: it has 27236287 bytes, and its PE header speaks of at least 27236288; copy it \
            again
            """
        ) { try $0.write(try $0.read("Image").dropLast(), "Image") },
        .init(
            "a big-endian kernel",
            "Image: is a big-endian kernel, which kplan does not start: purgatory leaves the CPU little-endian"
        ) { try KernelFile.write(to: $0 / "Image") { $0.patched($0[24] | 1, at: 24) } },
        .init(
            "a compressed kernel",
            """
            Image: is no arm64 Image: the magic "ARM\\x64" is not at offset 56; it is gzip-compressed: unpack it \
            first (gzip -dc)
            """
        ) { try $0.write([0x1f, 0x8b, 8, 0] + [UInt8](repeating: 7, count: 9000), "Image") },
        .init(
            "an empty kernel",
            #"Image: is no arm64 Image: the magic "ARM\x64" is not at offset 56; the file is empty"#
        ) { try $0.write([], "Image") },
        .init("a folder for a kernel", "Image: is a folder") { try $0.replaceByFolder("Image") },
        .init("no kernel", "Image: open: No such file or directory (ENOENT)") { try $0.remove("Image") },
    ]

    static let deviceTrees: [WrongInput] = [
        .init(
            "a text for a device tree",
            """
            fdt: is no device tree: it begins with 0x2f647473, not with 0xd00dfeed; it takes a .dtb (dtc -O dtb) \
            or a copy of /sys/firmware/fdt
            """
        ) { try $0.write(Array("/dts-v1/; / { model = \"none\"; compatible = \"none\"; };".utf8), "fdt") },
        .init(
            "a device tree that lacks its end",
            "fdt: is truncated: it has 5000 bytes, and its header says 1048576; copy it again"
        ) { try $0.write(Array(try $0.read("fdt").prefix(5000)), "fdt") },
        .init(
            "an empty device tree", "fdt: is no device tree: it has 0 bytes, and the header alone has 40"
        ) { try $0.write([], "fdt") },
        .init("a damaged device tree", "fdt: is a damaged device tree: FDT_ERR_BADSTRUCTURE") {
            let tree = try $0.read("fdt")
            // off_dt_struct: the structure block, which begins with FDT_BEGIN_NODE (Devicetree spec, 5.2).
            let start = tree[8..<12].reduce(0) { $0 << 8 | Int($1) }
            try $0.write(tree.patched(UInt32(0x7f00_0000), at: start), "fdt")
        },
    ]

    static let memoryMaps: [WrongInput] = [
        .init(
            "a memory map without RAM",
            #"iomem: has no line "System RAM": it is no copy of /proc/iomem, or not all of it"#
        ) { try $0.write(Array("09000000-09000fff : pl011@9000000\n".utf8), "iomem") },
        .init(
            "a memory map that was read without privilege",
            "iomem: all addresses are zero: /proc/iomem was read without privilege; copy it as root"
        ) { folder in
            let lines = String(decoding: try folder.read("iomem"), as: UTF8.self).split(separator: "\n")
            let hidden = lines.map { line in
                let name = line.firstRange(of: " : ").map { line[$0.lowerBound...] } ?? ""
                return line.prefix { $0 == " " } + "00000000-00000000" + name + "\n"
            }
            try folder.write(Array(hidden.joined().utf8), "iomem")
        },
        .init(
            "a memory map with a line of something else",
            #"iomem: line 2: is not of the form "40000000-7fffffff : System RAM", as /proc/iomem has it"#
        ) { try $0.write(Array("40000000-bfffffff : System RAM\nMemTotal: 2048 kB\n".utf8), "iomem") },
        .init(
            "a memory map with a range that ends before it begins",
            "iomem: line 1: the range ends (0x3fffffff) before it begins (0x40000000)"
        ) { try $0.write(Array("40000000-3fffffff : System RAM\n".utf8), "iomem") },
    ]

    static let machines: [WrongInput] = [
        .init(
            "a machine that is too small for the kernel",
            """
            no plan can be made: no room for the kernel: it needs 26.6 MiB (0x1aa0000) of free memory at a \
            multiple of 2 MiB; the largest hole is 0x40000000–0x417fffff, 24 MiB (0x1800000)
            """
        ) { try makeSmall($0, size: 0x180_0000) }
    ]

    /// A machine with little RAM, by /proc/iomem and by its device tree.
    private static func makeSmall(_ folder: TemporaryFolder, size: UInt64) throws {
        let last = String(0x4000_0000 + size - 1, radix: 16)
        try folder.write(Array("40000000-\(last) : System RAM\n".utf8), "iomem")
        let source = try Toolchain.decompileDeviceTree(try folder.read("fdt"))
        let memory = /(memory@40000000 \{[^}]*reg = <0x0+ 0x40000000 )[^>]*>/
        let small = source.replacing(memory) { "\($0.1)0x0 0x\(String(size, radix: 16))>" }
        try #require(small != source)
        try folder.write(try Toolchain.compileDeviceTree(small), "fdt")
    }

    @Test("kexec_load copies the segments: twice their memory has to be there")
    func smallMachine() throws {
        let workshop = try CommandWorkshop()
        try Self.makeSmall(workshop.folder, size: 0x300_0000)
        var result = try workshop.make(["-o", "plan.json"])
        // Purgatory's size is a matter of the compiler.
        result.errors = result.errors.replacing(/need 2[67]\.\d MiB \(0x[0-9a-f]+\)/, with: "need SIZE")
        expect(
            result, 2,
            """
            no plan can be made: all segments need SIZE, more than half of the machine's RAM (48 MiB \
            (0x3000000)), which kexec_load refuses
            """)
        #expect(!workshop.folder.names.contains("plan.json"))
    }

    @Test("A plan that could not be read again is not written")
    func moreRangesThanAPlanHolds() throws {
        let workshop = try CommandWorkshop()
        var lines = String(decoding: try workshop.folder.read("iomem"), as: UTF8.self)
        for range in 0...65536 {
            let start = 0x10_0000_0000 + range * 0x1_0000
            lines += "\(String(start, radix: 16))-\(String(start + 0xfff, radix: 16)) : System RAM\n"
        }
        try workshop.folder.write(Array(lines.utf8), "iomem")
        expect(
            try workshop.make(["-o", "plan.json"]), 2,
            "no plan can be made: machine.memory: has 65538 elements; a plan has at most 65536 there")
        #expect(!workshop.folder.names.contains("plan.json"))
    }

    @Test func consoleWhereMemoryIs() throws {
        let workshop = try CommandWorkshop()
        expect(
            try workshop.make(["--console", "pl011,0x50000000"]), 2,
            """
            no plan can be made: the console pl011,0x50000000 is where System RAM is: no UART is there; check \
            the address, or use --console none
            """)
    }

    @Test(arguments: [
        ("pl011,0x0", "has the address 0"),
        ("uart8250,mmio32,0x9000001", "is not at a multiple of 4, the size of its registers"),
    ])
    func consoleThatIsNone(_ console: String, _ text: String) throws {
        let workshop = try CommandWorkshop()
        expect(
            try workshop.make(["--console", console]), 2,
            """
            no plan can be made: the console \(console) \(text); check the address, or use --console none
            """)
    }

    @Test("A pipe is no input, and is not waited for", arguments: ["--initrd", "--purgatory"])
    func pipes(_ option: String) throws {
        let workshop = try CommandWorkshop()
        _ = try Toolchain.run("mkfifo", [workshop.folder / "pipe"], input: [])
        expect(
            try workshop.make([option, "pipe"]), 2,
            "pipe: is a pipe or a socket, not a file: write it to a file first")
    }

    @Test(
        "What a shell has opened is no input either",
        arguments: ["/dev/fd/0", "/dev/stdin", "/proc/self/fd/0"])
    func openFiles(_ path: String) throws {
        expect(
            try CommandWorkshop().make(["--initrd", path]), 2,
            "\(path): has no name of its own by which it is found again: write it to a file")
    }

    @Test("What is larger than any plan is told before it is read")
    func hugeInitrd() throws {
        let workshop = try CommandWorkshop()
        _ = try Toolchain.run("truncate", ["-s", "3G", workshop.folder / "huge"], input: [])
        let start = ContinuousClock.now
        expect(
            try workshop.make(["--initrd", "huge"]), 2,
            """
            no plan can be made: huge: all segments need 3 GiB (0xc0000000), more than half of the machine's RAM \
            (2 GiB (0x80000000)), which kexec_load refuses
            """)
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("Where a window leaves no room, it is named")
    func window() throws {
        let workshop = try CommandWorkshop()
        expect(
            try workshop.make(["--mem-min", "0x1000", "--mem-max", "0xffff"]), 2,
            """
            no plan can be made: no room for the kernel: it needs 26.6 MiB (0x1aa0000) of free memory at a multiple \
            of 2 MiB; there is none; --mem-min and --mem-max allow only 0x1000–0xffff
            """)
    }

    @Test func consoleInTheLastPage() throws {
        let workshop = try CommandWorkshop()
        expect(
            try workshop.make(["--allow-mmu-off", "--console", "raw,0xfffffffffffff000"]), 2,
            """
            no plan can be made: the console raw,0xfffffffffffff000 is in the last page of 64 bits, where no machine \
            has one (physical addresses have at most 52 bits); check the address, or use --console none
            """)
    }

    @Test func twoFilesWithOneName() throws {
        let workshop = try CommandWorkshop()
        _ = try Toolchain.run("mkdir", [workshop.folder / "old"], input: [])
        try workshop.folder.write([1, 2, 3], "old/Image")
        expect(
            try workshop.make(["--initrd", "old/Image"]), 2,
            """
            no plan can be made: the kernel and the initrd are both called "Image", and emit and apply look for \
            inputs by name: give one of them another name
            """)
    }

    @Test func purgatoryThatIsNone() throws {
        let workshop = try CommandWorkshop()
        expect(
            try workshop.make(["--purgatory", "iomem"]), 2, "iomem: can't be purgatory: it is no ELF file")
    }

    @Test(
        "Nothing is left where the plan can't be written", arguments: ["nowhere/plan.json", "fdt/plan.json"])
    func output(_ path: String) throws {
        let workshop = try CommandWorkshop()
        let names = workshop.folder.names
        let error =
            path.hasPrefix("fdt") ? "Not a directory (ENOTDIR)" : "No such file or directory (ENOENT)"
        expect(try workshop.make(["-o", path]), 2, "\(path): can't be written: open: \(error)")
        #expect(workshop.folder.names == names)
    }

    @Test func outputThatIsFull() throws {
        let workshop = try CommandWorkshop()
        expect(
            try workshop.make(["-o", "/dev/full"]), 2,
            "/dev/full: can't be written: write: No space left on device (ENOSPC)")
    }
}

extension TemporaryFolder {
    fileprivate func remove(_ name: String) throws {
        _ = try Toolchain.run("rm", [self / name], input: [])
    }

    fileprivate func replaceByFolder(_ name: String) throws {
        try remove(name)
        _ = try Toolchain.run("mkdir", [self / name], input: [])
    }
}
