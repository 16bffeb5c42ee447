import Crypto

/// A detached signature as `ssh-keygen -Y sign` makes it (OpenSSH's PROTOCOL.sshsig). Everything in it is either signed or
/// decides about the check.
public struct SSHSignature: Equatable, Sendable {
    /// The key that it says made it.
    public let key: SSHPublicKey
    /// What it was made for: a signature for one purpose is none for another.
    public let namespace: String
    /// What hashed the message.
    let hashAlgorithm: HashAlgorithm
    /// The signature itself.
    let value: SSHSignatureValue

    /// How the message was hashed.
    enum HashAlgorithm: String, Sendable {
        case sha256, sha512
    }

    /// The most bytes of a file that are looked at: no signature that is taken has more than a thousand.
    public static let sizeLimit = 16 << 10

    /// `SSHSIG`: the first bytes of the blob, and of what is signed.
    static let magic = Array("SSHSIG".utf8)

    /// The signature in a file.
    public init(armored file: [UInt8]) throws(SSHSignatureError) {
        try self.init(blob: SSHArmor.blob(of: file))
    }

    /// The signature with these bytes.
    init(blob: [UInt8]) throws(SSHSignatureError) {
        var reader = SSHReader(blob)
        guard try reader.bytes(Self.magic.count, of: .magic) == Self.magic else { throw .noMagic }
        let version = try reader.number(of: .version)
        guard version == 1 else { throw .version(version) }
        key = try SSHPublicKey(reader.string(of: .publicKey))
        namespace = try reader.name(of: .namespace)
        let reserved = try reader.string(of: .reserved)
        guard reserved.isEmpty else { throw .reserved(size: reserved.count) }
        let hash = try reader.name(of: .hashAlgorithm)
        guard let algorithm = HashAlgorithm(rawValue: hash) else { throw .hashAlgorithm(hash) }
        hashAlgorithm = algorithm
        value = try SSHSignatureValue(reader.string(of: .signature), of: key.type)
        try reader.end(after: .signature)
    }

    /// Fails where this is not its key's signature over `message`, for this purpose. Whose the key is, `AllowedSigners` says.
    public func check(_ message: [UInt8], namespace due: String) throws(SSHSignatureError) {
        guard namespace == due else { throw .namespace(namespace, due: due) }
        guard key.isValid(value.bytes, over: value.signed(signedData(message), by: key)) else {
            throw .notOfMessage
        }
    }

    /// Whether the hardware key was touched for it; nil for a key that is in no hardware.
    public var wasTouched: Bool? { value.touch?.isUserPresent }

    /// What the key signs of a message: never its bytes alone, so that it is nothing else that SSH signs.
    private func signedData(_ message: [UInt8]) -> [UInt8] {
        let digest =
            switch hashAlgorithm {
            case .sha256: Array(SHA256.hash(data: message))
            case .sha512: Array(SHA512.hash(data: message))
            }
        let parts = [Array(namespace.utf8), [], Array(hashAlgorithm.rawValue.utf8), digest]
        return Self.magic + parts.flatMap(\.asSSHString)
    }
}
