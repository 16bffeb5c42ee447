import ArgumentParser
import KexecPlan

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a plan: memory, segments, page tables, purgatory.")

    @Argument(help: .init("The plan.", valueName: "plan"))
    var plan: String

    @Flag(help: "Print only the plan's identity: the SHA-256 of its canonical form (RFC 8785).")
    var id = false

    @Flag(help: "List every relocation of purgatory.")
    var relocations = false

    @Option(help: .init("The width to draw for, in columns; at least 40.", valueName: "columns"))
    var width: Int?

    func validate() throws {
        if let width, width < 40 { throw ValidationError("--width must be at least 40.") }
    }

    func run() throws {
        let file = try PlanFile(plan)
        if id { return try printResult(file.plan.id) }
        try printResult(
            render(
                file.plan, id: file.plan.id,
                options: ShowOptions(
                    width: width ?? Terminal.width ?? 100, color: Terminal.isColored,
                    ascii: !Terminal.isUTF8, relocations: relocations)))
    }
}
