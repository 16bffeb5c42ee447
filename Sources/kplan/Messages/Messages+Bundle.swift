import Bundle

// Why a file is no bundle, or can't become one.

extension Messages {
    static func text(_ error: BundleError) -> String {
        switch error {
        case .unreadable(let reason):
            "is a tar archive that can't be read: \(printable(reason))"
        case .truncated: "is a truncated bundle: its end is missing"
        case .trailingBytes(let offset):
            "is no bundle: byte \(offset) is behind the end of the archive, where only zeros may be"
        case .tooManyMembers(let limit): "is no bundle: it has more than \(limit) members"
        case .unknownMember(let name):
            """
            is no bundle: it has \(quoted(name)), and a bundle has \(BundleLayout.plan), \(BundleLayout.signature) and files in \
            \(BundleLayout.inputs)
            """
        case .link(let name): "is no bundle: \(quoted(name)) is a link, and a bundle has only files"
        case .special(let name): "is no bundle: \(quoted(name)) is no regular file"
        case .sparse(let name):
            "is no bundle: \(quoted(name)) is sparse, and not all of its bytes are there; archive it without --sparse"
        case .repeated(let name): "is no bundle: it has \(quoted(name)) twice"
        case .signatureTooLarge(let limit):
            "is no bundle: its \(BundleLayout.signature) has more than \(size(UInt64(limit)))"
        case .noPlan: "is no bundle: it has no \(BundleLayout.plan)"
        }
    }

    /// That inputs are given for a bundle.
    static func text(_ option: String, besideBundle path: String) -> String {
        "\(option): \(printable(path)) is a bundle, and has its inputs in it"
    }

    /// What a compressed file is told that should be a plan or a bundle.
    static func text(compressedBy program: String) -> String {
        "is compressed: a bundle is mapped as it is, so unpack it first (\(program) -d)"
    }
}
