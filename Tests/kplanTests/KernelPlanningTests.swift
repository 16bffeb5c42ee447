import Arm64
import Executor
import Glibc
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

@Suite("kplan kexec: the plans that it makes in memory")
struct KernelPlanningTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try KernelFile.write(to: folder / "Image")
        try folder.write(Array("an initrd".utf8), "initrd")
    }

    private func made(
        _ arguments: [String], by method: LoadMethod = .kexecLoad, on machine: String = "2g-el1-its",
        _ change: (inout RunningMachine) -> Void = { _ in }
    ) throws -> KernelPlanning.Made {
        guard case .load(let order) = try KexecCommand.parse(KexecArguments.normalized(arguments)).request()
        else { throw OtherRequest() }
        var machine = RunningMachine(root: Fixture.root(machine))
        machine.architecture = "aarch64"
        change(&machine)
        return try KernelPlanning(order: order, machine: machine).plan(by: method)
    }

    private func segments(_ made: KernelPlanning.Made) throws -> Plan {
        guard case .kexecLoad(let plan) = made.plan else { throw OtherRequest() }
        return plan
    }

    @Test(
        "By kexec_load it is what make makes of the machine's capture, to the byte", arguments: Fixture.roots)
    func sameAsMake(machine: String) throws {
        let capture = try TestSupport.Kplan.run(
            ["capture", "--root", Fixture.root(machine), "-o", "machine.json"], in: folder)
        try #require(capture.status == 0, "\(capture)")
        let make = try TestSupport.Kplan.run(
            [
                "make", "--kernel", "Image", "--initrd", "initrd", "--machine", "machine.json", "--append",
                "quiet",
                "--allow-mmu-off", "-o", "plan.json",
            ], in: folder)
        try #require(make.status == 0, "\(make)")
        let made = try made(
            ["-l", "-c", folder / "Image", "--initrd", folder / "initrd", "--append", "quiet"], on: machine)
        #expect(PlanJSON.encode(made.plan) == (try folder.read("plan.json")))
        // Its bytes can be made from what was read, which is what is loaded.
        let plan = try segments(made)
        let reproduction = try Reproduction(of: PlanFile(plan: plan, path: "plan"), files: made.files)
        #expect(reproduction.segments.map(\.sha256) == plan.segments.map(\.sha256))
    }

    @Test("A kernel with 64K pages gives purgatory its granule")
    func granule() throws {
        let made = try made(["-l", "-c", folder / "Image", "--append="]) { $0.pageSize = 64 << 10 }
        #expect(try segments(made).pageTables?.granule == .granule64K)
    }

    @Test("Command lines: given, added to the running kernel's, or the device tree's where nothing is said")
    func commandLines() throws {
        let own = try Fixture.commandLine("2g-el1-its")
        // Words alone are kept of /proc/cmdline.
        let words = own.split(separator: " ").joined(separator: " ")
        let base = ["-l", folder / "Image"]
        for (arguments, due) in [
            (["--append=x=1"], "x=1"), (["--append="], ""), (["--reuse-cmdline"], words),
            (["--reuse-cmdline", "--append=x=1"], words + " x=1"), ([], own),
        ] {
            let made = try made(base + arguments)
            let plan = try segments(made)
            #expect(plan.request.commandLine == due)
            #expect((plan.request.reusedCommandLine != nil) == arguments.isEmpty)
            #expect(
                made.notes.contains { $0.hasPrefix("no command line is given: the device tree's is kept") }
                    == arguments.isEmpty)
        }
        // The kernel's own way is another: it takes bootargs away where it is given none.
        let files = try made(base, by: .kexecFileLoad)
        guard case .kexecFileLoad(let plan) = files.plan else { throw OtherRequest() }
        #expect(plan.request.commandLine.isEmpty)
        #expect(files.notes == ["no command line is given: the next kernel gets an empty one"])
    }

    @Test("By kexec_file_load the kernel gets the files themselves")
    func files() throws {
        let made = try made(
            ["-p", "-s", "--no-cma", folder / "Image", "--initrd=\(folder / "initrd")", "--append=quiet"],
            by: .kexecFileLoad)
        guard case .kexecFileLoad(let plan) = made.plan else { throw OtherRequest() }
        #expect(plan.type == .crash && plan.request.files == .original && plan.request.flags == [.noCMA])
        let loading = try FileLoading(
            of: PlanFile(plan: plan, path: "Image"), InputOptions.parse([]), made.files, debug: false)
        guard case .original = loading.call.kernel, case .original? = loading.call.initrd else {
            Issue.record("the files are copies")
            return
        }
        #expect(loading.call.passedFlags == [.onCrash, .noCMA] && loading.call.commandLine == "quiet")
    }

    @Test("Another device tree, a console, a window, and what is said of them")
    func otherOptions() throws {
        try folder.write(Fixture.fdt("2g-el1"), "fdt")
        let made = try made([
            "-l", folder / "Image", "--dtb", folder / "fdt", "--serial=ttyAMA0", "--mem-min=1280M", "-i",
            "--append=a",
        ])
        let plan = try segments(made)
        #expect(plan.input(.dtb)?.name == "fdt" && plan.request.consoleSource == .port("ttyAMA0"))
        #expect(plan.segments.allSatisfy { $0.address.rawValue >= 1280 << 20 })
        #expect(
            made.notes.contains("--dtb, --serial, --mem-min and --mem-max: for kexec_load, which is taken"))
        #expect(made.notes.contains { $0.hasPrefix("--no-checks changes nothing") })
    }

    @Test("Files of one name in two folders are told apart")
    func sameNames() throws {
        let other = try TemporaryFolder()
        try other.write(Array("an initrd".utf8), "Image")
        for (method, due) in [(LoadMethod.kexecLoad, "initrd of Image"), (.kexecFileLoad, "initrd of Image")]
        {
            let made = try made(
                ["-l", folder / "Image", "--initrd", other / "Image", "--append="], by: method)
            #expect(made.plan.inputs.first { $0.role == .initrd }?.name == due)
            #expect(made.plan.violations().isEmpty)
        }
        for name in ["machine.json", "builtin"] {
            try KernelFile.write(to: folder / name)
            let plan = try segments(made(["-l", folder / name, "--append="]))
            #expect(plan.violations().isEmpty)
        }
    }

    @Test("A kernel of another kind, and a machine without kexec_load of kplan's, are refused by name")
    func otherKernels() throws {
        let failure = try #require(throws: Failure.self) {
            try made(["-l", "-t", "bzImage", folder / "Image", "--append="], by: .kexecFileLoad)
        }
        #expect(
            failure.text
                == "\(folder / "Image"): is not a bzImage, which --type asks for: it is a kernel for arm64 (an Image)"
        )
        let x86 = try #require(throws: Failure.self) {
            try made(["-l", "-c", folder / "Image", "--append="]) { $0.architecture = "x86_64" }
        }
        #expect(
            x86.text.hasSuffix("kplan plans a kexec_load for arm64 alone, this machine is x86_64: use -s"))
    }

    @Test(
        "The running kernel's command line, without what is of its boot loader",
        arguments: [
            ("BOOT_IMAGE=/vmlinuz root=/dev/vda1 quiet\n", "root=/dev/vda1 quiet"),
            ("a crashkernel=256M,high crashkernel=64M,low b", "a b"),
            (
                #"x="a  crashkernel=1 b" "BOOT_IMAGE=(hd0) /v" xcrashkernel=1 crashkernel"#,
                #"x="a  crashkernel=1 b" xcrashkernel=1"#
            ),
            ("", ""), (" \t\n", ""),
        ])
    func crashCommandLine(text: String, due: String) {
        #expect(ReusedCommandLine.text(text, for: .crash) == due)
    }

    @Test func normalCommandLine() {
        #expect(
            ReusedCommandLine.text("BOOT_IMAGE=/v crashkernel=1G a\n", for: .normal) == "crashkernel=1G a")
    }

    @Test(
        "Which system calls are tried",
        arguments: [
            (["-l"], [.kexecFileLoad, .kexecLoad], nil),
            (["-la"], [.kexecFileLoad, .kexecLoad], [.kexecFileLoad]),
            (["-la"], [.kexecLoad], [.kexecLoad]), (["-lc"], [.kexecLoad], [.kexecFileLoad]),
            (["-ls"], [.kexecFileLoad], [.kexecLoad]), (["-p"], [.kexecFileLoad], [.kexecLoad]),
            (["-l", "--dtb=d"], [.kexecLoad], [.kexecFileLoad, .kexecLoad]),
        ] as [([String], [LoadMethod], Set<LoadMethod>?)])
    func methods(arguments: [String], due: [LoadMethod], known: Set<LoadMethod>?) throws {
        guard case .load(let order) = try KexecCommand.parse(arguments + ["v"]).request() else {
            throw OtherRequest()
        }
        var machine = RunningMachine(root: Fixture.root("2g-el1-its"))
        machine.architecture = "aarch64"
        #expect(KernelLoading(order: order, machine: machine).methods(known) == due)
        machine.architecture = "x86_64"
        let there = KernelLoading(order: order, machine: machine).methods(known)
        #expect(there == (order.call == .auto && order.dtb == nil ? [.kexecFileLoad] : due))
    }

    @Test("What kexec_load is tried after: the call is missing, or doesn't take this kernel")
    func fallingBack() {
        let finals = [EPERM, EACCES, ENOKEY, EKEYREJECTED, ELIBBAD, ENOMEM, EBUSY, EADDRNOTAVAIL, nil]
        for errno in finals { #expect(KernelLoading.isFinal(Failure("", errno: errno))) }
        for errno in [ENOSYS, EINVAL, ENOEXEC, ENOTSUP] {
            #expect(!KernelLoading.isFinal(Failure("", errno: errno)))
        }
    }

    @Test("What is known before the call has its errno too")
    func refusedBefore() throws {
        let made = try made(["-l", folder / "Image", "--append="], by: .kexecFileLoad)
        guard case .kexecFileLoad(let plan) = made.plan else { throw OtherRequest() }
        let attempt = LoadAttempt.files(FilesAttempt(plan, flags: []))
        var state = MachineState(root: Fixture.root("2g-el1-its"))
        state.systemCalls = [.kexecLoad]
        state.mayReboot = true
        #expect(Failure(refusing: attempt, on: state, of: "p")?.errno == ENOSYS)
        state.systemCalls = [.kexecFileLoad]
        state.mayReboot = false
        #expect(Failure(refusing: attempt, on: state, of: "p")?.errno == EPERM)
    }
}

/// Something else was asked for.
private struct OtherRequest: Error {}
