import Files
import KexecPlan
import PlanJSON

/// The folder that `kplan emit` writes to: segments' files, and a list that names them. What no such list names is somebody
/// else's, and stays as it is.
struct EmittedFolder {
    private let path: String
    /// The files of the emission that is there, by its list; those of another name than kplan's are not among them.
    private let listed: Set<SegmentRole>

    private var list: String { "\(path)/\(EmitCommand.listName)" }

    private func file(_ role: SegmentRole) -> String { "\(path)/\(role.fileName)" }

    /// Makes the folder where it is missing.
    init(_ path: String) throws(Failure) {
        self.path = path
        try explaining(path) { try Folder.make(path) }
        let list = "\(path)/\(EmitCommand.listName)"
        guard FileIdentity(list) != nil else {
            listed = []
            return
        }
        let bytes = try explaining(list) { () throws(FileError) in
            try MappedFile(list).withUnsafeBytes { Array($0.prefix(PlanJSON.maximumSize + 1)) }
        }
        guard let content = try? SegmentList.decode(bytes) else {
            throw Failure(
                "\(Messages.printable(list)): is no list that kplan emit wrote: nothing is overwritten; write to another folder"
            )
        }
        listed = Set(content.segments.filter { $0.file == $0.segment.role.fileName }.map(\.segment.role))
    }

    /// Puts these segments in the place of the emission that is there. All is written under temporary names first: a disk
    /// that is full changes nothing.
    func replace(with reproduction: Reproduction) throws(Failure) {
        let plan = reproduction.plan
        for role in plan.segments.map(\.role) where !listed.contains(role) && FileIdentity(file(role)) != nil
        {
            throw Failure(
                """
                \(Messages.printable(file(role))): is there, and no list of kplan emit names it: nothing is overwritten; \
                remove it, or write to another folder
                """)
        }
        var staged: [StagedFile] = []
        for segment in reproduction.segments {
            let contents: FileContents? =
                switch segment.content {
                case .bytes(let bytes): .builtin(bytes)
                case .input(let role): reproduction.files[role]?.contents
                }
            guard let contents else { continue }
            staged.append(try stage(contents, for: file(segment.role)))
        }
        let entries = plan.segments.map { SegmentList.Entry(segment: $0, file: $0.role.fileName) }
        staged.append(try stage(.builtin(SegmentList.encode(plan, entries)), for: list))
        // A list stands beside the files that it lists, or not at all.
        try explaining(list) { try AtomicFile.remove(list) }
        for role in listed where plan.segment(role) == nil {
            try explaining(file(role)) { try AtomicFile.remove(file(role)) }
        }
        for file in staged {
            try explaining("\(file.path): can't be written") { try file.commit() }
        }
    }

    private func stage(_ contents: FileContents, for path: String) throws(Failure) -> StagedFile {
        try explaining("\(path): can't be written") {
            try contents.withUnsafeBytes { bytes throws(FileError) in try StagedFile(bytes, for: path) }
        }
    }
}
