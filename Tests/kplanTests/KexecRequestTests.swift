import Arm64
import Foundation
import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("kplan kexec: what calls of kexec ask for")
struct KexecRequestTests {
    /// A call as a script makes it, and what it asks for.
    struct Call: Sendable, CustomTestStringConvertible {
        let script: String
        let arguments: [String]
        let request: KexecRequest
        var testDescription: String { "\(script): \(arguments.joined(separator: " "))" }
    }

    private static func order(_ kernel: String, _ change: (inout KernelOrder) -> Void = { _ in })
        -> KexecRequest
    {
        var order = KernelOrder(kernel: kernel)
        change(&order)
        return .load(order)
    }

    private static let debian = "kexec-tools in Debian, kexec-load"
    private static let installer = "nixos-images, kexec-run.sh"
    private static let crash = "kdump-utils, kdumpctl"
    private static let selftests = "Linux, tools/testing/selftests/kexec"

    static let calls: [Call] = [
        Call(
            script: debian,
            arguments: ["-l", "/vmlinuz", "--initrd=/initrd.img", "--append=root=/dev/vda1 quiet"],
            request: order("/vmlinuz") {
                $0.initrd = "/initrd.img"
                $0.commandLine = "root=/dev/vda1 quiet"
            }),
        Call(
            script: debian, arguments: ["-l", "/vmlinuz", "--append="],
            request: order("/vmlinuz") { $0.commandLine = "" }),
        Call(
            script: debian, arguments: ["-l", "/vmlinuz", "--append=", "--initrd=/initrd.img"],
            request: order("/vmlinuz") {
                $0.commandLine = ""
                $0.initrd = "/initrd.img"
            }),
        Call(
            script: "kexec-tools in Debian, kexec", arguments: ["-e"], request: .execute(synchronizes: true)),
        Call(
            script: "systemd, systemctl kexec",
            arguments: ["--load", "/boot/vmlinuz", "--append", "root=LABEL=x", "--initrd", "/boot/initrd"],
            request: order("/boot/vmlinuz") {
                $0.commandLine = "root=LABEL=x"
                $0.initrd = "/boot/initrd"
            }),
        Call(
            script: installer,
            arguments: [
                "--load", "/k/bzImage", "--kexec-syscall-auto", "--initrd=/k/initrd", "--no-checks",
                "--command-line", "init=/nix/init console=ttyS0",
            ],
            request: order("/k/bzImage") {
                $0.initrd = "/k/initrd"
                $0.skipsChecks = true
                $0.commandLine = "init=/nix/init console=ttyS0"
            }),
        Call(
            script: installer,
            arguments: [
                "--load", "/k/bzImage", "--kexec-syscall-auto", "--kexec-syscall", "--initrd=/k/initrd",
                "--no-checks",
                "--command-line", "init=/nix/init",
            ],
            request: order("/k/bzImage") {
                $0.call = .segments
                $0.initrd = "/k/initrd"
                $0.skipsChecks = true
                $0.commandLine = "init=/nix/init"
            }),
        Call(script: installer, arguments: ["-e", "--no-sync"], request: .execute(synchronizes: false)),
        Call(
            script: "nixpkgs, kexec-boot.sh",
            arguments: ["--load", "--initrd=/t/initrd", "--command-line=init=/x -- a", "--", "/t/kernel"],
            request: order("/t/kernel") {
                $0.initrd = "/t/initrd"
                $0.commandLine = "init=/x -- a"
            }),
        Call(script: "nixpkgs, kexec-boot.sh", arguments: ["-v"], request: .version),
        Call(
            script: crash,
            arguments: [
                "-s", "-d", "-p", "--command-line=irqpoll reset_devices", "--initrd=/b/kdump.img",
                "/b/vmlinuz",
            ],
            request: order("/b/vmlinuz") {
                $0.type = .crash
                $0.call = .files
                $0.debug = true
                $0.commandLine = "irqpoll reset_devices"
                $0.initrd = "/b/kdump.img"
            }),
        Call(script: crash, arguments: ["-s", "-p", "-u"], request: .unload(.crash)),
        Call(script: crash, arguments: ["-p", "-u"], request: .unload(.crash)),
        Call(script: "openSUSE kdump", arguments: ["-u", "-p"], request: .unload(.crash)),
        Call(
            script: "openSUSE kdump, load.sh",
            arguments: ["-p", "/k", "--append=panic=1", "--initrd=/i", "-a"],
            request: order("/k") {
                $0.type = .crash
                $0.commandLine = "panic=1"
                $0.initrd = "/i"
            }),
        Call(
            script: "kdump-tools, kdump-config",
            arguments: ["-p", "--command-line=nr_cpus=1", "--initrd=/i", "/k"],
            request: order("/k") {
                $0.type = .crash
                $0.commandLine = "nr_cpus=1"
                $0.initrd = "/i"
            }),
        Call(
            script: selftests, arguments: ["--load", "/boot/vmlinuz-6.12"],
            request: order("/boot/vmlinuz-6.12")),
        Call(script: selftests, arguments: ["--unload"], request: .unload(.normal)),
        Call(
            script: selftests, arguments: ["--load", "--kexec-file-syscall", "/boot/vmlinuz-6.12"],
            request: order("/boot/vmlinuz-6.12") { $0.call = .files }),
        Call(script: selftests, arguments: ["--unload", "--kexec-file-syscall"], request: .unload(.normal)),
        Call(
            script: "Arch wiki", arguments: ["-l", "/v", "--initrd=/i", "--reuse-cmdline"],
            request: order("/v") {
                $0.initrd = "/i"
                $0.reusesCommandLine = true
            }),
        Call(
            script: "a developer",
            arguments: ["-l", "-t", "bzImage", "/v", "--reuse-cmdline", "--append=-x y"],
            request: order("/v") {
                $0.kind = .bzImage
                $0.reusesCommandLine = true
                $0.commandLine = "-x y"
            }),
        Call(
            script: "petitboot", arguments: ["-l", "--initrd=/i", "--append=a", "--dtb=/d", "-c", "/v"],
            request: order("/v") {
                $0.call = .segments
                $0.initrd = "/i"
                $0.commandLine = "a"
                $0.dtb = "/d"
            }),
        Call(
            script: "a developer",
            arguments: ["/v", "-lcdt", "Image", "--serial", "ttyAMA0", "--mem-min=0x80000000"],
            request: order("/v") {
                $0.call = .segments
                $0.debug = true
                $0.kind = .arm64Image
                $0.console = .name("ttyAMA0")
                $0.memoryWindow = AddressRange(
                    start: PhysicalAddress(0x8000_0000), end: PhysicalAddress(.max))
            }),
        Call(
            script: "combined", arguments: ["-lps", "/v"],
            request: order("/v") {
                $0.type = .crash
                $0.call = .files
            }),
        Call(
            script: "in one step", arguments: ["-fxy", "/v", "--append", "a"],
            request: order("/v") {
                $0.commandLine = "a"
                $0.isExecuted = true
                $0.synchronizes = false
            }),
        Call(script: "the last one counts", arguments: ["-f", "-l", "/v"], request: order("/v")),
        Call(
            script: "the last one counts",
            arguments: ["-l", "-f", "-s", "-a", "/v", "--append=a", "--append=b"],
            request: order("/v") {
                $0.commandLine = "b"
                $0.isExecuted = true
            }),
        Call(script: "force and exec", arguments: ["-f", "-e"], request: .execute(synchronizes: true)),
        Call(script: "status", arguments: ["--status"], request: .status(.crash)),
        Call(script: "status", arguments: ["-S", "-l"], request: .status(.normal)),
        Call(script: "status", arguments: ["-p", "-S"], request: .status(.crash)),
        Call(script: "size", arguments: ["--print-ckr-size"], request: .crashMemory),
        Call(
            script: "flags", arguments: ["-l", "-s", "--no-cma", "/v"],
            request: order("/v") {
                $0.call = .files
                $0.flags = [.noCMA]
            }),
    ]

