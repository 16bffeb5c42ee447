import Emitter
import Files
import KexecPlan
import Purgatory

/// An input's bytes, with what a plan records of them. They are hashed once, when this is made.
struct InputFile {
    /// Role, name, size and digest.
    let input: Input
    private let file: HashedFile

    /// What messages call it: its path.
    var path: String { file.path }
    var contents: FileContents { file.contents }

    /// An input of this role from bytes that are already there.
    init(_ contents: FileContents, role: InputRole, path: String, name: String) {
        self.init(HashedFile(contents, path: path), role: role, name: name)
    }

    /// An input of this role from a file that was hashed already.
    init(_ file: HashedFile, role: InputRole, name: String) {
        self.file = file
        input = Input(role: role, name: name, size: file.size, sha256: file.sha256)
    }

    /// The same file, under another name in the plan.
    func named(_ name: String) -> InputFile { InputFile(file, role: input.role, name: name) }

    /// The file at `path`, mapped.
    static func mapping(_ path: String, as role: InputRole) throws(Failure) -> InputFile {
        InputFile(try .mapping(path), role: role, name: path.lastPathComponent)
    }

    /// The file at `path`, read once into memory of our own: what is hashed is what will be loaded, whatever
    /// happens to the file.
    static func reading(_ path: String, as role: InputRole) throws(Failure) -> InputFile {
        let file = try explaining(path) { try PrivateBytes(reading: path) }
        return InputFile(.read(file), role: role, path: path, name: path.lastPathComponent)
    }

    /// A sealed copy of the file at `path`: what is hashed is what the kernel reads.
    static func sealing(_ path: String, as role: InputRole) throws(Failure) -> InputFile {
        let file = try explaining(path) { try SealedFile(copying: path) }
        return InputFile(.sealed(file), role: role, path: path, name: path.lastPathComponent)
    }

    /// The file at `path` itself, which stays open, read through the descriptor that the kernel gets.
    static func opening(_ path: String, as role: InputRole) throws(Failure) -> InputFile {
        let (file, bytes) = try explaining(path) {
            let file = try OpenedFile(path)
            return (file, try file.bytes())
        }
        return InputFile(.opened(file, bytes), role: role, path: path, name: path.lastPathComponent)
    }

    /// The purgatory object in the file at `path`; without one, kplan's own.
    static func purgatory(_ path: String?) throws(Failure) -> InputFile {
        if let path { return try mapping(path, as: .purgatory) }
        return InputFile(
            .builtin(purgatoryObject), role: .purgatory, path: "kplan's own purgatory", name: builtinPurgatory
        )
    }

    /// Reads these inputs for the emitter, which opens no file.
    static func reader(_ files: [InputRole: InputFile]) -> Emitter.InputReader {
        { role, body in files[role]?.contents.withUnsafeBytes(body) }
    }

    /// What plans call kplan's own purgatory.
    static let builtinPurgatory = "builtin"

    /// A copy of the first `count` bytes, or of all there are.
    func prefix(_ count: Int) -> [UInt8] {
        contents.withUnsafeBytes { Array($0.prefix(count)) }
    }

    /// A copy of all bytes, for small files; a file larger than `limit` is a failure.
    func bytes(limit: Int = 64 << 20) throws(Failure) -> [UInt8] {
        try file.bytes(limit: limit, as: "a \(input.role.rawValue)")
    }
}

/// The bytes of a file, as they were got.
enum FileContents {
    /// Mapped: nothing is copied.
    case mapped(MappedFile)
    /// A part of a bundle, mapped.
    case slice(FileSlice)
    /// Read into memory of this process.
    case read(PrivateBytes)
    /// Copied, and unchangeable since.
    case sealed(SealedFile)
    /// A file that stays open, and its bytes when they were read.
    case opened(OpenedFile, PrivateBytes)
    /// Part of kplan itself.
    case builtin([UInt8])

    /// The number of bytes.
    var count: Int {
        switch self {
        case .mapped(let file): file.count
        case .slice(let slice): slice.count
        case .read(let bytes), .opened(_, let bytes): bytes.count
        case .sealed(let file): file.count
        case .builtin(let bytes): bytes.count
        }
    }

    /// Calls `body` with all bytes.
    func withUnsafeBytes<Result, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> Result
    ) throws(E) -> Result {
        switch self {
        case .mapped(let file): try file.withUnsafeBytes(body)
        case .slice(let slice): try slice.withUnsafeBytes(body)
        case .read(let bytes), .opened(_, let bytes): try bytes.withUnsafeBytes(body)
        case .sealed(let file): try file.withUnsafeBytes(body)
        case .builtin(let bytes): try bytes.span.bytes.withUnsafeBytes(body)
        }
    }
}

extension Input {
    /// It is kplan's own purgatory.
    var isBuiltin: Bool { role == .purgatory && name == InputFile.builtinPurgatory }
}

extension String {
    /// What is after the last slash.
    var lastPathComponent: String {
        split(separator: "/").last.map(String.init) ?? self
    }
}
