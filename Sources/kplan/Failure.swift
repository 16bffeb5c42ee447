/// What kplan's exit statuses mean.
enum ExitStatus: Int32 {
    /// Done, or the answer is yes.
    case done = 0
    /// The answer is no: a plan is stale or breaks a rule, or purgatory has left no report.
    case no = 1
    /// It could not be done: an unreadable or malformed file, an impossible request, a failed system call.
    case failed = 2
    /// What was to be loaded is loaded; the jump that was asked for didn't take place.
    case notExecuted = 3
    /// The command was used wrongly.
    case usage = 64
}

/// What ends a command: a message for people, and an exit status.
struct Failure: Error, Equatable {
    let status: ExitStatus
    let text: String
    /// What the kernel said to a load, or would have said; nil for all other failures.
    let errno: Int32?

    init(_ text: String, status: ExitStatus = .failed, errno: Int32? = nil) {
        self.status = status
        self.text = text
        self.errno = errno
    }

    /// Nobody has to be told why.
    static let silent = Failure("")
}

/// Runs `body`; an error becomes a failure with its text, after `what` it was about.
func explaining<Result>(
    _ what: String, status: ExitStatus = .failed, _ body: () throws -> Result
) throws(Failure) -> Result {
    do {
        return try body()
    } catch let failure as Failure {
        throw failure
    } catch {
        throw Failure(
            "\(what.isEmpty ? "\"\", a path without a name" : Messages.printable(what)): \(Messages.text(for: error))",
            status: status)
    }
}