    @Test(arguments: calls) func call(_ call: Call) throws {
        #expect(try KexecCommand.parse(KexecArguments.normalized(call.arguments)).request() == call.request)
    }

    /// kexec-tools' options, as getopt_long has them.
    private static let short = "hvdfixyluet:pscaS"
    private static let long = """
        help,version,debug,force,no-checks,no-ifdown,no-sync,load,unload,exec,load-preserve-context,load-jump-back-helper,\
        entry:,type:,load-panic,mem-min:,mem-max:,reuseinitrd,kexec-file-syscall,kexec-syscall,kexec-syscall-auto,status,\
        print-ckr-size,hotplug,no-cma,force-dtb,command-line:,append:,dtb:,initrd:,ramdisk:,serial:,reuse-cmdline
        """

    @Test("They are parted as getopt_long does it", arguments: calls)
    func getopt(_ call: Call) throws {
        let folder = try TemporaryFolder()
        let output = try folder.write([], "out")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/getopt")
        process.arguments =
            ["--unquoted", "-o", Self.short, "-l", Self.long, "--"]
            // Spaces would part the output.
            + call.arguments.map { $0.replacing(" ", with: "\u{1}") }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        let parted = String(decoding: try folder.read("out"), as: UTF8.self).dropFirst().dropLast()
            .split(separator: " ", omittingEmptySubsequences: false)
            .map { String($0.replacing("\u{1}", with: " ")) }
        #expect(try KexecCommand.parse(parted).request() == call.request)
    }

