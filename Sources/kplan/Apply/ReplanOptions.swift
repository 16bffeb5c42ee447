import ArgumentParser
import Files
import Glibc
import KexecPlan
import PlanJSON

/// Whether a plan is made again for the machine that it is applied on.
struct ReplanOptions: ParsableArguments {
    @Flag(
        help: """
            Make the plan again for this machine as it is, from what it records as asked for, show the difference, and go \
            on when that is agreed to: on a terminal it is asked for.
            """)
    var replan = false

    @Flag(help: "With --replan: go on without asking.")
    var yes = false

    @Option(
        name: [.short, .long],
        help: .init(
            "With --replan: write the new plan to this file, and beside it what this machine said of itself.",
            valueName: "file"), completion: .file())
    var output: String?

    func validate() throws {
        if yes, !replan { throw ValidationError("--yes goes with --replan.") }
        if output == "-" {
            throw ValidationError("--output names a file: standard output gets the difference.")
        }
        if output != nil, !replan { throw ValidationError("--output goes with --replan.") }
    }

    /// Shows what the new plan changes and writes it where asked; fails where it isn't agreed to.
    /// - Parameter isAsked: whether what comes then needs to be agreed to.
    func confirm(_ replan: Replan, of path: String, isAsked: Bool) throws(Failure) {
        if let output {
            try write(replan, to: output)
        }
        for note in replan.notes { printError("kplan: note: \(note)") }
        let style = Style(width: Terminal.width ?? 1000, color: Terminal.isColored, ascii: !Terminal.isUTF8)
        guard let lines = PlanDiff(.kexecLoad(replan.old), .kexecLoad(replan.plan)).lines(style) else {
            printError("kplan: \(path): made again for this machine, it is the same plan")
            return
        }
        try printResult(lines.joined(separator: "\n"))
        if yes || !isAsked { return }
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else {
            throw Failure(
                "\(path): nothing is loaded: made again for this machine it is another plan, which --yes loads",
                status: .no)
        }
        printError("kplan: load the new plan? [y/N]")
        guard ["y", "yes"].contains(readLine()?.lowercased()) else {
            throw Failure("\(path): nothing is loaded", status: .no)
        }
    }

    /// Writes the new plan, after those of its inputs that would be nowhere else.
    private func write(_ replan: Replan, to output: String) throws(Failure) {
        let folder = PlanFile(plan: replan.plan, path: output).folder
        let files = replan.newFiles.map { (path: "\(folder)/\($0.input.name)", file: $0) }
        try Output.check([output] + files.map(\.path), against: replan.files.values.map(\.path))
        for (path, file) in files {
            try explaining("\(path): can't be written") {
                try file.contents.withUnsafeBytes { bytes throws(FileError) in
                    try AtomicFile.write(bytes, to: path)
                }
            }
        }
        let document = PlanJSON.encode(replan.plan)
        try explaining("\(output): can't be written") { try AtomicFile.write(document, to: output) }
        guard !files.isEmpty else { return }
        let names = files.map { Messages.printable($0.file.input.name) }.joined(separator: ", ")
        printError(
            "kplan: note: \(Messages.printable(output)): beside it is what it was made with of this machine: \(names)"
        )
    }
}
