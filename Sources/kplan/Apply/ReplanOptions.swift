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
        help: .init("With --replan: write the new plan to this file.", valueName: "file"))
    var output: String?

    func validate() throws {
        if yes, !replan { throw ValidationError("--yes goes with --replan.") }
        if output != nil, !replan { throw ValidationError("--output goes with --replan.") }
    }

    /// Shows what the new plan changes and writes it where asked; fails where it isn't agreed to.
    /// - Parameter isAsked: whether what comes then needs to be agreed to.
    func confirm(_ replan: Replan, of path: String, isAsked: Bool) throws(Failure) {
        if let output {
            try Output.check([output], against: replan.files.values.map(\.path))
            let document = PlanJSON.encode(replan.plan)
            try explaining("\(output): can't be written") { try AtomicFile.write(document, to: output) }
            if replan.usesMachineTree {
                printError(
                    "kplan: note: \(Messages.printable(output)): was made with /sys/firmware/fdt: keep a copy of it as its dtb"
                )
            }
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
}
