import Emitter
import Executor
import Files
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
                try loadSegments(PlanFile(plan: plan, path: file.path), session, files)
            case .kexecFileLoad(let plan):
                try loadFiles(PlanFile(plan: plan, path: file.path), session, files)
            }
        guard isLoaded, let session else { return false }
        printError("kplan: loaded \(file.path) (plan \(file.plan.id.prefix(16)))")
        session.printNotes()
        return true
    }

    private func loadSegments(
        _ file: PlanFile<Plan>, _ session: LoadSession?, _ files: [InputRole: InputFile]?
    ) throws -> Bool {
        if machine.root == "/" { try machine.checkKind(file.plan, of: file.path) }
        try file.checkRules()
        try checkPages(of: file.plan.kernel, in: file.path)
        // Read before the attempt: attempts count against the kernel's limits.
        let state = machine.state()
        let attempt = LoadAttempt.segments(SegmentsAttempt(file.plan, flags: flags))
        let refused = machine.root == "/" ? Failure(refusing: attempt, on: state, of: file.path) : nil
        // A machine that can't load is told so before minutes are spent on digests.
        if !isDry {
            if let refused { throw refused }
            try checkFit(of: file)
        }
        let reproduction =
            try files.map { files throws(Failure) in try Reproduction(of: file, files: files) }
            ?? Reproduction(of: file, inputs) { path, role throws(Failure) in try .reading(path, as: role) }
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

    private func checkFit(of file: PlanFile<Plan>) throws(Failure) {
        let any = PlanFile(plan: AnyPlan.kexecLoad(file.plan), path: file.path)
        try Fitness(of: any, inputs, on: machine, allowsOtherBoard: allowsOtherBoard).require(of: file.path)
    }

    private func loadFiles(
        _ file: PlanFile<FileLoadPlan>, _ session: LoadSession?, _ files: [InputRole: InputFile]?
    ) throws -> Bool {
        try inputs.checkTaken(by: PlanFile(plan: .kexecFileLoad(file.plan), path: file.path), and: [:])
        try machine.checkKind(file.plan, of: file.path)
        if case .arm64(let kernel) = file.plan.kernel { try checkPages(of: kernel, in: file.path) }
        let state = machine.state()
        let attempt = LoadAttempt.files(
            FilesAttempt(file.plan, flags: FileLoadFlags(file.plan, debug: debug)))
        let refused = Failure(refusing: attempt, on: state, of: file.path)
        if let refused, !isDry { throw refused }
        let loading = try FileLoading(of: file, inputs, files, debug: debug)
        if isDry {
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

    private func checkPages(of kernel: KernelImage, in path: String) throws(Failure) {
        if let note = try machine.checkPages(of: kernel, in: path) { printError("kplan: note: \(note)") }
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
