import Bundle
import Files
import KexecPlan

/// A bundle that is mapped: a plan and its inputs in one file, none of them copied.
struct OpenedBundle {
    private let file: MappedFile
    private let contents: BundleContents
    /// What messages call it: its path.
    let path: String

    init(_ file: MappedFile, path: String) throws(BundleError) {
        self.file = file
        self.path = path
        contents = try file.withUnsafeBytes { bytes throws(BundleError) in try BundleContents(of: bytes) }
    }

    /// The plan's bytes.
    var plan: FileSlice { FileSlice(file, contents.plan) }

    /// The plan's signature; nil where it has none.
    var signature: SignatureFile? {
        contents.signature.map { range in
            SignatureFile(
                FileSlice(file, range).withUnsafeBytes { Array($0) },
                path: "\(path):\(BundleLayout.signature)")
        }
    }

    /// Fails where its inputs aren't those of its plan: all that bytes are made of, but for kplan's own purgatory; and no others.
    func check(against plan: AnyPlan) throws(Failure) {
        let names = plan.inputs.map { Array($0.name.utf8) }
        if let other = contents.inputs.keys.sorted(by: { $0.lexicographicallyPrecedes($1) })
            .first(where: { !names.contains($0) })
        {
            let name = Messages.quoted(BundleLayout.inputs + String(decoding: other, as: UTF8.self))
            throw Failure("\(Messages.printable(path)): is no bundle: its plan has no input \(name)")
        }
        for input in plan.neededInputs where !input.isBuiltin && member(input) == nil {
            throw Failure(missing(input))
        }
    }

    /// An input of its plan, opened in this way; nil for kplan's own purgatory where it isn't in the bundle.
    func input(_ input: Input, _ opening: InputOpening) throws(Failure) -> InputFile? {
        guard let member = member(input) else {
            if input.isBuiltin { return nil }
            throw Failure("\(missing(input)): say where it is with --\(input.role.rawValue) FILE")
        }
        let path = "\(path):\(BundleLayout.inputs)\(input.name)"
        // Another size is another file: no byte of it need be looked at.
        guard member.count == input.size else {
            throw Failure(
                """
                \(path): is not the \(input.role.rawValue) that \(self.path) was made from: \(member.count) bytes, planned \
                were \(input.size). The bundle was changed: make it anew.
                """, status: .no)
        }
        return try opening.file(member, of: input, path: path)
    }

    private func member(_ input: Input) -> FileSlice? {
        contents.inputs[Array(input.name.utf8)].map { FileSlice(file, $0) }
    }

    private func missing(_ input: Input) -> String {
        let name = Messages.quoted(BundleLayout.inputs + input.name)
        return "\(Messages.printable(path)): has no \(name), the \(input.role.rawValue) of its plan"
    }
}
