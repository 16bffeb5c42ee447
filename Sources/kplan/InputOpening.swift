import Files
import KexecPlan

/// How an input's bytes are got.
enum InputOpening {
    /// Mapped, to look at them.
    case mapping
    /// Read once into memory of this process: what is hashed is what will be loaded.
    case reading
    /// As kexec_file_load gets them.
    case loading(FilePassing)

    /// The file at `path`.
    func file(_ path: String, _ role: InputRole) throws(Failure) -> InputFile {
        switch self {
        case .mapping: try .mapping(path, as: role)
        case .reading: try .reading(path, as: role)
        case .loading(.sealed): try .sealing(path, as: role)
        case .loading(.original): try .opening(path, as: role)
        }
    }

    /// An input that is in a bundle.
    /// - Parameter path: what messages call it.
    func file(_ member: FileSlice, of input: Input, path: String) throws(Failure) -> InputFile {
        let contents: FileContents = try explaining(path) {
            switch self {
            case .mapping: return .slice(member)
            case .reading: return .read(try PrivateBytes(reading: member))
            case .loading(.sealed): return .sealed(try SealedFile(copying: member))
            case .loading(.original):
                throw Failure(
                    """
                    \(Messages.printable(path)): the plan's files are \(FilePassing.original.rawValue), so the kernel looks at \
                    the file itself, which it can't in a bundle: unpack it (tar -xf BUNDLE) and apply plan.json --inputs inputs
                    """)
            }
        }
        return InputFile(contents, role: input.role, path: path, name: input.name)
    }
}
