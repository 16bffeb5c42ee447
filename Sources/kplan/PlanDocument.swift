import Bundle
import Files
import PlanJSON

/// The bytes of a plan file, read once: what a signature was checked against is what is decoded, and loaded.
struct PlanDocument {
    /// What messages call it: its path.
    let path: String
    let bytes: [UInt8]
    /// The bundle that it is in; nil for a file of its own.
    var bundle: OpenedBundle?

    /// Bytes that were read already.
    init(_ bytes: [UInt8], path: String) {
        self.path = path
        self.bytes = bytes
    }

    /// Reads the file at `path`: a plan, or a bundle.
    init(reading path: String) throws(Failure) {
        self.path = path
        (bytes, bundle) = try explaining(path) {
            let file = try MappedFile(path)
            if let program = file.withUnsafeBytes({ BundleLayout.compression($0) }) {
                throw Failure("\(Messages.printable(path)): \(Messages.text(compressedBy: program))")
            }
            let bundle =
                file.withUnsafeBytes { BundleLayout.isArchive($0) } ? try OpenedBundle(file, path: path) : nil
            let plan = bundle?.plan ?? FileSlice(file, 0..<file.count)
            // Looked at before they are copied.
            guard plan.count <= PlanJSON.maximumSize else {
                throw PlanDecodingError(
                    path: "", reason: .tooLarge(size: plan.count, limit: PlanJSON.maximumSize))
            }
            return (plan.withUnsafeBytes { Array($0) }, bundle)
        }
    }
}
