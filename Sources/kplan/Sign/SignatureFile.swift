import Files
import SSHSignature

/// A plan's signature: a file beside it, or a member of what it is in.
struct SignatureFile {
    /// What messages call it: its path.
    let path: String
    let bytes: [UInt8]

    /// Bytes that were read already.
    init(_ bytes: [UInt8], path: String) {
        self.path = path
        self.bytes = bytes
    }

    /// Reads the file at `path`. That there is none is an answer: the plan is not signed.
    init(reading path: String) throws(Failure) {
        self.path = path
        guard FileIdentity(path) != nil else {
            throw Failure(
                """
                \(Messages.printable(path)): is not there: the plan is not signed (kplan sign), or its signature is somewhere \
                else (--signature)
                """, status: .no)
        }
        bytes = try explaining(path) {
            if FileKind.isStream(path) { throw FileError.isStream(path: path) }
            let file = try MappedFile(path)
            guard file.count <= SSHSignature.sizeLimit else {
                throw SSHSignatureError.tooLarge(size: file.count, limit: SSHSignature.sizeLimit)
            }
            return file.withUnsafeBytes { Array($0) }
        }
    }

    /// Where the signature of the plan at `path` is, unless something else is said.
    static func path(of plan: String) -> String { "\(plan).sig" }

    /// The signature, where it was made over these bytes by the key that it names.
    /// - Parameter status: what it means where it was not.
    func signature(of plan: PlanDocument, otherwise status: ExitStatus = .no) throws(Failure) -> SSHSignature
    {
        try explaining(path, status: status) { () throws(SSHSignatureError) in
            let signature = try SSHSignature(armored: bytes)
            try signature.check(plan.bytes, namespace: Self.namespace)
            return signature
        }
    }

    /// What plans are signed for: the namespace of their signatures.
    static let namespace = "kplan"
}
