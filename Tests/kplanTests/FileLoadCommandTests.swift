import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

@Suite("Plans for kexec_file_load")
struct FileLoadCommandTests {
    let workshop: CommandWorkshop
    var folder: TemporaryFolder { workshop.folder }

    init() throws {
        workshop = try CommandWorkshop()
        try folder.write(Array("an initrd".utf8), "initrd")
    }

    private static let arguments = [
        "make", "--method", "kexec_file_load", "--kernel", "Image", "--initrd", "initrd", "--command-line",
        "console=ttyAMA0 quiet",
    ]

    private func make(_ options: [String] = ["-o", "plan.json"]) throws -> TestSupport.Kplan.Result {
        try TestSupport.Kplan.run(Self.arguments + options, in: folder, environment: ["LC_ALL": "C.UTF-8"])
    }

    private func plan() throws -> FileLoadPlan {
        guard case .kexecFileLoad(let plan) = try PlanJSON.decode(folder.read("plan.json")) else {
            throw Failure("a plan for kexec_load was made")
        }
        return plan
    }

    private func edit(_ change: (inout FileLoadPlan) -> Void) throws {
        var plan = try plan()
        change(&plan)
        try folder.write(PlanJSON.encode(.kexecFileLoad(plan)), "plan.json")
    }

    @Test("Nothing of the machine is needed, and the same inputs give the same bytes")
    func made() throws {
        let result = try make()
        #expect(result.status == 0 && result.errors.isEmpty && result.output.isEmpty, "\(result.errors)")
        let plan = try plan()
        #expect(plan.type == .normal && plan.architecture == .arm64 && plan.violations() == [])
        #expect(
            plan.request
                == FileLoadRequest(commandLine: "console=ttyAMA0 quiet", flags: [], files: .sealed))
        #expect(plan.inputs.map(\.role) == [.kernel, .initrd] && plan.inputs[1].size == 9)
        #expect(try make([]).output == String(decoding: folder.read("plan.json"), as: UTF8.self))
    }

    @Test func whatWasAskedForIsInIt() throws {
        let options = ["--type", "crash", "--no-cma", "--files", "original", "-o", "plan.json"]
        #expect(try make(options).status == 0)
        let plan = try plan()
        #expect(plan.type == .crash && plan.leftToKernel.contains(.elfCoreHeader))
        #expect(plan.request.flags == [.noCMA] && plan.request.files == .original)
    }

    @Test("What the call would ignore is refused by its name, with the reason")
    func ignored() throws {
        let placed = "the running kernel decides where everything goes"
        let linked = "no purgatory of kplan's runs: on arm64 none at all, on x86_64 the kernel's own"
        let reasons = [
            (
                ["--dtb", "fdt"],
                "the next kernel gets the running kernel's device tree, with changes of the kernel's own"
            ),
            (["--memory-map", "iomem"], placed), (["--console", "none"], linked),
            (["--granule", "4K"], linked),
            (["--allow-mmu-off"], linked), (["--page-size", "64K"], placed), (["--mem-min", "1G"], placed),
            (["--mem-max", "2G"], placed),
            (["--seeds", "fresh"], "the running kernel draws the next kernel's seeds"),
            (["--purgatory", "purgatory.o"], linked),
        ]
        let title =
            "kexec_file_load would ignore what is given; leave it out, or plan with --method kexec_load:"
        for (options, reason) in reasons {
            expect(try make(options), 64, "\(title)\n  \(options[0]): \(reason)")
        }
        let all = reasons.map { "  \($0.0[0]): \($0.1)" }.joined(separator: "\n")
        expect(try make(reasons.flatMap(\.0)), 64, "\(title)\n\(all)")
    }

    @Test("What kexec_load would ignore is refused as well")
    func ignoredByLoad() throws {
        expect(
            try workshop.make(["--files", "sealed", "--no-cma", "--force-dtb"]), 64,
            """
            kexec_load would ignore what is given; leave it out, or plan with --method kexec_file_load:
              --files: it gets no files: kplan makes the segments' bytes from them
              --no-cma: it never puts segments into contiguous memory (CMA) ahead of the jump
              --force-dtb: the next kernel always gets the device tree that the plan is made with
            """)
        expect(
            try workshop.make(["--type", "crash"]), 64,
            """
            --type crash: kexec_load needs an ELF core header among the segments of a crash kernel, which kplan does not \
            make yet: plan with --method kexec_file_load, where the running kernel makes it
            """)
        expect(
            try workshop.kplan("make", "--kernel", "Image", "--command-line", "quiet", "--dtb", "fdt"), 64,
            """
            a plan for kexec_load needs --memory-map: copies of /sys/firmware/fdt and of /proc/iomem, read as root, of \
            the machine that it is for; or --machine, what kplan capture says of it
            """)
    }

    @Test func commandLine() throws {
        let make = ["make", "--method", "kexec_file_load", "--kernel", "Image"]
        let advice = #"--command-line TEXT (on the machine itself: --command-line "$(cat /proc/cmdline)")"#
        expect(
            try TestSupport.Kplan.run(make, in: folder), 64,
            "the next kernel's command line is not given: use \(advice)")
        expect(
            try TestSupport.Kplan.run(make + ["--reuse-cmdline"], in: folder), 64,
            """
            --reuse-cmdline: without --machine the machine's command line is not known to a plan for kexec_file_load: give \
            its capture, or use \(advice)
            """)
        let long = String(repeating: "x", count: 2048)
        expect(
            try TestSupport.Kplan.run(make + ["--command-line", long], in: folder), 2,
            """
            no plan can be made:
              command-line-size: the command line has 2048 bytes; the next kernel takes 2047 \
            (arch/arm64/include/uapi/asm/setup.h, COMMAND_LINE_SIZE)
            """)
    }

    @Test func whatTheKernelWouldRefuse() throws {
        expect(
            try make(["--force-dtb"]), 64,
            "--force-dtb: is for x86_64: on arm64 the next kernel gets the running kernel's device tree anyway"
        )
        try folder.write([], "initrd")
        expect(
            try make(), 2,
            "no plan can be made: initrd: is empty, and the kernel reads no empty file (kernel/kexec_file.c)")
        try folder.write([0x1f, 0x8b, 8], "Image")
        let result = try make()
        #expect(result.status == 2 && result.errors.hasPrefix("kplan: Image: "), "\(result.errors)")
    }

    @Test("verify checks the rules, the files, and the header against the kernel")
    func verify() throws {
        _ = try make()
        let sound = try workshop.kplan("verify", "plan.json")
        #expect(sound.status == 0 && sound.errors.isEmpty)
        #expect(VerifyCommandTests.checks(sound, "ok") == ["rules", "kernel", "initrd", "header"])

        try edit {
            $0.kernel = .arm64(
                KernelImage(textOffset: 0, imageSize: 4096, pageSize: .pages4K, placement: .anywhere))
        }
        let edited = try workshop.kplan("verify", "plan.json", "--json")
        #expect(edited.status == 1)
        #expect(edited.output.contains("its `kernel` is not what ./Image says in its header: it was edited."))

        _ = try make()
        try folder.write(Array("another initrd".utf8), "initrd")
        let stale = try workshop.kplan("verify", "plan.json")
        #expect(stale.status == 1 && VerifyCommandTests.checks(stale, "no") == ["initrd"])
        let none = try workshop.kplan("verify", "plan.json", "--inputs", try TemporaryFolder().path)
        #expect(none.status == 2 && VerifyCommandTests.checks(none, "skipped") == ["header"])
    }

    @Test("Files that a plan for kexec_file_load has no use for are refused")
    func givenInVain() throws {
        _ = try make()
        let uses: [(command: String, option: String)] = [
            ("verify", "--dtb"), ("verify", "--purgatory"), ("verify", "--memory-map"),
            ("verify", "--segments"),
            ("apply", "--dtb"), ("apply", "--purgatory"),
        ]
        for (command, option) in uses {
            expect(
                try workshop.kplan(command, "plan.json", option, "fdt"), 64,
                "\(option): plan.json is a plan for kexec_file_load, which takes a kernel and an initrd alone"
            )
        }
    }

    @Test("A capture is looked at, and no input")
    func machine() throws {
        let capture = try workshop.kplan(
            "capture", "--root", Fixture.root("2g-el2-crash"), "-o", "machine.json")
        try #require(capture.status == 0, "\(capture)")
        func plan(_ options: String...) throws -> TestSupport.Kplan.Result {
            try TestSupport.Kplan.run(
                [
                    "make", "--method", "kexec_file_load", "--kernel", "Image", "--machine", "machine.json",
                    "--reuse-cmdline", "--append", "nr_cpus=1", "-o", "plan.json",
                ] + options, in: folder)
        }
        #expect(try plan().status == 0)
        guard case .kexecFileLoad(let normal) = try PlanJSON.decode(folder.read("plan.json")) else {
            return #expect(Bool(false), "it is a plan of another kind")
        }
        #expect(normal.inputs.map(\.role) == [.kernel])
        let old = try Fixture.commandLine("2g-el2-crash")
        #expect(old.contains("crashkernel="))
        #expect(normal.request.commandLine == "\(old) nr_cpus=1")
        // For a crash kernel the reservation is left out.
        let crash = try plan("--type", "crash")
        #expect(crash.status == 0 && !crash.errors.contains("crashkernel="), "\(crash)")
        var text = String(decoding: try folder.read("machine.json"), as: UTF8.self)
        text = text.replacing(
            /("regions": \[\s*\{ "start": ")(0x[0-9a-f]+)(", "end": ")0x[0-9a-f]+/
        ) { "\($0.1)\($0.2)\($0.3)\($0.2.dropLast(4))1000" }
        try folder.write(Array(text.utf8), "machine.json")
        let small = try plan("--type", "crash")
        #expect(
            small.status == 0
                && small.errors.hasPrefix(
                    "kplan: note: as machine.json has the machine, it would refuse the plan: "),
            "\(small)")
    }

    @Test("For a crash kernel no other call is recommended")
    func ignoredForCrash() throws {
        expect(
            try make(["--type", "crash", "--dtb", "fdt"]), 64,
            """
            kexec_file_load would ignore what is given; leave it out:
              --dtb: the next kernel gets the running kernel's device tree, with changes of the kernel's own
            """)
    }

    @Test("What a crash kernel's command line has too much and too little")
    func crashCommandLine() throws {
        func errors(_ line: String) throws -> String {
            try workshop.kplan(
                "make", "--method", "kexec_file_load", "--type", "crash", "--kernel", "Image", "--append",
                line,
                "-o", "plan.json"
            ).errors
        }
        #expect(try errors("nr_cpus=1 reset_devices") == "")
        #expect(
            try errors("BOOT_IMAGE=/vmlinuz crashkernel=256M maxcpus=1") == """
                kplan: note: "BOOT_IMAGE=/vmlinuz", "crashkernel=256M" in the command line of the crash kernel: of the running kernel; leave out what is not meant

                """)
        #expect(
            try errors("quiet") == """
                kplan: note: the crash kernel's command line has neither nr_cpus=1 (it has little memory, and CPUs take some) nor reset_devices (nothing has shut the devices down), which crash kernels usually get

                """)
    }

    @Test("There is nothing to emit and nothing to simulate")
    func noSegments() throws {
        _ = try make()
        func text(_ act: String) -> String {
            """
            plan.json: is a plan for kexec_file_load, with which the kernel decides itself what goes where: there are no \
            segments of kplan's to \(act)
            """
        }
        expect(try workshop.kplan("emit", "plan.json", "-o", "bytes"), 2, text("emit"))
        expect(try workshop.kplan("show", "plan.json", "--page-tables"), 2, text("show"))
        expect(try workshop.kplan("show", "plan.json", "--relocations"), 2, text("show"))
    }

    @Test func aCrashKernelIsNotJumpedInto() throws {
        _ = try make(["--type", "crash", "-o", "plan.json"])
        expect(
            try workshop.kplan("apply", "plan.json", "--exec"), 64,
            "plan.json: is a plan for a crash kernel, which starts after a panic: it is loaded without --exec"
        )
    }

    @Test("With --root the machine is the folder's, whatever this one is")
    func savedMachine() throws {
        #expect(try make().status == 0)
        func apply(_ root: SavedRoot, _ option: String) throws -> TestSupport.Kplan.Result {
            try workshop.kplan("apply", "plan.json", option, "--root", root.path)
        }
        let machine = try SavedRoot("2g-el1")
        let shown = try apply(machine, "--dry-run")
        #expect(shown.status == 0 && shown.errors.isEmpty, "\(shown)")
        #expect(shown.output.hasPrefix("kexec_file_load\n"))
        #expect(try apply(machine, "--check").status == 0)
        // Whoever copied the files had no privilege, perhaps; that says nothing of who will load.
        try machine.folder.write(Array("CapEff:\t0\nSeccomp:\t2\n".utf8), "proc/self/status")
        #expect(try apply(machine, "--dry-run").status == 0)

        try machine.folder.write(Array("1\n".utf8), "proc/sys/kernel/kexec_load_disabled")
        let refused = try apply(machine, "--dry-run")
        #expect(
            refused.status == 2 && refused.errors.contains("kernel.kexec_load_disabled is 1"), "\(refused)")
        let checked = try apply(machine, "--check")
        #expect(
            checked.status == 1 && checked.output.contains("kernel.kexec_load_disabled is 1"), "\(checked)")

        let other = try apply(SavedRoot("2g-el1", architecture: "x86_64"), "--dry-run")
        expect(
            other, 1,
            """
            plan.json: does not fit this machine:
              the plan is for arm64 (aarch64), this machine is x86_64
            """)
    }

    #if !arch(arm64)
        @Test func anotherMachine() throws {
            _ = try make()
            expect(
                try workshop.kplan("apply", "plan.json", "--dry-run"), 1,
                """
                plan.json: does not fit this machine:
                  the plan is for arm64 (aarch64), this machine is \(RunningMachine().architecture)
                """)
        }
    #endif
}
