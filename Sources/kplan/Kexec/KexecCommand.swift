import Arm64
import ArgumentParser
import Executor
import KexecPlan

struct KexecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kexec",
        abstract: "Takes kexec-tools' options, for scripts that call kexec.",
        discussion: """
            Plans in memory what kexec -l would load, with kplan's checks, record and purgatory, and loads it. kplan does the \
            same when it is called by the name kexec, through a link. docs/KEXEC.md says what each option becomes, and what is \
            refused. Exit status: 0 done; 1 or 2 not done; 3 loaded, but not executed; 64 wrong usage; of -S, 1 says that it is \
            loaded.
            """)

    @Argument(help: .init("The kernel: an arm64 Image, or on x86_64 a bzImage.", valueName: "kernel"))
    var kernel: String?

    @Flag var actions: [KexecAction] = []

    @Flag(
        name: [.customShort("S"), .long],
        help:
            "Say by the exit status whether a crash kernel, or with -l a kernel, is loaded: 1 it is, 0 it isn't."
    )
    var status = false

    @Flag(exclusivity: .chooseLast) var call: KexecCall = .auto

    @Option(
        name: [.long, .customLong("ramdisk")], parsing: .unconditional,
        help: .init("The initial RAM disk.", valueName: "file"))
    var initrd: String?

    @Option(
        name: [.long, .customLong("append")], parsing: .unconditional,
        help: .init(
            "The next kernel's command line, or with --reuse-cmdline what is added to it.", valueName: "text")
    )
    var commandLine: String?

    @Flag(
        help: """
            The running kernel's command line, without BOOT_IMAGE= and for a crash kernel without crashkernel=.
            """)
    var reuseCmdline = false

    @Option(
        parsing: .unconditional,
        help: .init("The device tree, for kexec_load, instead of this machine's.", valueName: "file"))
    var dtb: String?

    @Option(
        name: [.customShort("t"), .long], parsing: .unconditional,
        help: .init("What the kernel has to be: Image, or on x86_64 bzImage.", valueName: "type"))
    var type: String?

    @Option(
        parsing: .unconditional,
        help: .init("Where purgatory prints, as in kplan make --serial, for kexec_load.", valueName: "uart"))
    var serial: String?

    @Option(
        parsing: .unconditional,
        help: .init("The lowest address to use, for kexec_load.", valueName: "address"))
    var memMin: ByteCount?

    @Option(
        parsing: .unconditional,
        help: .init("The highest address to use, for kexec_load.", valueName: "address"))
    var memMax: ByteCount?

    @Flag(help: "For kexec_file_load: its flag KEXEC_FILE_NO_CMA.")
    var noCma = false

    @Flag(help: "For kexec_file_load on x86_64: its flag KEXEC_FILE_FORCE_DTB.")
    var forceDtb = false

    @Flag(
        name: [.customShort("i"), .long],
        help: "Taken, and changes nothing: kplan's purgatory always verifies, with MMU and caches on.")
    var noChecks = false

    @Flag(
        name: [.customShort("x"), .long],
        help: "Taken, and changes nothing: kplan brings no network interface down.")
    var noIfdown = false

    @Flag(name: [.customShort("y"), .long], help: "With -e or -f: don't write files to their disks first.")
    var noSync = false

    @Flag(
        name: .shortAndLong, help: "Show the plan, and what the kernel logs of the load, on standard error.")
    var debug = false

    @Flag(help: "Print the size of the memory that is reserved for a crash kernel, in bytes.")
    var printCkrSize = false

    @Flag(name: [.customShort("v"), .long], help: "Print the version.")
    var version = false

    @Flag(help: .hidden) var reuseinitrd = false
    @Flag(help: .hidden) var loadPreserveContext = false
    @Flag(help: .hidden) var loadJumpBackHelper = false
    @Flag(help: .hidden) var hotplug = false
    @Option(parsing: .unconditional, help: .hidden) var entry: String?

    func run() throws {
        switch try request() {
        case .version: try printResult("kplan \(Kplan.version), as kexec")
        case .crashMemory: try printResult("\(LoadedImages().crashMemory ?? 0)")
        case .status(let type): try answer(type)
        case .unload(let type): try UnloadCommand.unload(type)
        case .execute(let synchronizes): try execute(synchronizes)
        case .load(let order): try KernelLoading(order: order).run()
        }
    }

    private func answer(_ type: KexecType) throws {
        let name = type == .crash ? "kexec_crash_loaded" : "kexec_loaded"
        guard case .known(let isLoaded) = try explaining("/", { try LoadedImages().loaded(type) }) else {
            throw Failure("/sys/kernel/\(name) doesn't say whether something is loaded")
        }
        if isLoaded { throw ExitCode(1) }
    }

    private func execute(_ synchronizes: Bool) throws {
        let session = try LoadSession(executingOn: "/")
        try withExtendedLifetime(session) {
            try explaining("nothing is executed") { try Jump().perform(synchronizes: synchronizes) }
        }
    }
}
