import Base64
import Crypto
import TestSupport

@testable import SSHSignature

/// A key of any type that is taken, and what it signs, made with no code of SSHSignature's: of a hardware key it is what the
/// hardware would do.
struct SoftwareKey {
    let type: SSHKeyType
    var application = "ssh:"
    private let ed25519: Curve25519.Signing.PrivateKey
    private let p256: P256.Signing.PrivateKey

    init(_ type: SSHKeyType, seed: UInt8 = 7) throws {
        self.type = type
        ed25519 = try .init(rawRepresentation: [UInt8](repeating: seed, count: 32))
        p256 = try .init(rawRepresentation: [UInt8](repeating: seed, count: 32))
    }

    static let types: [SSHKeyType] = [.ed25519, .ecdsaP256, .hardwareEd25519, .hardwareECDSAP256]

    /// A `string` of SSH.
    static func string(_ bytes: [UInt8]) -> [UInt8] {
        Array([UInt8](repeating: 0, count: 4).patched(UInt32(bytes.count).byteSwapped, at: 0)) + bytes
    }

    static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

    private var isECDSA: Bool { type == .ecdsaP256 || type == .hardwareECDSAP256 }

    /// The public key.
    var blob: [UInt8] {
        let material =
            isECDSA ? Array(p256.publicKey.x963Representation) : Array(ed25519.publicKey.rawRepresentation)
        return Self.string(type.rawValue) + (isECDSA ? Self.string("nistp256") : []) + Self.string(material)
            + (type.isHardware ? Self.string(application) : [])
    }

    /// A line of a file of allowed signers, or without a principal of a public key file.
    func line(_ before: String = "") -> String {
        "\(before.isEmpty ? "" : before + " ")\(type.rawValue) \(Base64.encode(blob)) comment\n"
    }

    /// What a signature is made of, to be made otherwise.
    struct Parts {
        var magic = Array("SSHSIG".utf8)
        var version: UInt32 = 1
        var namespace = "kplan"
        var reserved: [UInt8] = []
        var hash = "sha512"
        var flags: UInt8 = 1
        var counter: UInt32 = 0x0102_0304
        /// What follows the signature, and the parts within it.
        var more: [UInt8] = []
        var moreInside: [UInt8] = []
    }

    /// The bytes of a signature.
    func signature(of message: [UInt8], _ parts: Parts = Parts()) throws -> [UInt8] {
        let digest =
            parts.hash == "sha256" ? Array(SHA256.hash(data: message)) : Array(SHA512.hash(data: message))
        let signed =
            Array("SSHSIG".utf8) + Self.string(parts.namespace) + Self.string(parts.reserved)
            + Self.string(parts.hash) + Self.string(digest)
        let counter = [UInt8](repeating: 0, count: 4).patched(parts.counter.byteSwapped, at: 0)
        let touch = type.isHardware ? [parts.flags] + counter : []
        let data =
            type.isHardware
            ? Array(SHA256.hash(data: Array(application.utf8))) + touch + Array(SHA256.hash(data: signed))
            : signed
        let value = isECDSA ? try ecdsa(data) : Array(try ed25519.signature(for: data))
        let signature = Self.string(type.rawValue) + Self.string(value) + touch + parts.moreInside
        return parts.magic + [UInt8](repeating: 0, count: 4).patched(parts.version.byteSwapped, at: 0)
            + Self.string(blob) + Self.string(parts.namespace) + Self.string(parts.reserved)
            + Self.string(parts.hash)
            + Self.string(signature) + parts.more
    }

    private func ecdsa(_ data: [UInt8]) throws -> [UInt8] {
        let raw = Array(try p256.signature(for: data).rawRepresentation)
        return [raw.prefix(32), raw.suffix(32)].flatMap { number in
            let digits = Array(number.drop { $0 == 0 })
            return Self.string((digits.first ?? 0 >= 0x80 ? [0] : []) + digits)
        }
    }

    /// A signature's file, as ssh-keygen writes it.
    func armored(_ message: [UInt8], _ parts: Parts = Parts()) throws -> [UInt8] {
        Self.armored(try signature(of: message, parts))
    }

    static func armored(_ blob: [UInt8], width: Int = 70) -> [UInt8] {
        let text = Array(Base64.encode(blob).utf8)
        let lines = stride(from: 0, to: text.count, by: width).map { text[$0..<min($0 + width, text.count)] }
        return Array("-----BEGIN SSH SIGNATURE-----\n".utf8) + lines.joined(separator: [0x0a])
            + Array("\n-----END SSH SIGNATURE-----\n".utf8)
    }
}
