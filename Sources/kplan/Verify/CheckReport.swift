import ArgumentParser
import KexecPlan
import PlanJSON

/// The checks of a plan as a command's result, and what its exit status says of them.
struct CheckReport {
    let plan: AnyPlan
    let checks: [Check]
    /// What stands below the checks; nothing in JSON.
    var verdict: String?
    /// What is said where something could not be told.
    let incomplete: String

    /// What `read` reads of a plan. Where it can't be read, programs get that as a `document`, too.
    static func reading<Value>(
        json: Bool, otherwise document: (String) -> [UInt8], _ read: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        do throws(Failure) {
            return try read()
        } catch {
            if json { try printResult(document(error.text)) }
            throw error
        }
    }

    /// Prints it, for people or as `encode` has it for programs, and ends with the status of the checks.
    /// - Throws: `Failure` where something could not be told, `ExitCode` where the answer is no.
    func end(json: Bool, encode: (_ isDone: Bool, [CheckList.Check]) -> [UInt8]) throws {
        let status = checks.status
        if json {
            try printResult(encode(status == .done, checks.map(\.listed)))
        } else {
            let style = Style(width: 1 << 20, color: Terminal.isColored, ascii: !Terminal.isUTF8)
            let title = style.paint("Plan", .heading) + "  \(plan.id)"
            let lines = [title] + checks.lines(style) + [verdict].compactMap(\.self)
            try printResult(lines.joined(separator: "\n"))
        }
        switch status {
        case .done: return
        case .failed: throw Failure(incomplete, status: status)
        case .no, .usage, .notExecuted: throw ExitCode(status.rawValue)
        }
    }
}

extension Check {
    /// The check as programs get it.
    fileprivate var listed: CheckList.Check {
        let rules = violations.map {
            CheckList.BrokenRule(
                rule: $0.rule.rawValue, source: $0.rule.source, text: Messages.text($0.problem))
        }
        return CheckList.Check(name: name, result: word, texts: texts, rules: rules)
    }
}
