import ArgumentParser
import KexecPlan

struct EmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emit",
        abstract: "Writes the exact bytes that a plan loads.",
        discussion: """
            One file a segment, ROLE.bin, and segments.json, which says where each goes. Bytes that apply fills \
            in on the machine (seeds) are zero.
            """)

    @Argument(help: .init("The plan, or a bundle.", valueName: "plan"), completion: .file())
    var plan: String

    @OptionGroup
    var inputs: InputOptions

    @Option(
        name: [.short, .long],
        help: .init(
            "The folder to write to; made where it is missing, as those above it.", valueName: "folder"),
        completion: .directory)
    var outputDir: String

    func run() throws {
        let file = try PlanFile(plan, to: "emit")
        try inputs.checkNone(beside: file)
        let reproduction = try Reproduction(of: file, inputs, open: .mapping)
        let outputs = SegmentRole.allCases.map { "\(outputDir)/\($0.fileName)" }
        try Output.check(
            outputs + ["\(outputDir)/\(Self.listName)"],
            against: [plan] + reproduction.files.values.map(\.path))
        if let note = reproduction.standInNote { printError("kplan: note: \(note)") }
        try EmittedFolder(outputDir).replace(with: reproduction)
    }

    static let listName = "segments.json"
}

extension SegmentRole {
    /// The name of the file with a segment's content.
    var fileName: String { "\(rawValue).bin" }
}