    @Test("Options with a value are all known to who parts them")
    func optionsWithValue() throws {
        let help = try TestSupport.Kplan.run(["kexec", "--help"]).output
        let due = help.split(separator: "\n").filter { $0.hasPrefix("  -") && $0.contains("<") }
            .flatMap { line in line.prefix { $0 != "<" }.split { $0 == " " || $0 == "," }.map(String.init) }
        #expect(Set(due).union(["--entry"]) == KexecArguments.withValue)
    }

    @Test(
        "What is refused, with the reason",
        arguments: [
            ([], "what is to be done is not said"), (["/v"], "what is to be done is not said"),
            (["-l"], "no kernel is given"), (["-p", "-s"], "no kernel is given"),
            (["-ue"], "-u and -e exclude each other: what is unloaded can't be executed"),
            (["-u", "-l", "/v"], "-u and -l or -f exclude each other"),
            (["-u", "/v"], "/v: would be ignored: -u unloads"),
            (["-l", "-e", "/v"], "/v: would be ignored: -e executes what is loaded already"),
            (["-p", "-e"], "-e and -p exclude each other"),
            (["-p", "-f", "/v"], "-f and -p exclude each other"),
            (["-l", "-t", "vmlinux", "/v"], #"--type "vmlinux": kplan loads Image"#),
            (["-l", "--mem-min=2G", "--mem-max=1G", "/v"], "--mem-min and --mem-max leave no address"),
            (["-p", "-c", "/v"], "kexec_load needs an ELF core header"),
            (["-p", "--dtb=/d", "/v"], "-p with --dtb: that is for kexec_load"),
            (["-l", "-s", "--dtb=/d", "/v"], "-s with --dtb: kexec_file_load would ignore that"),
            (["-l", "-s", "--serial=ttyS0", "/v"], "-s with --serial"),
            (["-l", "-s", "--mem-max=4G", "/v"], "-s with --mem-min and --mem-max"),
            (["-l", "-c", "--no-cma", "/v"], "--no-cma: that is for kexec_file_load"),
            (["-l", "--dtb=/d", "--force-dtb", "/v"], "--force-dtb: that is for kexec_file_load"),
            (["-l", "--reuseinitrd", "/v"], "gone from memory"), (["-l", "--hotplug", "/v"], "--hotplug: "),
            (["-l", "--load-preserve-context", "/v"], "CONFIG_KEXEC_JUMP"),
            (["--load-jump-back-helper"], "CONFIG_KEXEC_JUMP"),
            (["-l", "--entry=0", "/v"], "CONFIG_KEXEC_JUMP"),
            (["-l", "-c", "--serial=com1", "/v"], #"--serial "com1": "com1" is no UART"#),
        ] as [([String], String)])
    func refused(arguments: [String], reason: String) throws {
        let command = try KexecCommand.parse(KexecArguments.normalized(arguments))
        let failure = try #require(throws: Failure.self) { try command.request() }
        #expect(failure.status == .usage)
        #expect(failure.text.contains(reason), "\(failure.text)")
    }

    @Test("By a link that is called kexec, and as a command of kplan")
    func bothNames() throws {
        for (result, name) in [
            (try TestSupport.Kplan.run(["-v"], as: "kexec"), "kexec"),
            (try TestSupport.Kplan.run(["kexec", "-v"]), "kplan kexec"),
        ] {
            #expect(
                result.status == 0 && result.output == "kplan \(kplan.Kplan.version), as kexec\n", "\(name)")
        }
        let link = try TestSupport.Kplan.run(["-l", "--frobnicate"], as: "kexec")
        #expect(link.status == 64 && link.errors.contains("Usage: kexec ["))
        let command = try TestSupport.Kplan.run(["kexec", "-l", "--append=", "--frobnicate"])
        #expect(command.status == 64 && command.errors.contains("Usage: kplan kexec ["))
        // Where nothing is loaded and no kexec is there, as in a container, it says so.
        let other = try TestSupport.Kplan.run(["show", "--help"], as: "kplan-too")
        #expect(other.status == 0 && other.output.contains("USAGE: kplan show"))
    }
}
