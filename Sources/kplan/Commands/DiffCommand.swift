import ArgumentParser
import KexecPlan
import PlanJSON

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Says in what two plans differ.",
        discussion: """
            What changed in files, request and machine comes first; what moved because of it comes after. Device trees that \
            are at hand are compared by node and property. Exit status: 0 the plans are the same, 1 they differ, if only in \
            what is ignored, 2 one of them can't be read.
            """)

    @Argument(help: .init("The plan that was.", valueName: "old"), completion: .file())
    var old: String

    @Argument(help: .init("The plan that is.", valueName: "new"), completion: .file())
    var new: String

    @Option(help: .init("How to say it (text); json: schemas/diff-1.schema.json.", valueName: "form"))
    var format: DiffFormat?

    @Flag(
        help:
            "A page with the memory of both plans beside each other: one HTML file without scripts, which loads nothing."
    )
    var html = false

    @Option(
        name: [.short, .long],
        help: .init("The file to write, instead of standard output; of --html.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        help: .init(
            "Leave this out; may be given again. It is said that it was, and the status is as without it.",
            valueName: "field"))
    var ignore: [DiffField] = []

    @Option(
        help: .init(
            """
            A folder with the device trees of the plans, or their captures, where they are not beside them; may be given \
            again.
            """, valueName: "folder"), completion: .directory)
    var inputs: [String] = []

    func validate() throws {
        if html, format != nil {
            throw ValidationError("--html and --format are two ways to say it; take one.")
        }
        if output != nil, !html { throw ValidationError("--output goes with --html.") }
    }

    func run() throws {
        let files = (old: try PlanFile<AnyPlan>(old), new: try PlanFile<AnyPlan>(new))
        let trees =
            ignore.contains(.dtb) ? .unknown : GivenTrees(files.old, files.new, folders: inputs)
        let diff = PlanDiff(files.old.plan, files.new.plan, trees: trees, ignoring: ignore)
        let report = DiffReport(old: files.old, new: files.new, diff: diff)
        switch format {
        case nil where html:
            let page = DiffPage(old: files.old, new: files.new, diff: diff).source
            if let output { try Output.check([output], against: [old, new]) }
            try Output.write(Array((page + "\n").utf8), to: output)
        case .text, nil:
            let style = Style(
                width: Terminal.width ?? 1000, color: Terminal.isColored, ascii: !Terminal.isUTF8)
            try printResult(report.text(style))
        case .json: try printResult(report.json)
        case .markdown: try printResult(report.markdown)
        }
        if !diff.isSame { throw ExitCode(ExitStatus.no.rawValue) }
    }
}

extension DiffFormat: ExpressibleByArgument {}
