import Files
import Glibc
import KexecPlan

/// Where the inputs of a plan are found: where an option says, which for captures may be a folder; in the bundle that the plan
/// is in; else under their recorded names in one folder; else, since a name is not what makes a file the plan's, by size
/// and SHA-256 among the regular files of that folder.
final class InputPlaces {
    private let folder: String
    private let bundle: OpenedBundle?
    private let given: (InputRole) -> String?
    /// The digest of each file that was hashed, whatever it was looked at for: none is hashed twice for the search.
    private(set) var digests: [FileIdentity: SHA256Digest] = [:]
    /// The folders that were given for a role: each is looked through once.
    private var folders: [String: InputPlaces] = [:]
    /// The regular files of the folder, by size in bytes.
    private lazy var files = Dictionary(
        grouping: ((try? Folder.names(in: folder)) ?? []).map { "\(folder)/\($0)" },
        by: { FileKind.size($0) ?? 0 })

    /// - Parameter given: the path that was given for a role; nil where none was.
    init(
        in folder: String, bundle: OpenedBundle? = nil, given: @escaping (InputRole) -> String? = { _ in nil }
    ) {
        self.folder = folder
        self.bundle = bundle
        self.given = given
    }

    /// An input's file. Where nothing has its digest it is the file that has its name: what it is instead, is for who
    /// compares it.
    /// - Throws: where nothing has its name either.
    func file(_ input: Input, _ opening: InputOpening) throws(Failure) -> InputFile {
        if let path = given(input.role) {
            if input.role == .machine, folders[path] == nil, Folder.isFolder(path) {
                folders[path] = InputPlaces(in: path)
            }
            return if let places = folders[path] { try places.file(input, opening) } else {
                try opening.file(path, input.role)
            }
        }
        if let bundle, let found = try bundle.input(input, opening) { return found }
        if input.isBuiltin { return try .purgatory(nil) }
        // A recorded name leads nowhere but into the folder, whatever an edited plan says.
        guard input.hasFileName else {
            throw Failure(
                "\(Messages.quoted(input.name)) is no file name without a folder, and is not opened",
                status: .no)
        }
        let path = "\(folder)/\(input.name)"
        // The size of a file of /proc is 0, which says nothing.
        var named: Result<InputFile, Failure>?
        let known = FileIdentity(path).flatMap { digests[$0] }
        if [nil, 0, input.size].contains(FileKind.size(path)), known == nil || known == input.sha256 {
            let opened = Result { () throws(Failure) in try open(path, input.role, opening) }
            if case .success(let file) = opened, file.input.hasContent(of: input) { return file }
            named = opened
        }
        if let found = try search(input, opening) { return found }
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

    /// The first file of the folder, by name, that has the input's bytes: only what has its size is hashed. One that may not be
    /// read isn't it.
    private func search(_ input: Input, _ opening: InputOpening) throws(Failure) -> InputFile? {
        // Nothing is to be found in an empty file, and those of /proc only look like ones.
        guard input.size > 0 else { return nil }
        for path in files[input.size] ?? [] {
            guard let identity = FileIdentity(path), access(path, R_OK) == 0 else { continue }
            if let digest = digests[identity], digest != input.sha256 { continue }
            let file = try opening.file(path, input.role)
            digests[identity] = file.input.sha256
            if file.input.hasContent(of: input) { return file }
        }
        return nil
    }
}

extension Input {
    /// Whether it has the same bytes as another one, by size and digest.
    func hasContent(of other: Input) -> Bool { size == other.size && sha256 == other.sha256 }
}
