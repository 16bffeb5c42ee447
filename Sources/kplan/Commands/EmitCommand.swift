import ArgumentParser
import Emitter
import Files
import KexecPlan
import PlanJSON

struct EmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "emit",
        abstract: "Writes the exact bytes that a plan loads.",
        discussion: """
            One file a segment, ROLE.bin, and segments.json, which says where each goes. Bytes that apply fills \
            in on the machine (seeds) are zero.
            """)

    @Argument(help: .init("The plan.", valueName: "plan"))
    var plan: String

    @OptionGroup
    var inputs: InputOptions

    @Option(
        name: [.short, .long],
        help: .init(
            "The folder to write to; made where it is missing, as those above it.", valueName: "folder"))
    var outputDir: String

    func run() throws {
        let file = try PlanFile(plan, to: "emit")
        let reproduction = try Reproduction(of: file, inputs) { path, role throws(Failure) in
            try .mapping(path, as: role)
        }
        // Those of segments that this plan lacks are removed: another plan's, they would be taken for this one's.
        let outputs = SegmentRole.allCases.map { "\(outputDir)/\($0.fileName)" }
        let list = "\(outputDir)/\(Self.listName)"
        try Output.check(
            outputs + [list], against: [plan] + reproduction.files.values.map(\.path))
        try explaining(outputDir) { try Folder.make(outputDir) }
        // A list stands beside the files that it lists, or not at all.
        try explaining(list) { try AtomicFile.remove(list) }
        for role in SegmentRole.allCases where file.plan.segment(role) == nil {
            let path = "\(outputDir)/\(role.fileName)"
            try explaining(path) { try AtomicFile.remove(path) }
        }
        for segment in reproduction.segments {
            let path = "\(outputDir)/\(segment.role.fileName)"
            try explaining("\(path): can't be written") {
                switch segment.content {
                case .bytes(let bytes): try AtomicFile.write(bytes, to: path)
                case .input(let role):
                    try reproduction.files[role]?.contents.withUnsafeBytes { bytes throws(FileError) in
                        try AtomicFile.write(bytes, to: path)
                    }
                }
            }
        }
        let entries = file.plan.segments.map { SegmentList.Entry(segment: $0, file: $0.role.fileName) }
        let document = SegmentList.encode(file.plan, entries)
        try explaining("\(list): can't be written") { try AtomicFile.write(document, to: list) }
    }

    static let listName = "segments.json"
}

extension SegmentRole {
    /// The name of the file with a segment's content.
    var fileName: String { "\(rawValue).bin" }
}
