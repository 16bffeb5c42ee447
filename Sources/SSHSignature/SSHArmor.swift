import Base64

/// The text form of a signature: base64 in lines between a first and a last line.
enum SSHArmor {
    private static let firstLine = Array("-----BEGIN SSH SIGNATURE-----\n".utf8)
    private static let lastLine = Array("\n-----END SSH SIGNATURE-----\n".utf8)

    /// The bytes of the signature. There is nothing before the first line, nothing after the last, and nothing but line
    /// feeds between pieces of base64.
    static func blob(of file: [UInt8]) throws(SSHSignatureError) -> [UInt8] {
        guard file.count <= SSHSignature.sizeLimit else {
            throw .tooLarge(size: file.count, limit: SSHSignature.sizeLimit)
        }
        guard file.starts(with: firstLine) else { throw .noFirstLine }
        guard file.count >= firstLine.count + lastLine.count, file.suffix(lastLine.count) == lastLine[...]
        else { throw .noLastLine }
        let lines = file.dropFirst(firstLine.count).dropLast(lastLine.count)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard !lines.contains(where: \.isEmpty), let text = String(validating: lines.joined(), as: UTF8.self),
            let blob = Base64.decode(text)
        else { throw .noBase64 }
        return blob
    }
}
