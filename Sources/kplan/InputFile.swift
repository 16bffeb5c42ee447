import Emitter
import Files
import KexecPlan
import Purgatory

import struct Crypto.SHA256

/// An input's bytes, with what a plan records of them. They are hashed once, when this is made.
struct InputFile {
    /// Role, name, size and digest.
    let input: Input
    /// What messages call it: its path.
    let path: String
    let contents: FileContents

    /// An input of this role from bytes that are already there.
    init(_ contents: FileContents, role: InputRole, path: String, name: String) {
        self.contents = contents
        self.path = path
        let digest = contents.withUnsafeBytes { bytes in
            var hash = SHA256()
            hash.update(bufferPointer: bytes)
            return hash.finalize()
        }
        input = Input(
            role: role, name: name, size: UInt64(contents.count),
            sha256: SHA256Digest(bytes: digest) ?? .zero)
    }

    /// The file at `path`, mapped.
    static func mapping(_ path: String, as role: InputRole) throws(Failure) -> InputFile {
        let file = try explaining(path) { () throws(FileError) in
            let file = try MappedFile(path)
            // What apply would not read is not worth hashing.
            guard file.count <= PrivateBytes.sizeLimit else {
                throw .tooLarge(path: path, limit: PrivateBytes.sizeLimit)
            }
            return file
        }
        return InputFile(.mapped(file), role: role, path: path, name: path.lastPathComponent)
    }

    /// The file at `path`, read once into memory of our own: what is hashed is what will be loaded, whatever
    /// happens to the file.
    static func reading(_ path: String, as role: InputRole) throws(Failure) -> InputFile {
        let file = try explaining(path) { try PrivateBytes(reading: path) }
        return InputFile(.read(file), role: role, path: path, name: path.lastPathComponent)
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
        guard contents.count <= limit else {
            throw Failure(
                """
                \(path): has \(Messages.size(UInt64(contents.count))), too many for a \(input.role.rawValue): at \
                most \(Messages.size(UInt64(limit))) are read
                """)
        }
        return prefix(contents.count)
    }
}

/// The bytes of a file, as they were got.
enum FileContents {
    /// Mapped: nothing is copied.
    case mapped(MappedFile)
    /// Read into memory of this process.
    case read(PrivateBytes)
    /// Part of kplan itself.
    case builtin([UInt8])

    /// The number of bytes.
    var count: Int {
        switch self {
        case .mapped(let file): file.count
        case .read(let bytes): bytes.count
        case .builtin(let bytes): bytes.count
        }
    }

    /// Calls `body` with all bytes.
    func withUnsafeBytes<Result, E: Error>(
        _ body: (UnsafeRawBufferPointer) throws(E) -> Result
    ) throws(E) -> Result {
        switch self {
        case .mapped(let file): try file.withUnsafeBytes(body)
        case .read(let bytes): try bytes.withUnsafeBytes(body)
        case .builtin(let bytes): try bytes.span.bytes.withUnsafeBytes(body)
        }
    }
}

extension String {
    /// What is after the last slash.
    var lastPathComponent: String {
        split(separator: "/").last.map(String.init) ?? self
    }
}
