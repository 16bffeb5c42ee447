import Executor

/// A load whose failure is explained, with what the kernel's log got meanwhile.
struct LoggedLoad {
    let attempt: LoadAttempt
    /// The machine as it was before.
    let state: MachineState
    /// What messages call the plan.
    let path: String
    /// What the kernel is asked for, for whoever looks for the cause.
    let request: String
    /// The folder that stands for `/`.
    var root = "/"

    /// Loads; a refusal becomes a message.
    /// - Parameter showsLog: whether the kernel's log is shown after a success too.
    func perform(showsLog: Bool, _ load: () throws(LoadError) -> Void) throws(Failure) {
        let log = LoadLog(root: root)
        do throws(LoadError) {
            try load()
        } catch {
            throw Failure(
                path, refusing: attempt, with: error.errno, on: state, log,
                loss: crashKernelIsGone ? Messages.crashKernelIsGone : nil, request: request)
        }
        // The kernel says a line or two for each segment.
        if showsLog {
            printError(Messages.text(log.lines(limit: 400)) ?? "the kernel's log got nothing of it")
        }
    }

    /// Whether the attempt has cost the crash kernel that was loaded before: the kernel frees it first, since the new one
    /// goes to the same memory (kernel/kexec_file.c, kernel/kexec.c).
    private var crashKernelIsGone: Bool {
        state.isCrashLoaded == true && MachineState(root: root).isCrashLoaded == false
    }
}

extension Failure {
    /// What the kernel has refused an attempt for, as far as that can be known.
    /// - Parameters:
    ///   - what: what it is about.
    ///   - state: the machine as it was before.
    ///   - log: the kernel's, since then.
    ///   - loss: what it has cost.
    ///   - request: what the kernel was asked for, for whoever looks for the cause.
    init(
        _ what: String, refusing attempt: LoadAttempt, with errno: Int32, on state: MachineState,
        _ log: LoadLog,
        loss: String? = nil, request: String? = nil
    ) {
        let lines = log.lines(limit: 40)
        let failure = LoadFailure(errno: errno, attempt: attempt, state: state, log: lines.known)
        let parts = ["\(what): \(Messages.text(failure))", loss, Messages.text(lines), request]
        self.init(parts.compactMap(\.self).joined(separator: "\n"), errno: errno)
    }

    /// What the kernel would refuse an attempt for, by all that can be known before; nil where it has no reason.
    init?(refusing attempt: LoadAttempt, on state: MachineState, of path: String) {
        let refusals = attempt.refusals(on: state)
        guard !refusals.isEmpty else {
            let risks = attempt.risks(on: state)
            guard !risks.isEmpty else { return nil }
            self.init("\(path): \(Messages.text(risks: risks, by: attempt.method))")
            return
        }
        // Another plan helps where this one is at fault, and nothing but a change of the machine otherwise.
        let isOfPlan = refusals.contains(where: \.reason.isOfPlan)
        self.init(
            "\(path): \(Messages.text(refusals: refusals, by: attempt.method))",
            status: isOfPlan ? .no : .failed, errno: attempt.refusalErrno(on: state))
    }
}
