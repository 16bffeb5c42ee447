import Crypto

/// What a key made (RFC 8709, section 6; RFC 5656, section 3.1.2; PROTOCOL.u2f): the signature itself, and what a hardware key
/// says besides.
struct SSHSignatureValue: Equatable, Sendable {
    /// 64 bytes of Ed25519, or r and s of ECDSA.
    let bytes: [UInt8]
    /// What a hardware key says; nil for others.
    let touch: Touch?

    /// What a hardware key says of the moment when it signed, and signs with the message.
    struct Touch: Equatable, Sendable {
        let flags: UInt8
        let counter: UInt32

        /// Whether somebody touched it (SSH_SK_USER_PRESENCE_REQD).
        var isUserPresent: Bool { flags & 1 != 0 }
    }

    init(_ blob: [UInt8], of type: SSHKeyType) throws(SSHSignatureError) {
        var reader = SSHReader(blob)
        let name = try reader.name(of: .signatureType)
        guard name == type.rawValue else { throw .signatureType(name, key: type.rawValue) }
        let content = try reader.string(of: .signature)
        if let curve = type.curve {
            var numbers = SSHReader(content)
            let r = try numbers.integer(curve.size, of: .signatureR)
            let s = try numbers.integer(curve.size, of: .signatureS)
            try numbers.end(after: .signatureS)
            bytes = r + s
        } else {
            guard content.count == 64 else { throw .length(.signature, found: content.count, due: 64) }
            bytes = content
        }
        touch =
            type.isHardware
            ? Touch(flags: try reader.byte(of: .flags), counter: try reader.number(of: .counter)) : nil
        try reader.end(after: type.isHardware ? .counter : .signature)
    }

    /// The bytes that the key has signed, of what it was given: a hardware key signs digests, with what it says between them.
    func signed(_ data: [UInt8], by key: SSHPublicKey) -> [UInt8] {
        guard let touch else { return data }
        let counter = (0..<4).map { UInt8(truncatingIfNeeded: touch.counter >> (24 - 8 * $0)) }
        return Array(SHA256.hash(data: key.application)) + [touch.flags] + counter
            + Array(SHA256.hash(data: data))
    }
}
