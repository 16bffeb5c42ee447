import ArgumentParser
import KexecPlan
import PlanJSON

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Says how the running kernel was started, and what is loaded to follow it.",
        discussion: """
            Where kplan's purgatory started it, the time that the verification took on this machine is in the device \
            tree. Exit status: 0 it did; 1 there is no report of it; 2 the device tree or the report can't be read.
            """)

    @Flag(help: "Print JSON (schemas/status-1.schema.json).")
    var json = false

    @Option(
        help: .init("A folder that stands for /, with copies of sys and proc.", valueName: "folder"),
        completion: .directory)
    var root: String = "/"

    func run() throws {
        var hidden: Failure?
        let status = try KexecStatus(root: root, hidden: &hidden)
        if json {
            try printResult(StatusDocument.encode(status))
        } else {
            // Lines are wrapped for a terminal only: what reads a pipe wants them whole.
            let style = Style(
                width: Terminal.width ?? 1000, color: Terminal.isColored, ascii: !Terminal.isUTF8)
            try printResult(status.lines(style, hidesTree: hidden != nil).joined(separator: "\n"))
        }
        if let hidden { throw hidden }
        guard case .written = status.report else { throw ExitCode(ExitStatus.no.rawValue) }
    }
}
