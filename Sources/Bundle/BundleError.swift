/// Why an archive is no bundle. Names are as the archive has them.
public enum BundleError: Error, Equatable, Sendable {
    /// It can't be read as a tar archive; why, in libarchive's words.
    case unreadable(String)
    /// It ends before its end is marked.
    case truncated
    /// Something is behind the end, `offset` bytes into the file.
    case trailingBytes(offset: Int)
    /// It has more members than any bundle.
    case tooManyMembers(limit: Int)
    /// A member that a bundle hasn't: another name, a folder, an absolute path or one with `..`.
    case unknownMember(String)
    /// A symbolic or hard link.
    case link(String)
    /// A device, a FIFO and the like.
    case special(String)
    /// A member of which the archive has only parts.
    case sparse(String)
    /// Two members of one name.
    case repeated(String)
    /// A signature with more than `limit` bytes.
    case signatureTooLarge(limit: Int)
    /// There is no plan in it.
    case noPlan
}
