import Base64

/// A line of a file of allowed signers (ssh-keygen(1), ALLOWED SIGNERS): a key, and whose signatures with it count for what.
struct AllowedSigner: Equatable, Sendable {
    /// Its number in the file, from 1.
    let line: Int
    let principals: PatternList
    let options: SignerOptions
    /// The type that the line names, which may be one that is not taken.
    let keyType: String
    /// The key's bytes in SSH's form.
    let keyBlob: [UInt8]

    /// The line with this text; nil for one that is empty, or a comment.
    init?(_ text: String, line: Int) throws(AllowedSignersError.Reason) {
        var words = SignerWords(text)
        guard let first = words.peek, first != "#" else { return nil }
        self.line = line
        guard let names = try words.principals(), let principals = PatternList(names) else {
            throw .noPrincipals
        }
        self.principals = principals
        guard var word = try words.next() else { throw .noKey }
        if Self.isKeyType(word) {
            options = SignerOptions()
        } else {
            options = try SignerOptions(word)
            guard let next = try words.next() else { throw .noKey }
            word = next
        }
        guard Self.isKeyType(word) else { throw .unknownKeyType(word) }
        guard let text = try words.next(), let blob = Base64.decode(text) else { throw .noBase64 }
        (keyType, keyBlob) = (word, blob)
        try Self.check(blob, is: word)
    }

    /// A key of a type that is taken is looked at as a signature's is; of others, that they are of their type.
    private static func check(_ blob: [UInt8], is type: String) throws(AllowedSignersError.Reason) {
        let found: String
        do throws(SSHSignatureError) {
            var reader = SSHReader(blob)
            found = try reader.name(of: .keyType)
            if SSHKeyType(rawValue: found) != nil { _ = try SSHPublicKey(blob) }
        } catch {
            throw .key(error)
        }
        guard found == type else { throw .otherKeyType(found, line: type) }
    }

    /// OpenSSH's names of keys: what is none of them is taken for options.
    private static func isKeyType(_ word: String) -> Bool {
        SSHKeyType(rawValue: word) != nil || ["ssh-rsa", "ssh-dss"].contains(word)
            || word.hasSuffix("-cert-v01@openssh.com")
    }
}
