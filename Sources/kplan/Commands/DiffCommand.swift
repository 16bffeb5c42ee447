import ArgumentParser
import KexecPlan
import PlanJSON

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Says in what two plans differ.",
        discussion: """
            What changed in files, request and machine comes first; what moved because of it comes after. Exit status: \
            0 the plans are the same, 1 they differ, 2 one of them can't be read.
            """)

    @Argument(help: .init("The plan that was.", valueName: "old"), completion: .file())
    var old: String

    @Argument(help: .init("The plan that is.", valueName: "new"), completion: .file())
    var new: String

    func run() throws {
        let files = (old: try PlanFile<AnyPlan>(old), new: try PlanFile<AnyPlan>(new))
        let style = Style(
            width: Terminal.width ?? 1000, color: Terminal.isColored, ascii: !Terminal.isUTF8)
        let lines = PlanDiff(files.old.plan, files.new.plan).lines(style)
        func title(_ name: String, _ file: PlanFile<AnyPlan>) -> String {
            "\(style.paint(name, .heading))  \(file.plan.id)  \(style.printable(file.path))"
        }
        let titles = [title("Old", files.old), title("New", files.new)]
        guard let lines else {
            return try printResult((titles + ["", "The plans are the same."]).joined(separator: "\n"))
        }
        try printResult((titles + [""] + lines).joined(separator: "\n"))
        throw ExitCode(ExitStatus.no.rawValue)
    }
}
