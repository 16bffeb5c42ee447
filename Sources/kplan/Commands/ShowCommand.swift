import ArgumentParser
import KexecPlan
import PlanJSON

struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a plan: memory, segments, page tables, purgatory.")

    @Argument(help: .init("The plan, or a bundle.", valueName: "plan"), completion: .file())
    var plan: String

    @Flag(help: "Print only the plan's identity: the SHA-256 of its canonical form (RFC 8785).")
    var id = false

    @Flag(help: "Print only the plan's canonical form (RFC 8785): the bytes of which --id is the SHA-256.")
    var json = false

    @Flag(help: "List every relocation of purgatory.")
    var relocations = false

    @Flag(help: "Print only the page tables, as a tree that is read out of their bytes.")
    var pageTables = false

    @Option(help: .init("The width to draw for, in columns: 40 to 1000.", valueName: "columns"))
    var width: Int?

    func validate() throws {
        if [id, json, relocations, pageTables].count(where: \.self) > 1 {
            throw ValidationError(
                "--id, --json and --page-tables each print only one thing; --relocations goes with none of them."
            )
        }
        if let width, !(40...1000 ~= width) { throw ValidationError("--width must be 40 to 1000.") }
    }

    func run() throws {
        let file = try PlanFile(plan)
        if id { return try printResult(file.plan.id) }
        if json { return try printResult(PlanJSON.canonical(file.plan)) }
        // What breaks rules is shown all the same: to see why is what people come for.
        if let broken = file.plan.brokenRules("Breaks rules, and will be neither emitted nor applied") {
            try printResult(broken + "\n")
        }
        let options = ShowOptions(
            width: width ?? Terminal.width ?? 100, color: Terminal.isColored, ascii: !Terminal.isUTF8,
            relocations: relocations)
        switch file.plan {
        case .kexecLoad(let content) where pageTables:
            try printResult(try tree(of: file.with(content), options))
        case .kexecLoad(let content):
            try printResult(render(content, id: file.plan.id, options: options))
        case .kexecFileLoad where pageTables || relocations:
            throw Failure("\(Messages.printable(plan)): \(Messages.text(noSegmentsTo: "show"))")
        case .kexecFileLoad(let content):
            try printResult(render(content, id: file.plan.id, options: options))
        }
    }

    private func tree(of file: PlanFile<Plan>, _ options: ShowOptions) throws(Failure) -> String {
        let drawing = PlanDrawing(plan: file.plan, id: file.plan.id, options: options)
        guard let tables = file.plan.pageTables, let segment = file.plan.segment(.pageTables) else {
            return drawing.pageTables.joined(separator: "\n")
        }
        let bytes = try explaining(plan) { try Verification.pageTableBytes(of: file.plan) }
        return drawing.pageTableTree(bytes, at: segment.address, of: tables).joined(separator: "\n")
    }
}
