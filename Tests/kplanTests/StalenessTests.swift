import Arm64
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

@Suite("kplan apply --check: a plan of one machine on others")
struct StalenessTests {
    private func check(_ workshop: MakeWorkshop, _ root: SavedRoot, _ more: String...) throws
        -> TestSupport.Kplan.Result
    {
        try TestSupport.Kplan.run(
            ["apply", "plan.json", "--check", "--root", root.path] + more, in: workshop.folder,
            environment: ["LC_ALL": "C.UTF-8"])
    }

    /// The lines of the result that say no, without the check's name.
    private func findings(_ result: TestSupport.Kplan.Result) -> [String] {
        result.output.split(separator: "\n").filter { $0.hasPrefix("  no  ") }
            .map { line in
                line.dropFirst(6).drop { $0 == " " }.drop { $0 != " " }.drop { $0 == " " }
            }.map(String.init)
    }

    @Test("Its own machine fits", arguments: Fixture.machines)
    func ownMachine(machine: String) throws {
        let workshop = try MakeWorkshop(machine)
        let plan = try workshop.make()
        let result = try check(workshop, SavedRoot(machine))
        #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
        #expect(result.output.hasPrefix("Plan  \(plan.id)\n"))
        let lines = result.output.split(separator: "\n")
        #expect(
            lines.dropFirst().dropLast().allSatisfy {
                $0.hasPrefix("  ok  ") || $0.hasPrefix("  ok    ") || $0.hasPrefix("  note  ")
            })
        #expect(lines.last == "It fits.")
    }

    @Test("What moved is named, as /proc/iomem has it")
    func takenSegment() throws {
        let workshop = try MakeWorkshop("2g-el1")
        let plan = try workshop.make()
        let purgatory = try #require(plan.segment(.purgatory)?.range)
        let root = try SavedRoot("2g-el1")
        let start = purgatory.start.rawValue - 0x1000
        try root.reserve(start, start + 0x1fff, "Crash kernel")
        let result = try check(workshop, root)
        #expect(result.status == 1 && result.errors.isEmpty)
        #expect(result.output.hasSuffix("\nIt does not fit: 1 of 9 say no.\n"), "\(result.output)")
        #expect(
            findings(result).contains(
                "purgatory \(purgatory) is now \"Crash kernel\" \(start.hex)–\((start + 0x1fff).hex)"))
        #expect(findings(result).allSatisfy { $0.contains("Crash kernel") })
    }

    @Test("What doesn't matter doesn't block: a reservation elsewhere, more RAM, another kernel and initrd")
    func harmless() throws {
        let workshop = try MakeWorkshop("1g-el1")
        _ = try workshop.make()
        let root = try SavedRoot("1g-el1")
        try root.reserve(0x4000_0000, 0x4000_ffff, "reserved")
        #expect(try check(workshop, root).status == 0)
        // The same board with twice the RAM: the tree's /memory is other, which is no other machine.
        let larger = try SavedRoot("1g-el1")
        try larger.edit { $0.replacing("-7fffffff : System RAM", with: "-bfffffff : System RAM") }
        try larger.folder.write(Fixture.fdt("2g-el1"), "sys/firmware/fdt")
        let result = try check(workshop, larger)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("as when the plan was made"))
    }

    @Test("Less RAM: segments that have none, and RAM that the next kernel would believe in")
    func lessRAM() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        let result = try check(workshop, SavedRoot("1g-el1"))
        #expect(result.status == 1)
        #expect(findings(result).contains { $0.hasPrefix("kernel ") && $0.hasSuffix(" is no System RAM") })
        #expect(
            findings(result).contains {
                $0.hasPrefix("0x80000000–0xbfffffff (1 GiB) is RAM by the plan's device tree")
            })
        // A kernel that was told to use less knows of all by its tree.
        let limited = try SavedRoot("1g-el1")
        try limited.folder.write(Fixture.fdt("2g-el1"), "sys/firmware/fdt")
        #expect(
            findings(try check(workshop, limited)).allSatisfy { !$0.contains("by the plan's device tree") })
    }

    @Test(
        "Another tree of the board is told, with what differs; another board blocks, but for --allow-other-board"
    )
    func boards() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        let twoCPUs = try SavedRoot("2g-el1")
        try twoCPUs.folder.write(Fixture.fdt("2g-el1-gic2-smp2"), "sys/firmware/fdt")
        let told = try check(workshop, twoCPUs)
        #expect(told.status == 0)
        #expect(
            told.output.contains("\"linux,dummy-virt\" as planned, but not the tree of the plan's machine: "))
        #expect(told.output.contains("/cpus/cpu@1 is new"))

        let other = try SavedRoot("2g-el1")
        let tree = try Toolchain.compileDeviceTree(
            #"/dts-v1/; / { compatible = "vendor,board"; #address-cells = <2>; #size-cells = <2>; };"#)
        try other.folder.write(tree, "sys/firmware/fdt")
        let refused = try check(workshop, other)
        #expect(refused.status == 1)
        #expect(
            findings(refused).count == 1
                && findings(refused)[0].hasPrefix(
                    "the plan is for \"linux,dummy-virt\", this machine is \"vendor,board\": ")
        )
        #expect(try check(workshop, other, "--allow-other-board").status == 0)
    }

    @Test("EFI's tables of another start of the firmware")
    func uefi() throws {
        let workshop = try MakeWorkshop("2g-efi-dt")
        let plan = try workshop.make()
        #expect(plan.deviceTree.uefi.count == 5)
        let root = try SavedRoot("2g-efi-dt")
        try root.folder.write(Fixture.fdt("2g-el1"), "sys/firmware/fdt")
        let result = try check(workshop, root)
        #expect(result.status == 1)
        #expect(findings(result).count == 5)
        #expect(
            findings(result).contains { $0.hasPrefix("/chosen/linux,uefi-system-table is not there here") })
    }

    @Test(
        "Where /sys/firmware/fdt can't be read, the tree's files say which board it is and where EFI's tables are"
    )
    func treeFiles() throws {
        let workshop = try MakeWorkshop("2g-efi-dt")
        let plan = try workshop.make()
        let root = try SavedRoot("2g-efi-dt")
        try root.remove("sys/firmware/fdt")
        let unread = try check(workshop, root)
        #expect(unread.status == 2)
        #expect(unread.output.contains("(--allow-other-board does without)"))

        let tree = "sys/firmware/devicetree/base"
        try root.property("\(tree)/compatible", Array("linux,dummy-virt\0".utf8))
        #expect(try check(workshop, root).output.contains("  failed  uefi"))
        for pointer in plan.deviceTree.uefi {
            let bytes: [UInt8] = withUnsafeBytes(of: pointer.value.bigEndian) { Array($0) }
            try root.property(
                "\(tree)/chosen/\(pointer.property)",
                pointer.value >> 32 == 0 ? Array(bytes.suffix(4)) : bytes)
        }
        let fits = try check(workshop, root)
        #expect(fits.status == 0, "\(fits)")
        #expect(
            fits.output.contains("\"linux,dummy-virt\" as planned, by /\(tree); the rest is not compared: "))

        try root.property("\(tree)/chosen/linux,uefi-system-table", [0, 0, 16, 0])
        #expect(
            findings(try check(workshop, root)).contains {
                $0.contains("linux,uefi-system-table is 0x1000 here")
            })
        try root.property("\(tree)/compatible", Array("vendor,board\0vendor,soc\0".utf8))
        #expect(
            findings(try check(workshop, root)).contains { $0.contains("this machine is \"vendor,board\"") })
    }

    @Test("An unreadable tree is no other board, where that was asked for")
    func unreadableTreeAllowed() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        let root = try SavedRoot("2g-el1")
        try root.remove("sys/firmware/fdt")
        #expect(try check(workshop, root).status == 2)
        #expect(try check(workshop, root, "--allow-other-board").status == 0)
    }

    @Test func kinds() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make(["--page-size", "4K"])
        let large = try check(workshop, SavedRoot("2g-el1", pageSize: 65536))
        #expect(large.status == 1)
        #expect(findings(large).contains { $0.hasSuffix("make the plan anew with --page-size 64K") })
        let foreign = try check(workshop, SavedRoot("2g-el1", architecture: "x86_64"))
        #expect(
            findings(foreign) == ["the plan is for arm64 (aarch64), this machine is x86_64"])
        // Before 6.1 only the processors tell.
        let older = try SavedRoot("2g-el1", pageSize: 65536)
        try older.remove("proc/sys/kernel/arch")
        #expect(try check(workshop, older).output.contains("skipped  architecture"))
        try older.folder.write(
            Array("processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu\n".utf8), "proc/cpuinfo")
        #expect(
            findings(try check(workshop, older)).contains(
                "the plan is for arm64 (aarch64), this machine is x86_64"))
        try older.folder.write(Array("processor\t: 0\nCPU implementer\t: 0x41\n".utf8), "proc/cpuinfo")
        let known = try check(workshop, older).output
        #expect(known.contains("  architecture  aarch64\n") && !known.contains("skipped  architecture"))
        let root = try SavedRoot("2g-el1")
        try root.remove("sys/kernel/kexec_loaded")
        let unknown = try check(workshop, root)
        #expect(unknown.status == 2)
        #expect(
            unknown.output.contains(
                "failed  method        \(root.path)/sys/kernel/kexec_loaded doesn't say whether the running kernel "
            ),
            "\(unknown.output)")
    }

    @Test("A folder that isn't there is no machine")
    func noRoot() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        for mode in ["--check", "--dry-run"] {
            expect(
                try workshop.commands.kplan("apply", "plan.json", mode, "--root", "nothere"), 2,
                "nothere: open: No such file or directory (ENOENT)")
        }
    }

    @Test("What the kernel of a saved machine would refuse")
    func refusals() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        let root = try SavedRoot("2g-el1")
        try root.folder.write(Array("1\n".utf8), "proc/sys/kernel/kexec_load_disabled")
        let disabled = try check(workshop, root)
        #expect(disabled.status == 1 && disabled.output.contains("  no  refusal"), "\(disabled)")
        try root.remove("proc/sys/kernel/kexec_load_disabled")
        #expect(try check(workshop, root).status == 0)

        // Bits 1 and 2 of its flags: 16K (booting.rst).
        try KernelFile.write(to: workshop.folder / "Image") { bytes in
            bytes.enumerated().map { $0 == 24 ? $1 & 0xf9 | 4 : $1 }
        }
        _ = try workshop.make()
        try root.folder.write(
            Array(
                """
                processor\t: 0
                CPU implementer\t: 0x41
                CPU architecture: 8
                CPU variant\t: 0x0
                CPU part\t: 0xd08
                CPU revision\t: 3

                """.utf8), "proc/cpuinfo")
        let hanging = try check(workshop, root)
        #expect(hanging.status == 1, "\(hanging)")
        #expect(
            hanging.output.contains(
                "the plan's kernel has pages of 16K, for which this machine's CPU (Cortex-A72) has no granule"
            ))
        // make knows the CPU from the capture.
        #expect(
            try workshop.commands.kplan("capture", "--root", root.path, "-o", "machine.json").status == 0)
        expect(
            try workshop.commands.kplan(
                "make", "--kernel", "Image", "--machine", "machine.json", "--append", "", "-o", "new.json"),
            2,
            """
            Image: has pages of 16K, for which the CPU of machine.json (Cortex-A72) has no granule: after the jump it \
            would hang without a word; take one with pages of 4K or 64K
            """)
    }

    @Test("A crash kernel needs memory that crashkernel= has reserved")
    func crashMemory() throws {
        let workshop = try MakeWorkshop("2g-el1")
        let made = try workshop.commands.kplan(
            "make", "--kernel", "Image", "--method", "kexec_file_load", "--type", "crash", "--append", "",
            "-o",
            "plan.json")
        try #require(made.status == 0, "\(made)")
        for (size, status) in [(0, 1), (4096, 1), (256 << 20, 0)] as [(UInt64, Int32)] {
            let root = try SavedRoot("2g-el1")
            if size > 0 { try root.reserve(0x6000_0000, 0x6000_0000 + size - 1, "Crash kernel") }
            let result = try check(workshop, root)
            #expect(result.status == status, "\(size): \(result)")
        }
    }

    @Test("RAM that the plan's tree has and its machine did not use")
    func ramOfTheTree() throws {
        let workshop = try MakeWorkshop("1g-el1")
        // 1 GiB of 2 by mem=.
        let source = try Toolchain.decompileDeviceTree(Fixture.fdt("2g-el1"))
        let tree = try Toolchain.compileDeviceTree(source + "/ { chosen { bootargs = \"mem=1G\"; }; };")
        try workshop.folder.write(tree, "fdt")
        #expect(try workshop.commands.make(["-o", "plan.json"]).status == 0)
        let result = try check(workshop, SavedRoot("1g-el1"))
        #expect(result.status == 1)
        #expect(
            findings(result).contains {
                $0.hasPrefix("0x80000000–0xbfffffff (1 GiB) is RAM by the plan's device tree")
            }, "\(result.output)")
        let own = try SavedRoot("1g-el1")
        try own.folder.write(tree, "sys/firmware/fdt")
        #expect(try check(workshop, own).status == 0)
    }

    @Test("What can't be read can't be told")
    func unreadable() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        let root = try SavedRoot("2g-el1")
        try root.edit { _ in "00000000-00000000 : System RAM\n" }
        try root.remove("sys/firmware/fdt")
        try root.remove("proc/self/auxv")
        let result = try check(workshop, root)
        #expect(result.status == 2)
        #expect(result.errors == "kplan: plan.json: not everything could be compared\n")
        #expect(result.output.contains("failed   memory"))
        #expect(result.output.contains("hides its addresses from this process: run kplan as root"))
        #expect(result.output.contains("failed   device-tree"))
        #expect(result.output.contains("skipped  page-size"))
    }

    @Test("Where the interrupt controller may have tables, and can't be asked for them, that is told")
    func unknownTables() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        let root = try SavedRoot("2g-el1")
        try root.folder.write(Array("no tree".utf8), "sys/firmware/fdt")
        let result = try check(workshop, root)
        #expect(result.status == 2)
        #expect(
            result.output.contains(
                "failed  memory        where the interrupt controller has its tables is not known: /sys/firmware/fdt has"
            ), "\(result.output)")
    }

    @Test(
        "--json has a schema",
        .enabled(
            if: SchemaValidator.isAvailable, "needs python3 with jsonschema (Debian: python3-jsonschema)"))
    func json() throws {
        let schema = SchemaValidator.schema("fit-1.schema.json")
        #expect(try SchemaValidator.isSchema(schema))
        let workshop = try MakeWorkshop("2g-el1")
        let id = try workshop.make().id
        var documents = [
            try check(workshop, SavedRoot("2g-el1"), "--json").output,
            try check(workshop, SavedRoot("1g-el1"), "--json").output,
        ]
        #expect(documents[0].contains("\"plan\": \"\(id)\",\n  \"fits\": true"))
        #expect(documents[1].contains("\"fits\": false"))
        try workshop.folder.write(Array("{}".utf8), "plan.json")
        let unreadable = try check(workshop, SavedRoot("2g-el1"), "--json")
        #expect(unreadable.status == 2 && unreadable.errors.hasPrefix("kplan: plan.json: "))
        #expect(unreadable.output.contains("\"plan\": null,\n  \"fits\": false"))
        documents.append(unreadable.output)
        for key in ["format_version", "plan", "fits", "checks", "check", "result", "texts"] {
            documents.append(documents[0].replacing("\"\(key)\":", with: "\"other\":"))
        }
        let lines = documents.map { text in text.utf8.filter { $0 != UInt8(ascii: "\n") } }
        #expect(try SchemaValidator.verdicts(lines, schema: schema) == documents.indices.map { $0 < 3 })
    }

    @Test func usage() throws {
        let workshop = try MakeWorkshop("2g-el1")
        for options in [
            ["--check", "--exec"], ["--check", "--dry-run"], ["--check", "--replan"], ["--json"],
            ["--root", "x"],
            ["--yes"], ["-o", "x"],
        ] {
            #expect(
                try TestSupport.Kplan.run(["apply", "plan.json"] + options, in: workshop.folder).status == 64,
                "\(options)")
        }
    }
}
