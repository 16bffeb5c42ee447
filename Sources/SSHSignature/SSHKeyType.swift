/// The types of keys whose signatures are checked, by their names in SSH.
public enum SSHKeyType: String, CaseIterable, Sendable {
    case ed25519 = "ssh-ed25519"
    case ecdsaP256 = "ecdsa-sha2-nistp256"
    case ecdsaP384 = "ecdsa-sha2-nistp384"
    case ecdsaP521 = "ecdsa-sha2-nistp521"
    /// In a hardware key (PROTOCOL.u2f).
    case hardwareEd25519 = "sk-ssh-ed25519@openssh.com"
    /// In a hardware key (PROTOCOL.u2f).
    case hardwareECDSAP256 = "sk-ecdsa-sha2-nistp256@openssh.com"

    /// Whether the private key is in hardware, which says whether it was touched.
    public var isHardware: Bool { self == .hardwareEd25519 || self == .hardwareECDSAP256 }

    /// The curve, where it is one of NIST's.
    var curve: NISTCurve? {
        switch self {
        case .ed25519, .hardwareEd25519: nil
        case .ecdsaP256, .hardwareECDSAP256: .p256
        case .ecdsaP384: .p384
        case .ecdsaP521: .p521
        }
    }
}

/// The curves of ECDSA keys, by their names in SSH (RFC 5656, section 10.1).
enum NISTCurve: String, Sendable {
    case p256 = "nistp256"
    case p384 = "nistp384"
    case p521 = "nistp521"

    /// The bytes of a coordinate, and of each number of a signature.
    var size: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }
}
