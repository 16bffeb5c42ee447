import ArgumentParser
import Emitter
import Executor
import Files
import KexecPlan
import PlanJSON

struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Loads a plan on the machine that it is for and, when asked, jumps.",
        discussion: """
            Checks the plan, its inputs and this machine's memory, makes the bytes, fills in what must be fresh, \
            and calls kexec_load; or hands its files to kexec_file_load, where the plan says so. Needs root (CAP_SYS_BOOT). \
            Without --exec the loaded kernel waits for "systemctl kexec" or "kexec -e". Exit status: 0 loaded, and executed \
            where asked; 1 or 2 not loaded; 3 loaded, but not executed. With --check: 0 the plan fits this machine as it is, \
            1 it doesn't, 2 that can't be told.
            """)

    @Argument(help: .init("The plan, or a bundle.", valueName: "plan"), completion: .file())
    var plan: String

    @OptionGroup
    var inputs: InputOptions

    @Flag(help: "Do everything but load: print what would be loaded where.")
    var dryRun = false

    @Flag(help: "Only compare the plan with this machine as it is, and say what was compared.")
    var check = false

    @Flag(help: "With --check: print JSON (schemas/fit-1.schema.json).")
    var json = false

    @OptionGroup
    var replanning: ReplanOptions

    @Flag(help: "Load it on another board than it was made for.")
    var allowOtherBoard = false

    @Option(
        help: .init(
            "With --check or --dry-run: a folder that stands for /, with copies of proc and sys.",
            valueName: "folder"), completion: .directory)
    var root: String = "/"

    @OptionGroup
    var signing: SigningOptions

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
        if check, dryRun || execution.exec || replanning.replan {
            throw ValidationError(
                "--check does nothing but compare: it goes without --dry-run, --exec and --replan.")
        }
        if json, !check { throw ValidationError("--json goes with --check.") }
        if root != "/", !check, !dryRun { throw ValidationError("--root goes with --check or --dry-run.") }
    }

    func run() throws {
        try explaining(root) { try Folder.check(root) }
        let document = try tellingPrograms { () throws(Failure) in try PlanDocument(reading: plan) }
        let policy = try check ? nil : SigningPolicy(of: root, signing)
        try policy?.require(of: document) { () throws(Failure) in try signing.signatureFile(of: document) }
        var file = try tellingPrograms { () throws(Failure) in try PlanFile(document) }
        try inputs.checkNone(beside: file, takesTree: replanning.replan)
        if execution.exec, file.plan.type == .crash {
            throw Failure(
                "\(file.path): is a plan for a crash kernel, which starts after a panic: it is loaded without --exec",
                status: .usage)
        }
        let machine = root == "/" ? RunningMachine() : RunningMachine(root: root)
        if check { return try compare(file, document, with: machine) }
        if execution.exec { try Execution().check() }
        var made: Replan?
        if replanning.replan {
            let demand = policy?.demands.first
            let replan = try replan(file, machine, isAsked: !dryRun && demand == nil)
            file = file.with(.kexecLoad(replan.plan))
            made = replan
            try demand?.checkSame(replan, as: document, isKept: replanning.output)
        }
        let session = try dryRun ? nil : LoadSession(LoadedPlan(file))
        guard try loading(on: machine).load(file, session, made?.files), let session else { return }
        // The lock is held until the jump: nothing else gets loaded in between.
        try withExtendedLifetime(session) {
            if execution.exec { try Execution().perform(execution, of: file.path) }
        }
    }

    /// A plan that can't be read is told to programs, too.
    private func tellingPrograms<Value>(_ read: () throws(Failure) -> Value) throws(Failure) -> Value {
        try CheckReport.reading(json: json, otherwise: CheckList.encode(unreadablePlan:), read)
    }

    /// Says what of the plan fits the machine, and does nothing else.
    private func compare(
        _ file: PlanFile<AnyPlan>, _ document: PlanDocument, with machine: RunningMachine
    ) throws {
        var checks = SigningPolicy.checks(of: document, on: root, signing)
        checks += Fitness(of: file, inputs, on: machine, allowsOtherBoard: allowOtherBoard).checks
        // What a kernel of another architecture has against it is that alone.
        if machine.architecture(of: file.plan).word != "no" { checks.append(refusal(of: file, machine)) }
        try CheckReport(
            plan: file.plan, checks: checks, verdict: verdict(checks),
            incomplete: "\(file.path): not everything could be compared"
        ).end(json: json) { CheckList.encode(plan: file.plan.id, fits: $0, $1) }
    }

    /// The answer to all of it.
    private func verdict(_ checks: [Check]) -> String {
        let count = { (words: String...) in checks.count { words.contains($0.word) } }
        return switch checks.status {
        case .done: "It fits."
        case .no: "It does not fit: \(count("no")) of \(checks.count) say no."
        case .failed, .usage, .notExecuted:
            "Whether it fits is not known: \(count("failed", "skipped")) of \(checks.count) could not be compared."
        }
    }

    /// What would keep the kernel from loading it, whoever asks: that this process may not is no fault of the plan.
    private func refusal(of file: PlanFile<AnyPlan>, _ machine: RunningMachine) -> Check {
        var state = machine.state()
        state.mayReboot = true
        let attempt: LoadAttempt
        let kernel: KernelImage?
        switch file.plan {
        case .kexecLoad(let plan):
            attempt = .segments(SegmentsAttempt(plan, flags: flags))
            kernel = plan.kernel
        case .kexecFileLoad(let plan):
            attempt = .files(FilesAttempt(plan, flags: FileLoadFlags(plan, debug: debug)))
            kernel = if case .arm64(let image) = plan.kernel { image } else { nil }
        }
        let name = "refusal"
        var findings = Messages.texts(refusals: attempt.refusals(on: state))
        let pages = kernel.flatMap {
            KernelPages(of: $0, runningPageSize: machine.pageSize, machine.processors)
        }
        var note: String?
        switch pages {
        case nil: break
        case .lacking(let text): findings.append("the plan's kernel \(text("this machine's CPU"))")
        case .unknown(let text): note = "the plan's kernel \(text("this machine's CPU"))"
        }
        if findings.isEmpty, let note { return Check(name, .note(note)) }
        return Check(name, ok: "nothing is known that the kernel would refuse", findings: findings)
    }

    /// The plan, made again for this machine, after its difference was shown and agreed to.
    private func replan(
        _ file: PlanFile<AnyPlan>, _ machine: RunningMachine, isAsked: Bool
    ) throws -> Replan {
        guard case .kexecLoad(let plan) = file.plan else {
            throw Failure(
                "\(file.path): is for kexec_file_load, which decides on this machine all that a new plan would: apply it",
                status: .usage)
        }
        let planFile = file.with(plan)
        try Fitness(architectureOf: file.plan, on: machine).require(of: file.path)
        try planFile.checkRules()
        let replan = try Replan(of: planFile, inputs, on: machine, allowsOtherBoard: allowOtherBoard)
        try replanning.confirm(replan, of: file.path, isAsked: isAsked)
        return replan
    }

    private func loading(on machine: RunningMachine) -> PlanLoading {
        PlanLoading(
            inputs: inputs, machine: machine, allowsOtherBoard: allowOtherBoard, debug: debug, isDry: dryRun)
    }

    private var flags: LoadFlags { debug ? .debug : [] }
}
