/// Why bytes are no SSH signature or public key that counts here.
public enum SSHSignatureError: Error, Equatable, Sendable {
    /// The file has more bytes than a signature ever has.
    case tooLarge(size: Int, limit: Int)
    /// It doesn't begin with the first line of an armored signature.
    case noFirstLine
    /// It doesn't end with the last line of one, and a line feed.
    case noLastLine
    /// What is between the two is no base64 in its one form (RFC 4648, section 4), in lines.
    case noBase64
    /// The blob doesn't begin with `SSHSIG`.
    case noMagic
    /// The format's version is another one than 1.
    case version(UInt32)
    /// The part that is reserved for later versions has bytes, which nothing here would know the meaning of.
    case reserved(size: Int)
    /// A part ends before its last byte; both numbers are bytes.
    case cutOff(SSHSignaturePart, needed: Int, found: Int)
    /// Bytes follow the last part.
    case bytesLeft(after: SSHSignaturePart, count: Int)
    /// A part has another number of bytes than it has to have.
    case length(SSHSignaturePart, found: Int, due: Int)
    /// A part that is a name is no UTF-8.
    case noText(SSHSignaturePart)
    /// A part is no number that is positive, in its shortest form.
    case noInteger(SSHSignaturePart)
    /// Keys of this type are not taken.
    case keyType(String)
    /// The key says that its curve is another one than that of its type.
    case curve(String, due: String)
    /// The key is no point on its curve.
    case notOnCurve
    /// A hardware key's application doesn't begin with `ssh:`.
    case application(String)
    /// It was signed for another purpose.
    case namespace(String, due: String)
    /// The message was hashed by another algorithm than sha256 or sha512.
    case hashAlgorithm(String)
    /// The signature is of another type than the key.
    case signatureType(String, key: String)
    /// The signature was not made by this key over these bytes.
    case notOfMessage
}

/// A part of a signature or a key (PROTOCOL.sshsig, PROTOCOL.u2f, RFC 4253, RFC 5656, RFC 8709). The raw value is what messages
/// call it.
public enum SSHSignaturePart: String, Sendable {
    case magic = "the magic preamble"
    case version = "the version"
    case publicKey = "the public key"
    case namespace = "the namespace"
    case reserved = "the reserved part"
    case hashAlgorithm = "the hash algorithm"
    case signature = "the signature"
    case keyType = "the key's type"
    case curve = "the curve's name"
    case keyMaterial = "the key itself"
    case application = "the application"
    case signatureType = "the signature's type"
    case signatureR = "the signature's r"
    case signatureS = "the signature's s"
    case flags = "the flags"
    case counter = "the counter"
}
