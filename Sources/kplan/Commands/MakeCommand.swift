import Arm64
import ArgumentParser
import BootInputs
import Files
import KexecPlan
import PlanJSON
import Planner

struct MakeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make",
        abstract: "Plans a kexec from a kernel and what a machine says of itself.",
        discussion: """
            The files are those of the machine that the plan is for: its capture (kplan capture), or copies of \
            /proc/iomem (read as root) and /sys/firmware/fdt; and the kernel and initrd that it will load. The plan can \
            be made anywhere; the same inputs make the same bytes.
            """)

    @Option(
        help: .init(
            """
            The system call that loads it. kexec_load: kplan decides where every byte goes. kexec_file_load: the running \
            kernel does, and verifies signatures if it is told to; the options from --dtb to --purgatory, but \
            for --machine and the command line's, are not for it.
            """, valueName: "system call"))
    var method: LoadMethod = .kexecLoad

    @Option(help: "What it is for: a restart, or a crash kernel that runs after a panic.")
    var type: KexecType = .normal

    @Option(
        name: .customLong("kernel"),
        help: .init(
            "The kernel: an arm64 Image, or for kexec_file_load an x86_64 bzImage.", valueName: "file"),
        completion: .file())
    var givenKernel: String?

    /// The kernel; `validate` has seen to it that there is one, but with --check.
    var kernel: String { givenKernel ?? "" }

    @Option(
        name: [.long, .customLong("ramdisk")], help: .init("The initial RAM disk.", valueName: "file"),
        completion: .file())
    var initrd: String?

    @Option(
        help: .init(
            """
            The device tree: a .dtb, or a copy of /sys/firmware/fdt. With --machine also "live": the machine's own when the \
            plan is applied (./live is a file).
            """, valueName: "file"),
        completion: .file())
    var dtb: String?

    @Option(
        help: .init("The memory map: a copy of /proc/iomem, read as root.", valueName: "file"),
        completion: .file())
    var memoryMap: String?

    @Option(
        help: .init(
            """
            The machine, as kplan capture says it: instead of --memory-map, and of --dtb, which may still be given \
            beside it. May be given again, or be a folder of captures (*.json): the plan is for all of these machines. \
            With kexec_file_load it is only looked at: for what the machine would refuse, and for --reuse-cmdline.
            """, valueName: "file"), completion: .file())
    var machine: [String] = []

    @Option(
        name: [.long, .customLong("append")],
        help: .init("The command line of the next kernel.", valueName: "text"))
    var commandLine: String?

    @Flag(
        help: """
            Keep the device tree's command line (with kexec_file_load that of --machine), but BOOT_IMAGE=; --command-line is \
            added to it.
            """)
    var reuseCmdline = false

    @Option(
        name: [.long, .customLong("serial")],
        help: .init(
            """
            Where purgatory prints: as the kernel's console= (ttyAMA0, /dev/ttyS0: the device tree tells which), as \
            its earlycon= (pl011,ADDRESS, uart8250,mmio,ADDRESS, uart8250,mmio32,ADDRESS), mmio,ADDRESS or \
            mmio32,ADDRESS (what the device tree has there, else an 8250), raw,ADDRESS (stores bytes, waits for \
            nothing), stdout-path (what the device tree says), or none. A speed (,115200n8) changes nothing. Without \
            it: what the device tree says, if it does.
            """, valueName: "uart"))
    var console: String?

    @Option(help: "The granule of purgatory's page tables. (default: 4K)")
    var granule: Granule?

    @Flag(
        help: """
            Where page tables can't reach the console (beyond 48 bits): a plan without them, with which purgatory \
            leaves MMU and caches off. Without this it is an error.
            """)
    var allowMmuOff = false

    @Option(
        help: .init(
            """
            What segments are multiples of; at least the running kernel's page size. 64K fits every kernel. (default: 64K)
            """, valueName: "size"))
    var pageSize: ByteCount?

    @Option(
        help: .init(
            "The lowest address to use: 0x80000000, or 2G (K, M, G, T: powers of 1024).", valueName: "address"
        ))
    var memMin: ByteCount?

    @Option(help: .init("The highest address to use, in the same form.", valueName: "address"))
    var memMax: ByteCount?

    @Option(
        help:
            """
            kaslr-seed and rng-seed of the next kernel: fresh random bytes, drawn by apply, or none. (default: fresh)
            """)
    var seeds: SeedPolicy?

    @Option(help: .init("A purgatory object instead of kplan's own.", valueName: "file"), completion: .file())
    var purgatory: String?

    @Option(
        help: .init(
            """
            For kexec_file_load: how the running kernel gets the files. sealed: as copies in memory that nothing can change. \
            original: as they are, where IMA appraises them, or LoadPin takes them from one file system only. (default: sealed)
            """))
    var files: FilePassing?

    @Flag(help: "For kexec_file_load: don't put segments into contiguous memory (CMA) ahead of the jump.")
    var noCma = false

    @Flag(help: "For kexec_file_load on x86_64: the next kernel gets the running kernel's device tree.")
    var forceDtb = false

    @Option(
        name: [.short, .long],
        help: .init("The plan to write, instead of standard output.", valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: .init(
            """
            Make this plan again from what it records as asked for, and say whether it is what one gets today: status 0 to the \
            byte, 1 another, with the differences. Nothing is written, and only what says where its inputs are goes with it.
            """, valueName: "plan"), completion: .file())
    var check: String?

    @Option(
        help: .init(
            "With --check: the folder with the plan's inputs, where that isn't the plan's own.",
            valueName: "folder"), completion: .directory)
    var inputs: String?

    func validate() throws {
        if check != nil { return try validateCheck() }
        if inputs != nil { throw ValidationError("--inputs goes with --check.") }
        if givenKernel == nil { throw ValidationError("Missing expected argument '--kernel <file>'") }
        guard Granule.allCases.contains(where: { pageSize == nil || $0.size == pageSize?.value }) else {
            throw ValidationError("--page-size must be 4K, 16K or 64K.")
        }
        if memMin != nil || memMax != nil, memoryWindow == nil {
            throw ValidationError("--mem-min and --mem-max leave no address.")
        }
    }

    func run() throws {
        if let check { return try self.check(check) }
        try checkOptions()
        let captures = try captures()
        let inputs = [kernel, initrd, givenTree, memoryMap, purgatory].compactMap(\.self) + captures
        if let output { try Output.check([output], against: inputs) }
        let plan: AnyPlan =
            switch method {
            case .kexecLoad: .kexecLoad(try planOfSegments(inputs, captures))
            case .kexecFileLoad: .kexecFileLoad(try planOfFiles(inputs, captures))
            }
        let document = PlanJSON.encode(plan)
        // What can't be read again must not be written: more ranges of memory than a plan holds, say.
        _ = try explaining("no plan can be made") { try PlanJSON.decode(document) }
        try Output.write(document, to: output)
    }

    /// The captures that are given: files, and those in folders.
    private func captures() throws(Failure) -> [String] {
        var paths: [String] = []
        for path in machine {
            guard let names = try? Folder.names(in: path) else {
                paths.append(path)
                continue
            }
            let captures = names.filter { $0.hasSuffix(".json") }
            guard !captures.isEmpty else { throw Failure(Messages.text(noCaptureIn: path)) }
            paths += captures.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
        }
        return paths
    }

    private func planOfSegments(_ inputs: [String], _ captures: [String]) throws(Failure) -> Plan {
        try checkArchitecture()
        try checkMachine()
        let options = try options()
        for path in inputs { try checkKind(path) }
        var files: [InputRole: InputFile] = [:]
        for (role, path) in [(InputRole.dtb, givenTree), (.memoryMap, memoryMap)] {
            if let path { files[role] = try .mapping(path, as: role) }
        }
        let kernel = try InputFile.mapping(kernel, as: .kernel)
        let set = try MachineSet.several(
            captures.map { .init($0) }, kernel: kernel, dtb: files[.dtb], options)
        if set == nil, let path = captures.first { files[.machine] = try .mapping(path, as: .machine) }
        let described = if let set { try set.first } else { try MachineInputs(files) }
        guard let described else {
            preconditionFailure("checkMachine has seen to it")
        }
        try checkSize(described)
        let make = Make(
            kernel: kernel,
            initrd: try initrd.map { path throws(Failure) in try .mapping(path, as: .initrd) },
            machine: described, set: set,
            purgatory: try .purgatory(purgatory),
            options: options)
        let plan = try make.plan()
        for note in try make.notes(on: plan) { printError("kplan: note: \(note)") }
        return plan
    }

    private func planOfFiles(_ inputs: [String], _ captures: [String]) throws(Failure) -> FileLoadPlan {
        for path in inputs { try checkKind(path) }
        guard captures.count < 2 else { throw Failure(Messages.oneMachineOnly, status: .usage) }
        let target = try captures.first.map { path throws(Failure) in try CapturedTarget(path) }
        let commandLine = try fileLoadCommandLine(target)
        let flags = [noCma ? FileLoadFlag.noCMA : nil, forceDtb ? .forceDTB : nil].compactMap(\.self)
        let make = MakeFileLoad(
            kernel: try .mapping(kernel, as: .kernel),
            initrd: try initrd.map { path throws(Failure) in try .mapping(path, as: .initrd) },
            type: type,
            request: FileLoadRequest(commandLine: commandLine, flags: flags, files: files ?? .sealed))
        let plan = try make.plan()
        let notes = try target.map { target throws(Failure) in try target.notes(on: plan) } ?? []
        for note in make.notes + notes { printError("kplan: note: \(note)") }
        return plan
    }

    private func fileLoadCommandLine(_ target: CapturedTarget?) throws(Failure) -> String {
        let advice = "--command-line TEXT (on the machine itself: --command-line \"$(cat /proc/cmdline)\")"
        guard !reuseCmdline else {
            guard let target else {
                throw Failure(
                    """
                    --reuse-cmdline: without --machine the machine's command line is not known to a plan for \
                    kexec_file_load: give its capture, or use \(advice)
                    """, status: .usage)
            }
            return [try target.commandLine(for: type), commandLine].compactMap(\.self).filter { !$0.isEmpty }
                .joined(separator: " ")
        }
        guard let commandLine else {
            throw Failure("the next kernel's command line is not given: use \(advice)", status: .usage)
        }
        return commandLine
    }

    /// A plan records inputs by name, and they are opened again: a pipe has no name, and is empty then.
    private func checkKind(_ path: String) throws(Failure) {
        if path == "/dev/stdin" || ["/dev/fd/", "/proc/self/fd/"].contains(where: path.hasPrefix) {
            throw Failure(
                "\(Messages.printable(path)): has no name of its own by which it is found again: write it to a file"
            )
        }
        guard FileKind.isStream(path) else { return }
        throw Failure(
            "\(Messages.printable(path)): is a pipe or a socket, not a file: write it to a file first")
    }

    /// Fails where the initrd alone is more than may be loaded: what that large file has is not worth hashing.
    private func checkSize(_ machine: MachineInputs) throws(Failure) {
        guard let initrd, let size = FileKind.size(initrd),
            let ram = try? MemoryMap(machine.resources()).systemRAM.size, size > ram / 2
        else { return }
        throw Failure(
            "no plan can be made: \(Messages.printable(initrd)): "
                + Messages.text(PlannerError.moreThanHalfOfMemory(needed: size, ram: ram)))
    }

    private func options() throws(Failure) -> Make.Options {
        let console = try console.map { value throws(Failure) in
            guard let argument = ConsoleArgument(argument: value) else {
                throw Failure(Messages.text(noConsole: value), status: .usage)
            }
            return argument
        }
        return Make.Options(
            commandLine: commandLine, reusesCommandLine: reuseCmdline, console: console,
            granule: granule ?? .granule4K, allowsMMUOff: allowMmuOff, pageSize: pageSize?.value ?? 64 << 10,
            seeds: seeds ?? .fresh,
            memoryWindow: memoryWindow, takesLiveTree: dtb == Self.liveTree)
    }

    /// What stands for the device tree of the machine that a plan is applied on.
    static let liveTree = "live"
    /// The file with the device tree.
    private var givenTree: String? { dtb == Self.liveTree ? nil : dtb }

    private var memoryWindow: AddressRange? { AddressRange(from: memMin, through: memMax) }
}
