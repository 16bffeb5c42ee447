import SSHSignature

// Signatures of plans, and those whose signatures count.

extension Messages {
    /// `ssh-ed25519 SHA256:…`.
    static func text(_ key: SSHPublicKey) -> String { "\(key.type.rawValue) \(key.fingerprint)" }

    static func text(_ error: SSHSignatureError) -> String {
        switch error {
        case .tooLarge(let size, let limit):
            "is no SSH signature: it has \(size) bytes, and at most \(limit) are read"
        case .noFirstLine: "is no SSH signature: it doesn't begin with -----BEGIN SSH SIGNATURE-----"
        case .noLastLine:
            "is no whole SSH signature: it doesn't end with -----END SSH SIGNATURE----- and a line feed"
        case .noBase64:
            "is no SSH signature: between its first and its last line is something that is no base64"
        case .noMagic: "is no SSH signature: its bytes don't begin with SSHSIG"
        case .reserved(let size):
            "has \(size) bytes in its reserved part, which has none in version 1"
        case .version(let version): "is an SSH signature of version \(version): kplan knows version 1"
        case .cutOff(let part, let needed, let found):
            "is cut off: \(part.rawValue) needs \(needed.counted("byte")), and \(found) are left"
        case .bytesLeft(let part, let count):
            "has \(count.counted("byte")) after \(part.rawValue), where the end has to be"
        case .length(let part, let found, let due):
            "\(part.rawValue) has \(found.counted("byte")), and has to have \(due)"
        case .noText(let part): "\(part.rawValue) is no text"
        case .noInteger(let part): "\(part.rawValue) is no positive number in its shortest form"
        case .keyType(let type): text(keyType: type)
        case .curve(let found, let due): "its key is on the curve \(quoted(found)), and has to be on \(due)"
        case .notOnCurve: "its key is no point on its curve"
        case .application(let name):
            "its hardware key is for \(quoted(name)); those of SSH are for names that begin with ssh:"
        case .namespace(let found, let due):
            "was made for \(quoted(found)), and has to be made for \(quoted(due)): sign with kplan sign, or ssh-keygen -n \(due)"
        case .hashAlgorithm(let name):
            "has the hash algorithm \(quoted(name)), and has to have sha256 or sha512"
        case .signatureType(let found, let key): "is of the type \(quoted(found)), and its key is of \(key)"
        case .notOfMessage:
            "is not this plan's: the plan or the signature has changed since, or the signature is another plan's"
        }
    }

    private static func text(keyType type: String) -> String {
        let taken = SSHKeyType.allCases.map(\.rawValue).joined(separator: ", ")
        let kind =
            if type == "ssh-rsa" {
                "is of an RSA key"
            } else if type.hasSuffix("-cert-v01@openssh.com") {
                "is of a certificate (\(printable(type)))"
            } else {
                "is of a key of the type \(quoted(type))"
            }
        return
            "\(kind), which kplan doesn't take: use an Ed25519 key (ssh-keygen -t ed25519), or another of \(taken)"
    }

    static func text(_ reason: AllowedSignersError.Reason) -> String {
        switch reason {
        case .noText: "is no UTF-8"
        case .noPrincipals: "has no name of a signer at its beginning, or an empty one"
        case .badPrincipals(let word):
            "what stands for the signer, \(quoted(word)), runs into what comes behind it: put a space between signer and options"
        case .openQuote: "has a quotation mark without a second one"
        case .noKey: "has no key: a line is SIGNER [OPTIONS] TYPE KEY"
        case .unknownKeyType(let word): "\(quoted(word)) is no type of a key"
        case .noBase64: "its key is no base64"
        case .otherKeyType(let found, let type):
            "its key is of the type \(quoted(found)), and the line says \(type)"
        case .key(let error): "its key can't be read: \(text(error))"
        case .unknownOption(let option): "there is no option \(quoted(option))"
        case .badOption(let name, let value):
            "\(name) can't be \(quoted(value))\(name.hasPrefix("valid-") ? #": "YYYYMMDD[HHMM[SS]][Z]", with the quotation marks"# : #": it takes "PATTERN,…", with the quotation marks"#)"
        case .optionTwice(let name): "has \(name) twice"
        case .neverValid(let after, let before):
            "is valid after \(after) and before \(before), which is never"
        }
    }

    /// - Parameter principal: who was asked for.
    static func text(_ refusal: AllowedSigners.Refusal, asked principal: String?) -> String {
        switch refusal {
        case .certificateAuthority: "has it as cert-authority, and kplan takes no certificates"
        case .otherPrincipal(let names):
            principal.map { "has it for \(quoted(names)), not for \(quoted($0))" }
                ?? "has it for nobody (\(quoted(names)))"
        case .otherNamespace(let names): "has it for the namespaces \(quoted(names)) alone"
        case .notYetValid(let time): "has it from \(time.text) on"
        case .noLongerValid(let time): "has it until \(time.text)"
        case .untouched:
            "asks for a touch of the hardware key, and it was not touched (no-touch-required does without)"
        }
    }
}
