import ArgumentParser
import Bundle
import Files
import KexecPlan

struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Puts a plan, its inputs and its signature into one file.",
        discussion: """
            A tar archive, not compressed, which show, diff, verify, emit, simulate and apply take in the place of a plan. The \
            same plan and inputs give the same bytes. It is only written of a plan that breaks no rule, with all inputs that \
            apply needs. PLAN.sig is put in where it is there.
            """)

    @Argument(help: .init("The plan.", valueName: "plan"), completion: .file())
    var plan: String

    @OptionGroup
    var inputs: InputOptions

    @Option(help: .init("The memory map, wherever it is.", valueName: "file"), completion: .file())
    var memoryMap: String?

    @Option(
        name: [.short, .long],
        help: .init("Where to write the bundle. Standard output, if none is given.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() throws {
        let toTerminal = (output ?? "-") == "-" && Terminal.isTerminal
        if toTerminal {
            throw Failure(
                "a bundle is nothing for a terminal: write it to a file with -o FILE", status: .usage)
        }
        let document = try PlanDocument(reading: plan)
        let file = try PlanFile(document)
        try inputs.checkNone(beside: file)
        try checkTaken(by: file)
        try file.checkRules()
        let signature = try signature(of: document)
        let files = try files(of: file)
        if let output, output != "-" {
            try Output.check([output], against: [plan, SignatureFile.path(of: plan)] + files.map(\.path))
        }
        try Output.write(to: output) { sink throws(FileError) in
            try BundleWriter.write(
                plan: document.bytes, signature: signature,
                inputs: files.map { file in
                    .init(name: file.input.name) { sink throws(FileError) in
                        try file.contents.withUnsafeBytes(sink)
                    }
                }, to: sink)
        }
    }

    private func checkTaken(by file: PlanFile<AnyPlan>) throws(Failure) {
        switch file.plan {
        case .kexecLoad(let plan): try inputs.checkTaken(by: file.with(plan))
        case .kexecFileLoad: try inputs.checkTaken(by: file, and: ["--memory-map": memoryMap])
        }
    }

    /// The inputs, as recorded: of several machines the first, which is all that apply needs. The memory map may be missing: no
    /// byte is made of it.
    private func files(of file: PlanFile<AnyPlan>) throws(Failure) -> [InputFile] {
        for input in file.plan.inputs where input.name.utf8.count > BundleLayout.nameLimit {
            throw Failure(
                """
                \(Messages.quoted(input.name)): the name has \(input.name.utf8.count) bytes, and a bundle has room for \
                \(BundleLayout.nameLimit): give the file another one and make the plan anew
                """)
        }
        var files: [InputFile] = []
        let places = inputs.places(of: file, memoryMap: memoryMap)
        for input in file.plan.neededInputs + file.plan.inputs.filter({ $0.role == .memoryMap }) {
            guard let found = try found(input, in: places) else { continue }
            try Reproduction.check(found, against: input, of: file)
            files.append(found.named(input.name))
        }
        return files
    }

    private func found(_ input: Input, in places: InputPlaces) throws(Failure) -> InputFile? {
        guard input.role == .memoryMap, memoryMap == nil else { return try places.file(input, .mapping) }
        do throws(Failure) {
            return try places.file(input, .mapping)
        } catch {
            printError(
                """
                kplan: note: \(error.text): the bundle is without it (--memory-map says where it is), and verify can't compare it \
                with the plan
                """)
            return nil
        }
    }

    /// The signature that is in the plan's bundle, or lies beside the plan; nil where there is none. One of other bytes, as that
    /// of a plan that was made anew since, would be found out only on the machine.
    private func signature(of document: PlanDocument) throws(Failure) -> [UInt8]? {
        let path = SignatureFile.path(of: document.path)
        let file: SignatureFile
        if let bundled = document.bundle?.signature {
            file = bundled
        } else if FileIdentity(path) != nil {
            file = try SignatureFile(reading: path)
        } else {
            return nil
        }
        _ = try file.signature(of: document)
        return file.bytes
    }
}
