import Base64
import Crypto

/// A public key, as SSH writes it (RFC 4253, section 6.6; RFC 5656; RFC 8709; PROTOCOL.u2f).
public struct SSHPublicKey: Equatable, Sendable {
    /// Its type.
    public let type: SSHKeyType
    /// Its bytes in SSH's form, which are the same for two equal keys.
    public let blob: [UInt8]
    /// The key itself: 32 bytes, or an uncompressed point.
    let material: [UInt8]
    /// What a hardware key is for, `ssh:` as a rule; empty for others.
    let application: [UInt8]

    /// The key with these bytes.
    public init(_ blob: [UInt8]) throws(SSHSignatureError) {
        var reader = SSHReader(blob)
        let name = try reader.name(of: .keyType)
        guard let type = SSHKeyType(rawValue: name) else { throw .keyType(name) }
        self.type = type
        self.blob = blob
        if let curve = type.curve {
            let found = try reader.name(of: .curve)
            guard found == curve.rawValue else { throw .curve(found, due: curve.rawValue) }
            material = try reader.string(of: .keyMaterial)
            let due = 1 + 2 * curve.size
            guard material.count == due else {
                throw .length(.keyMaterial, found: material.count, due: due)
            }
            guard curve.isPoint(material) else { throw .notOnCurve }
        } else {
            material = try reader.string(of: .keyMaterial)
            guard material.count == 32 else {
                throw .length(.keyMaterial, found: material.count, due: 32)
            }
        }
        if type.isHardware {
            let name = try reader.name(of: .application)
            // What signs in to web sites with such a key signs for them.
            guard name.hasPrefix("ssh:") else { throw .application(name) }
            application = Array(name.utf8)
        } else {
            application = []
        }
        try reader.end(after: type.isHardware ? .application : .keyMaterial)
    }

    /// The key of a public key file, `TYPE BASE64 COMMENT`; nil where the text is none.
    public init?(publicKeyFile text: String) throws(SSHSignatureError) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count >= 2, let blob = Base64.decode(String(words[1])) else { return nil }
        try self.init(blob)
    }

    /// `SHA256:` and the digest of its bytes, as `ssh-keygen -l` prints it.
    public var fingerprint: String {
        let text = Base64.encode(Array(SHA256.hash(data: blob)))
        return "SHA256:" + text.prefix { $0 != "=" }
    }

    /// Whether this is the key's signature over these bytes: 64 bytes of Ed25519, or the r and s of ECDSA, each as long as
    /// the curve's numbers are.
    func isValid(_ signature: [UInt8], over bytes: [UInt8]) -> Bool {
        if let curve = type.curve { return curve.isValid(signature, of: material, over: bytes) }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: material) else { return false }
        return key.isValidSignature(signature, for: bytes)
    }
}

extension NISTCurve {
    /// Whether these bytes are an uncompressed point on the curve.
    func isPoint(_ bytes: [UInt8]) -> Bool {
        // SSH has no other form, and Crypto takes some.
        guard bytes.first == 4 else { return false }
        return switch self {
        case .p256: (try? P256.Signing.PublicKey(x963Representation: bytes)) != nil
        case .p384: (try? P384.Signing.PublicKey(x963Representation: bytes)) != nil
        case .p521: (try? P521.Signing.PublicKey(x963Representation: bytes)) != nil
        }
    }

    /// Whether r and s are the signature of the key `point` over these bytes, hashed as RFC 5656, section 6.2.1, has it for the
    /// curve.
    fileprivate func isValid(_ signature: [UInt8], of point: [UInt8], over bytes: [UInt8]) -> Bool {
        switch self {
        case .p256:
            guard let key = try? P256.Signing.PublicKey(x963Representation: point),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: bytes))
        case .p384:
            guard let key = try? P384.Signing.PublicKey(x963Representation: point),
                let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: SHA384.hash(data: bytes))
        case .p521:
            guard let key = try? P521.Signing.PublicKey(x963Representation: point),
                let signature = try? P521.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: SHA512.hash(data: bytes))
        }
    }
}
