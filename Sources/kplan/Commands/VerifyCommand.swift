import ArgumentParser
import KexecPlan
import PlanJSON

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks a plan: its rules, its inputs, its bytes, its page tables.",
        discussion: """
            A line for everything that was checked or found. The page tables are proven on their bytes, which are read \
            as the MMU would: they map all that purgatory touches, to itself, with the right attributes, and nothing \
            else. Exit status: 0 all is well, 1 something is not, 2 nothing is known to be wrong, but \
            something could not be checked.
            """)

    @Argument(help: .init("The plan, or a bundle.", valueName: "plan"), completion: .file())
    var plan: String

    @OptionGroup
    var inputs: InputOptions

    @Option(help: .init("The memory map, wherever it is.", valueName: "file"), completion: .file())
    var memoryMap: String?

    @Option(
        help: .init(
            """
            Check the segments in this folder, as kplan emit writes it, whoever made them; then no input is needed.
            """, valueName: "folder"), completion: .directory)
    var segments: String?

    @OptionGroup
    var signing: SigningOptions

    @Flag(help: "Print JSON (schemas/verify-1.schema.json).")
    var json = false

    func validate() throws {
        if segments != nil, !inputs.isEmpty || memoryMap != nil {
            throw ValidationError(
                "--segments takes bytes that are made already: inputs can't be given with it.")
        }
        if signing.signature != nil, signing.allowedSigners == nil {
            throw ValidationError("--signature goes with --allowed-signers, which says whose counts.")
        }
    }

    func run() throws {
        let (document, file) = try CheckReport.reading(
            json: json, otherwise: CheckList.encode(unverifiablePlan:)
        ) { () throws(Failure) in
            let document = try PlanDocument(reading: plan)
            return (document, try PlanFile(document))
        }
        try inputs.checkNone(beside: file)
        let checks = try SigningPolicy.checks(of: document, on: nil, signing) + checks(of: file)
        try CheckReport(
            plan: file.plan, checks: checks, incomplete: "\(plan): not everything could be checked"
        ).end(json: json) { CheckList.encode(plan: file.plan.id, isVerified: $0, $1) }
    }

    private func checks(of file: PlanFile<AnyPlan>) throws(Failure) -> [Check] {
        switch file.plan {
        case .kexecLoad(let content):
            try inputs.checkTaken(by: file.with(content))
            if content.deviceTree.isLive, inputs.dtb != nil {
                throw Failure(
                    "--dtb: the digests of \(Messages.printable(file.path)) are those with the tree of its first machine",
                    status: .usage)
            }
            return Verification(
                of: file.with(content), inputs, memoryMap: memoryMap, segments: segments
            ).checks
        case .kexecFileLoad(let content):
            try inputs.checkTaken(by: file, and: ["--memory-map": memoryMap, "--segments": segments])
            return FileLoadVerification(of: file.with(content), inputs).checks
        }
    }
}
