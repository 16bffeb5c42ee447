import Files
import KexecPlan

/// Where the inputs of a plan are found: where an option says; else under their recorded names in one folder; else, since
/// a name is not what makes a file the plan's, by size and SHA-256 among the regular files of that folder.
final class InputPlaces {
    private let folder: String
    private let given: (InputRole) -> String?
    /// The digest of each file that was hashed, whatever it was looked at for: none is hashed twice for the search.
    private(set) var digests: [FileIdentity: SHA256Digest] = [:]
    private var mapped: [FileIdentity: HashedFile] = [:]
    private lazy var names = (try? Folder.names(in: folder)) ?? []

    /// - Parameter given: the path that was given for a role; nil where none was.
    init(in folder: String, given: @escaping (InputRole) -> String? = { _ in nil }) {
        self.folder = folder
        self.given = given
    }

    /// An input's file. Where nothing has its digest it is the file that has its name: what it is instead, is for who
    /// compares it.
    /// - Throws: where nothing has its name either.
    func file(_ input: Input, _ opening: InputOpening) throws(Failure) -> InputFile {
        if let path = given(input.role) { return try opening.file(path, input.role) }
        if input.role == .purgatory, input.name == InputFile.builtinPurgatory { return try .purgatory(nil) }
        // A recorded name leads nowhere but into the folder, whatever an edited plan says.
        guard input.hasFileName else {
            throw Failure(
                "\(Messages.quoted(input.name)) is no file name without a folder, and is not opened",
                status: .no)
        }
        let path = "\(folder)/\(input.name)"
        // The size of a file of /proc is 0, which says nothing.
        var named: Result<InputFile, Failure>?
        if [nil, 0, input.size].contains(FileKind.size(path)) {
            let opened = Result { () throws(Failure) in try open(path, input.role, opening) }
            if case .success(let file) = opened, file.input.hasContent(of: input) { return file }
            named = opened
        }
        if let found = search(input) { return try opening.file(found, input.role) }
        do throws(Failure) {
            if let named { return try named.get() }
            // Hashed to tell what it is.
            return try open(path, input.role, opening)
        } catch {
            guard FileIdentity(path) == nil else { throw error }
            throw Failure(
                """
                \(error.text), and no other file in \(Messages.printable(folder)) has its size and SHA-256: say where it is \
                with --\(input.role.rawValue) FILE or --inputs FOLDER
                """, status: error.status)
        }
    }

    /// The file under the recorded name.
    private func open(
        _ path: String, _ role: InputRole, _ opening: InputOpening
    ) throws(Failure) -> InputFile {
        // It would be waited for, and read once.
        guard !FileKind.isStream(path) else {
            throw Failure("\(path): \(Messages.text(for: FileError.isStream(path: path)))")
        }
        let file = try opening.file(path, role)
        if let identity = FileIdentity(path) { digests[identity] = file.input.sha256 }
        return file
    }

    /// The first file of the folder, by name, that has the input's bytes: only what has its size is hashed.
    private func search(_ input: Input) -> HashedFile? {
        // Nothing is to be found in an empty file, and those of /proc only look like ones.
        guard input.size > 0 else { return nil }
        for name in names {
            let path = "\(folder)/\(name)"
            guard FileKind.size(path) == input.size, let identity = FileIdentity(path) else { continue }
            if let digest = digests[identity], digest != input.sha256 { continue }
            guard let file = mapped[identity] ?? (try? .mapping(path)) else { continue }
            digests[identity] = file.sha256
            mapped[identity] = file
            if file.sha256 == input.sha256 { return file }
        }
        return nil
    }
}

/// How an input's file is opened.
enum InputOpening {
    /// Mapped, to look at it.
    case mapping
    /// Read once into memory of this process: what is hashed is what will be loaded.
    case reading
    /// As kexec_file_load gets it.
    case loading(FilePassing)

    /// The file at `path`.
    func file(_ path: String, _ role: InputRole) throws(Failure) -> InputFile {
        switch self {
        case .mapping: try .mapping(path, as: role)
        case .reading: try .reading(path, as: role)
        case .loading(let passing): try .loading(path, as: role, passing)
        }
    }

    /// A file that was found, mapped and hashed. What is loaded of it is read, and hashed, anew.
    func file(_ found: HashedFile, _ role: InputRole) throws(Failure) -> InputFile {
        guard case .mapping = self else { return try file(found.path, role) }
        return InputFile(found, role: role, name: found.path.lastPathComponent)
    }
}

extension InputOptions {
    /// Where the inputs of a plan are.
    func places<Content>(of file: PlanFile<Content>) -> InputPlaces {
        InputPlaces(in: inputs ?? file.folder, given: given)
    }
}

extension Input {
    /// Whether it has the same bytes as another one, by size and digest.
    func hasContent(of other: Input) -> Bool { size == other.size && sha256 == other.sha256 }
}
