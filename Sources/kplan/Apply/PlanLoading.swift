import Executor
import KexecPlan

/// What surrounds the system call that loads a plan on the running machine: every check that can be made before, the bytes,
/// the record, and the explanation where the kernel refuses.
struct PlanLoading {
    /// Where the plan's inputs are found, but for those that are given.
    let inputs: InputOptions
    let machine: RunningMachine
    var allowsOtherBoard = false
    /// Whether the kernel is to log what it loads.
    var debug = false
    /// Whether it is only said what would be loaded.
    var isDry = false

    /// Loads the plan. Returns false where it only says what it would do.
    /// - Parameter files: the plan's inputs, where they were read already.
    func load(
        _ file: PlanFile<AnyPlan>, _ session: LoadSession?, _ files: [InputRole: InputFile]?
    ) throws -> Bool {
        let isLoaded =
            switch file.plan {
            case .kexecLoad(let plan):
                try loadSegments(file.with(plan), session, files)
            case .kexecFileLoad(let plan):
                try loadFiles(file.with(plan), session, files)
            }
        guard isLoaded, let session else { return false }
        printError("kplan: loaded \(file.path) (plan \(file.plan.id.prefix(16)))")
        session.printNotes()
        return true
    }

    private func loadSegments(
        _ file: PlanFile<Plan>, _ session: LoadSession?, _ files: [InputRole: InputFile]?
    ) throws -> Bool {
        try Fitness(kindOf: file.any.plan, on: machine).require(of: file.path)
        try file.checkRules()
        try checkPages(of: file.plan.kernel, in: file.path)
        // Read before the attempt: attempts count against the kernel's limits.
        let state = machine.state()
        let attempt = LoadAttempt.segments(SegmentsAttempt(file.plan, flags: flags))
        let refused = Failure(refusing: attempt, on: state, of: file.path)
        // A machine that can't load is told so before minutes are spent on digests.
        if !isDry {
            if let refused { throw refused }
            try checkFit(of: file)
        }
        let reproduction = try reproduction(of: file, files)
        let request = try LoadRequest(reproduction, flags: flags)
        if isDry {
            try printResult(request.layout)
            if let refused { throw refused }
            try checkFit(of: file)
            return false
        }
        // Once more, as close to the load as can be: all that took its time.
        try checkFit(of: file)
        let load = LoggedLoad(
            attempt: attempt, state: state, path: file.path, request: "layout: \(request.layout)")
        try session?.load { () throws(Failure) in
            try load.perform(showsLog: debug) { () throws(LoadError) in try KexecLoad().load(request) }
        }
        return true
    }

    /// The bytes, from inputs in memory of this process.
    private func reproduction(
        of file: PlanFile<Plan>, _ files: [InputRole: InputFile]?
    ) throws(Failure) -> Reproduction {
        if let files { return try Reproduction(of: file, files: files) }
        guard file.plan.deviceTree.isLive else { return try Reproduction(of: file, inputs, open: .reading) }
        if let given = inputs.dtb ?? inputs.machine {
            throw Failure(
                "\(given): \(file.path) takes this machine's own device tree, and no other", status: .usage)
        }
        let tree = try InputFile.reading(machine.deviceTreePath, as: .dtb)
        return try Reproduction(of: file, inputs, tree: tree, open: .reading)
    }

    private func checkFit(of file: PlanFile<Plan>) throws(Failure) {
        try Fitness(of: file.any, inputs, on: machine, allowsOtherBoard: allowsOtherBoard).require(
            of: file.path)
    }

    private func loadFiles(
        _ file: PlanFile<FileLoadPlan>, _ session: LoadSession?, _ files: [InputRole: InputFile]?
    ) throws -> Bool {
        try inputs.checkTaken(by: file.any, and: [:])
        try Fitness(kindOf: file.any.plan, on: machine).require(of: file.path)
        try file.checkRules()
        if case .arm64(let kernel) = file.plan.kernel { try checkPages(of: kernel, in: file.path) }
        let state = machine.state()
        var attempt = FilesAttempt(file.plan, flags: FileLoadFlags(file.plan, debug: debug))
        // A machine that can't load is told so before minutes are spent on digests.
        let refused = Failure(refusing: .files(attempt), on: state, of: file.path)
        if let refused, !isDry { throw refused }
        let loading = try FileLoading(of: file, inputs, files, debug: debug)
        if isDry { try printResult(loading.text) }
        attempt.isSigned = loading.isSigned
        if let refused = Failure(refusing: .files(attempt), on: state, of: file.path) { throw refused }
        if isDry { return false }
        let load = LoggedLoad(attempt: .files(attempt), state: state, path: file.path, request: loading.text)
        try session?.load { () throws(Failure) in
            try load.perform(showsLog: debug) { () throws(LoadError) in
                try KexecFileLoad().load(loading.call)
            }
        }
        return true
    }

    private func checkPages(of kernel: KernelImage, in path: String) throws(Failure) {
        if let note = try machine.checkPages(of: kernel, in: path) { printError("kplan: note: \(note)") }
    }

    private var flags: LoadFlags { debug ? .debug : [] }
}
