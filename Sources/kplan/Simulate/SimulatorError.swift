/// Why there is no outcome of a simulation. What purgatory does wrong is an outcome.
enum SimulatorError: Error, Equatable {
    /// There is no kplan-simulate; `KPLAN_SIMULATE` is that path, if it was set.
    case notFound(given: String?)
    /// A system call failed while it was to be started.
    case notStarted(path: String, call: String, errno: Int32)
    /// It was ended by a signal.
    case killed(path: String, signal: Int32)
    /// It ended with this status and without an outcome.
    case exited(path: String, status: Int32)
    /// What it wrote can't be understood.
    case garbled(path: String)
    /// It is from another build.
    case otherVersion(path: String)
    /// It didn't end, though its own limit had passed by that much.
    case timedOut(path: String, after: Duration)
}
