// Rules: the request.

extension Plan {
    /// What was asked for is what the request came to, so that it can be asked for again: the command line begins with
    /// what was kept, and there is a console where one was to be found.
    func requestAgrees() -> [Violation.Problem] {
        var problems: [Violation.Problem] = []
        if let reused = request.reusedCommandLine,
            request.commandLine?.utf8.starts(with: reused.utf8) != true
        {
            problems.append(.reusedCommandLine)
        }
        switch request.consoleSource {
        case .stdoutPath where request.console == nil, .port where request.console == nil:
            problems.append(.consoleNotFound(request.consoleSource))
        default: break
        }
        return problems
    }
}
