import Files
import PlanJSON

/// The bytes of a plan file, read once: what a signature was checked against is what is decoded, and loaded.
struct PlanDocument {
    /// What messages call it: its path.
    let path: String
    let bytes: [UInt8]

    /// Bytes that were read already.
    init(_ bytes: [UInt8], path: String) {
        self.path = path
        self.bytes = bytes
    }

    /// Reads the file at `path`.
    init(reading path: String) throws(Failure) {
        self.path = path
        bytes = try explaining(path) {
            let file = try MappedFile(path)
            // Looked at before they are copied.
            guard file.count <= PlanJSON.maximumSize else {
                throw PlanDecodingError(
                    path: "", reason: .tooLarge(size: file.count, limit: PlanJSON.maximumSize))
            }
            return file.withUnsafeBytes { Array($0) }
        }
    }
}
