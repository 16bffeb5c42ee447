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

    @Flag(help: "A picture: one SVG with memory to scale, page tables, purgatory.")
    var svg = false

    @Flag(
        help: "The same as a page with all of the plan: one HTML file without scripts, which loads nothing.")
    var html = false

    @Option(
        name: [.short, .long],
        help: .init(
            "The file to write, instead of standard output; of --svg and --html.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(help: .init("The width to draw for, in columns: 40 to 1000.", valueName: "columns"))
    var width: Int?

    func validate() throws {
        if [id, json, relocations, pageTables].count(where: \.self) > 1 {
            throw ValidationError(
                "--id, --json and --page-tables each print only one thing; --relocations goes with none of them."
            )
        }
        if [svg, html, id || json || relocations || pageTables || width != nil].count(where: \.self) > 1 {
            throw ValidationError(
                "--svg and --html each make one file of the whole plan, and go with --output alone.")
        }
        if output != nil, !svg, !html { throw ValidationError("--output goes with --svg or --html.") }
        if let width, !(40...1000 ~= width) { throw ValidationError("--width must be 40 to 1000.") }
    }

    func run() throws {
        let file = try PlanFile(plan)
        if id { return try printResult(file.plan.id) }
        if json { return try printResult(PlanJSON.canonical(file.plan)) }
        if svg || html { return try write(picture(of: file.plan)) }
        // What breaks rules is shown all the same: to see why is what people come for.
        if let broken = file.plan.brokenRules(Self.breaksRules) {
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

    private static let breaksRules = "Breaks rules, and will be neither emitted nor applied"

    /// The plan as one file.
    private func picture(of plan: AnyPlan) -> String {
        let broken = plan.brokenRules(Self.breaksRules)
        return switch plan {
        case .kexecLoad(let content) where svg: PlanPicture(content, id: plan.id, broken: broken).source
        case .kexecLoad(let content): PlanPage.source(content, id: plan.id, broken: broken)
        case .kexecFileLoad(let content) where svg: PlanPicture(content, id: plan.id, broken: broken).source
        case .kexecFileLoad(let content): PlanPage.source(content, id: plan.id, broken: broken)
        }
    }

    private func write(_ picture: String) throws(Failure) {
        if let output { try Output.check([output], against: [plan]) }
        try Output.write(Array((picture + "\n").utf8), to: output)
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
