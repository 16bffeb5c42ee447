import ArgumentParser
import Emitter
import Executor
import Files
import KexecPlan

struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Loads a plan on the machine that it is for and, when asked, jumps.",
        discussion: """
            Checks the plan, its inputs and this machine's memory, makes the bytes, fills in what must be fresh, \
            and calls kexec_load; or hands its files to kexec_file_load, where the plan says so. Needs root (CAP_SYS_BOOT). \
            Without --exec the loaded kernel waits for "systemctl kexec" or "kexec -e". Exit status: 0 loaded, and executed \
            where asked; 1 or 2 not loaded; 3 loaded, but not executed.
            """)

    @Argument(help: .init("The plan.", valueName: "plan"))
    var plan: String

    @OptionGroup
    var inputs: InputOptions

    @Flag(help: "Do everything but load: print what would be loaded where.")
    var dryRun = false

    @OptionGroup
    var execution: ExecutionOptions

    @Flag(
        help: """
            Let the kernel log what it loads, and show that (KEXEC_FILE_DEBUG, Linux 6.8 or later; KEXEC_DEBUG, which Linux \
            7.2 has not got yet).
            """)
    var debug = false

    func validate() throws {
        if dryRun, execution.exec { throw ValidationError("--dry-run and --exec exclude each other.") }
    }

    func run() throws {
        let file = try PlanFile(plan)
        if execution.exec, file.plan.type == .crash {
            throw Failure(
                "\(file.path): is a plan for a crash kernel, which starts after a panic: it is loaded without --exec",
                status: .usage)
        }
        let machine = RunningMachine()
        let session = try dryRun ? nil : LoadSession(LoadedPlan(file))
        let isLoaded =
            switch file.plan {
            case .kexecLoad(let plan): try load(PlanFile(plan: plan, path: file.path), machine, session)
            case .kexecFileLoad(let plan):
                try loadFiles(PlanFile(plan: plan, path: file.path), machine, session)
            }
        guard isLoaded, let session else { return }
        printError("kplan: loaded \(file.path) (plan \(file.plan.id.prefix(16)))")
        session.printNotes()
        // The lock is held until the jump: nothing else gets loaded in between.
        try withExtendedLifetime(session) {
            if execution.exec { try explaining(file.path) { try Execution().perform(execution) } }
        }
    }

    /// Returns false where it only says what it would do.
    private func load(_ file: PlanFile<Plan>, _ machine: RunningMachine, _ session: LoadSession?) throws
        -> Bool
    {
        try machine.checkKind(file.plan, of: file.path)
        try file.checkRules()
        try checkPages(of: file.plan.kernel, machine)
        // Read before the attempt: attempts count against the kernel's limits.
        let state = machine.state()
        let attempt = LoadAttempt.segments(SegmentsAttempt(file.plan, flags: flags))
        let refused = Failure(refusing: attempt, on: state, of: file.path)
        // A machine that can't load is told so before minutes are spent on digests.
        if let refused, !dryRun { throw refused }
        let reproduction = try Reproduction(of: file, inputs) { path, role throws(Failure) in
            try .reading(path, as: role)
        }
        let request = try LoadRequest(reproduction, flags: flags)
        if dryRun {
            try printResult(request.layout)
            if let refused { throw refused }
            try machine.checkMemory(file.plan, of: file.path)
            return false
        }
        try machine.checkMemory(file.plan, of: file.path)
        let load = LoggedLoad(
            attempt: attempt, state: state, path: file.path, request: "layout: \(request.layout)")
        try session?.load { () throws(Failure) in
            try load.perform(showsLog: debug) { () throws(LoadError) in try KexecLoad().load(request) }
        }
        return true
    }

    /// Returns false where it only says what it would do.
    private func loadFiles(_ file: PlanFile<FileLoadPlan>, _ machine: RunningMachine, _ session: LoadSession?)
        throws -> Bool
    {
        try inputs.checkTaken(by: PlanFile(plan: .kexecFileLoad(file.plan), path: file.path), and: [:])
        try machine.checkKind(file.plan, of: file.path)
        if case .arm64(let kernel) = file.plan.kernel { try checkPages(of: kernel, machine) }
        let state = machine.state()
        let attempt = LoadAttempt.files(
            FilesAttempt(file.plan, flags: FileLoadFlags(file.plan, debug: debug)))
        let refused = Failure(refusing: attempt, on: state, of: file.path)
        if let refused, !dryRun { throw refused }
        let loading = try FileLoading(of: file, inputs, debug: debug)
        if dryRun {
            try printResult(loading.text)
            if let refused { throw refused }
            return false
        }
        let load = LoggedLoad(attempt: attempt, state: state, path: file.path, request: loading.text)
        try session?.load { () throws(Failure) in
            try load.perform(showsLog: debug) { () throws(LoadError) in
                try KexecFileLoad().load(loading.call)
            }
        }
        return true
    }

    private func checkPages(of kernel: KernelImage, _ machine: RunningMachine) throws(Failure) {
        if let note = try machine.checkPages(of: kernel, in: plan) { printError("kplan: note: \(note)") }
    }

    private var flags: LoadFlags { debug ? .debug : [] }
}

extension LoadRequest {
    /// The segments of a plan as they are loaded: runtime slots filled, files in this process's own memory.
    fileprivate init(_ reproduction: Reproduction, flags: LoadFlags) throws(Failure) {
        let filled = try explaining("runtime slots") {
            // Drawn at once: what fails must fail before anything is filled.
            let count = reproduction.plan.runtimeSlots.reduce(0) {
                $1.fill == .random ? $0 + Int(clamping: $1.length) : $0
            }
            var random = try RandomBytes.make(count: count)[...]
            return try Emitter.fillRuntimeSlots(
                of: reproduction.plan, in: reproduction.segments,
                reading: InputFile.reader(reproduction.files)
            ) { count in
                defer { random = random.dropFirst(count) }
                return Array(random.prefix(count))
            }
        }
        var segments: [LoadSegment] = []
        for segment in filled {
            segments.append(
                LoadSegment(
                    role: segment.role, address: segment.address, memorySize: segment.memorySize,
                    content: try reproduction.loadContent(of: segment)))
        }
        self.init(entry: reproduction.plan.entry, flags: flags, segments: segments)
    }

    /// The layout, a line a segment.
    fileprivate var layout: String {
        let lines = segments.map { segment in
            let end = segment.address.rawValue &+ segment.memorySize &- 1
            return "  \(segment.role.rawValue.padded(to: 12)) \(segment.address)–\(end.hex)  "
                + "\(segment.memorySize.humanSize), \(segment.content.count) bytes of content"
        }
        return (["entry \(entry)"] + lines).joined(separator: "\n")
    }
}
