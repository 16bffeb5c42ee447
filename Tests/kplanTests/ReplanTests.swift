import BootInputs
import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("kplan apply --replan: made again from what the plan records")
struct ReplanTests {
    private func replan(_ workshop: MakeWorkshop, _ root: SavedRoot, _ more: [String] = []) throws
        -> TestSupport.Kplan.Result
    {
        try TestSupport.Kplan.run(
            ["apply", "plan.json", "--replan", "--dry-run", "--root", root.path, "-o", "new.json"] + more,
            in: workshop.folder, environment: ["LC_ALL": "C.UTF-8"])
    }

    /// Everything that can be asked for.
    private static let requests: [[String]] = [
        [], ["--console", "ttyAMA0"], ["--console", "stdout-path"], ["--console", "none"],
        ["--console", "pl011,0x9000000"], ["--console", "mmio,0x9000000"], ["--reuse-cmdline"],
        ["--granule", "64K"], ["--page-size", "4K"], ["--seeds", "none"], ["--purgatory", "purgatory.o"],
        ["--mem-min", "1088M", "--mem-max", "1536M"], ["--allow-mmu-off"],
    ]

    @Test("On the unchanged machine it is the same plan, to the byte", arguments: requests)
    func sameBytes(options: [String]) throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make(options)
        let result = try replan(workshop, SavedRoot("2g-el1"))
        #expect(result.status == 0, "\(result)")
        #expect(result.errors == "kplan: plan.json: made again for this machine, it is the same plan\n")
        #expect(try workshop.folder.read("new.json") == workshop.folder.read("plan.json"))
    }

    @Test("The kept command line without anything added, too", arguments: ["2g-el1", "2g-efi-acpi"])
    func keptCommandLine(machine: String) throws {
        let workshop = try MakeWorkshop(machine)
        let made = try workshop.commands.make(
            ["-o", "plan.json"], commandLine: machine == "2g-el1" ? ["--reuse-cmdline"] : ["--append", ""])
        try #require(made.status == 0, "\(made)")
        _ = try replan(workshop, SavedRoot(machine))
        #expect(try workshop.folder.read("new.json") == workshop.folder.read("plan.json"))
    }

    @Test("For another machine's memory: the difference, then what would be loaded")
    func otherMemory() throws {
        let workshop = try MakeWorkshop("2g-el1")
        let old = try workshop.make()
        let root = try SavedRoot("1g-el1")
        let result = try replan(workshop, root)
        #expect(result.status == 0, "\(result)")
        let new = try PlanFile<Plan>(workshop.folder / "new.json", to: "test").plan
        #expect(new.machine.memory != old.machine.memory)
        #expect(new.violations() == [])
        for (role, isSame) in [
            (InputRole.kernel, true), (.initrd, true), (.purgatory, true), (.memoryMap, false),
        ] {
            #expect((new.input(role) == old.input(role)) == isSame)
        }
        #expect(result.output.hasPrefix("What changed\n"))
        #expect(
            result.output.contains(
                "  memory      System RAM 0x40000000–0xbfffffff (2 GiB) → 0x40000000–0x7fffffff (1 GiB)\n"))
        #expect(result.output.contains("What follows from it\n"))
        #expect(result.output.contains("entry \(new.entry)\n"))
        // What it was made with is beside it, under names of its own, so it can be made again and verified.
        let names = [InputRole.dtb, .memoryMap].compactMap { new.input($0)?.name }
        #expect(
            result.errors.contains(
                "kplan: note: new.json: beside it is what it was made with of this machine: "
                    + names.joined(separator: ", ") + "\n"))
        #expect(names[0].hasPrefix("fdt-") && names[1].hasPrefix("iomem-"))
        let verified = try workshop.commands.kplan("verify", "new.json")
        #expect(verified.status == 0, "\(verified)")
        // It fits the machine that it was made for, and that the old one doesn't fit.
        let fit = try workshop.commands.kplan("apply", "new.json", "--check", "--root", root.path)
        #expect(fit.status == 0, "\(fit)")
    }

    @Test("A plan from a capture gets a capture of its own, beside it")
    func capturedMachine() throws {
        let workshop = try MakeWorkshop("2g-el1-its")
        let commands = workshop.commands
        let first = try SavedRoot("2g-el1-its")
        #expect(try commands.kplan("capture", "--root", first.path, "-o", "its.cap").status == 0)
        let made = try commands.kplan(
            "make", "--kernel", "Image", "--machine", "its.cap", "--append", "", "-o", "plan.json")
        try #require(made.status == 0, "\(made)")
        #expect(try replan(workshop, first).errors.hasSuffix("it is the same plan\n"))
        let second = try SavedRoot("2g-el1-its")
        try second.reserve(0x4000_0000, 0x4000_ffff, "reserved")
        let result = try replan(workshop, second)
        let name = try #require(
            try PlanFile<Plan>(workshop.folder / "new.json", to: "test").plan.input(.machine)?.name)
        #expect(name.hasPrefix("its-") && name.hasSuffix(".cap") && name.count == 16, "\(name)")
        #expect(result.errors.contains(": beside it is what it was made with of this machine: \(name)\n"))
        #expect(try commands.kplan("verify", "new.json").status == 0)
        // Made again from the new plan, the digest in the name is replaced.
        try second.reserve(0x4001_0000, 0x4001_ffff, "reserved")
        let again = try TestSupport.Kplan.run(
            ["apply", "new.json", "--replan", "--dry-run", "--root", second.path, "-o", "newer.json"],
            in: workshop.folder)
        #expect(again.status == 0, "\(again)")
        let newer = try #require(
            try PlanFile<Plan>(workshop.folder / "newer.json", to: "test").plan.input(.machine)?.name)
        #expect(newer != name && newer.count == 16, "\(newer)")
    }

    @Test("Larger pages of the running kernel are taken")
    func largerPages() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make(["--page-size", "4K"])
        let result = try replan(workshop, SavedRoot("2g-el1", pageSize: 65536))
        #expect(result.status == 0)
        #expect(result.output.contains("  page size  4 KiB → 64 KiB\n"))
    }

    @Test("Another tree is not taken silently, another board not at all")
    func otherTrees() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        let root = try SavedRoot("2g-el1-gic2-smp2")
        expect(
            try replan(workshop, root), 1,
            """
            plan.json: was made with another device tree than this machine's; say which the new plan is to have: \
            this machine's, --dtb /sys/firmware/fdt, or the plan's, --dtb FILE
            """)
        #expect(try replan(workshop, root, ["--dtb", "fdt"]).status == 0)
        let tree = try Toolchain.compileDeviceTree(#"/dts-v1/; / { compatible = "vendor,board"; };"#)
        try root.folder.write(tree, "sys/firmware/fdt")
        expect(
            try replan(workshop, root), 1,
            #"plan.json: the plan is for "linux,dummy-virt", this machine is "vendor,board" (--allow-other-board lets it)"#
        )
    }

    @Test("Interrupt tables that the plan knows and the log has lost are kept away from")
    func interruptTables() throws {
        let workshop = try MakeWorkshop("2g-el1-its")
        let captured = try workshop.commands.kplan(
            "capture", "--root", Fixture.root("2g-el1-its"), "-o", "machine.json")
        try #require(captured.status == 0, "\(captured)")
        let made = try workshop.commands.kplan(
            "make", "--kernel", "Image", "--machine", "machine.json", "--command-line", "quiet", "-o",
            "plan.json")
        try #require(made.status == 0, "\(made)")
        let old = try workshop.commands.plan()
        let root = try SavedRoot("2g-el1-its")
        func replanned() throws -> (plan: Plan, errors: String) {
            let result = try replan(workshop, root)
            try #require(result.status == 0, "\(result)")
            return (try PlanFile<Plan>(workshop.folder / "new.json", to: "test").plan, result.errors)
        }
        try root.log("GICv3: using LPI property table @0x421a0000")
        let kept = try replanned()
        #expect(kept.plan.machine.memory.reserved == old.machine.memory.reserved)
        #expect(kept.errors.contains("note: this machine's capture: the machine has a GICv3 ITS"))

        // A log that says where all tables are is believed.
        try root.log("Booting Linux on physical CPU 0x0", "GICv3: using LPI property table @0x421a0000")
        let believed = try replanned()
        #expect(believed.plan.machine.memory.interruptTables.count == 1)
        #expect(!believed.errors.contains("the machine has a GICv3 ITS"))
    }

    @Test("Another kernel or initrd is not taken")
    func otherInput() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        try workshop.folder.write([1, 2, 3], "initrd")
        let result = try replan(workshop, SavedRoot("2g-el1"))
        #expect(result.status == 1)
        #expect(result.errors.contains("./initrd: is not the initrd that plan.json was made from"))
    }
}
