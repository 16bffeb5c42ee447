import Emitter
import Files
import KexecPlan

/// A file's bytes with their digest: hashed once, when this is made.
struct HashedFile {
    /// What messages call it: its path.
    let path: String
    let contents: FileContents
    let sha256: SHA256Digest

    /// From bytes that are already there.
    init(_ contents: FileContents, path: String) {
        self.path = path
        self.contents = contents
        sha256 = contents.withUnsafeBytes { SHA256Digest(hashing: $0) }
    }

    /// The file at `path`, mapped.
    static func mapping(_ path: String) throws(Failure) -> HashedFile {
        let file = try explaining(path) { () throws(FileError) in
            let file = try MappedFile(path)
            // What apply would not read is not worth hashing.
            guard file.count <= PrivateBytes.sizeLimit else {
                throw .tooLarge(path: path, limit: PrivateBytes.sizeLimit)
            }
            return file
        }
        return HashedFile(.mapped(file), path: path)
    }

    /// The number of bytes.
    var size: UInt64 { UInt64(contents.count) }

    /// A copy of all bytes, for small files; a file larger than `limit` is a failure.
    /// - Parameter purpose: what the file is, for the message.
    func bytes(limit: Int, as purpose: String) throws(Failure) -> [UInt8] {
        guard contents.count <= limit else {
            throw Failure(
                """
                \(path): has \(Messages.size(size)), too many for \(purpose): at most \
                \(Messages.size(UInt64(limit))) are read
                """)
        }
        return contents.withUnsafeBytes { Array($0) }
    }
}
