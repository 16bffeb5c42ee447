import ArgumentParser
import Files
import KexecPlan
import SSHSignature

struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Signs a plan with an SSH key.",
        discussion: """
            Runs ssh-keygen -Y sign over the plan's bytes, for the namespace kplan, and checks what came of it. Keys in files, \
            in an agent and in hardware will do: Ed25519 and ECDSA. The signature goes to a file of its own, beside the plan: \
            kplan verify and kplan apply check it by --allowed-signers, and so does ssh-keygen -Y verify.
            """)

    @Argument(help: .init("The plan.", valueName: "plan"), completion: .file())
    var plan: String

    @Option(
        help: .init(
            "The private key, or the public key of one that an agent has.", valueName: "file"),
        completion: .file())
    var key: String

    @Option(
        name: [.short, .long],
        help: .init("The file to write, instead of PLAN.sig; - for standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    func run() throws {
        let document = try PlanDocument(reading: plan)
        let file = try PlanFile(document)
        // Nobody should vouch for a plan that apply refuses.
        try file.plan.checkRules(
            "\(Messages.printable(plan)): is not signed: it breaks rules; make it anew, or correct it")
        let output = output ?? SignatureFile.path(of: plan)
        try Output.check([output], against: [plan, key, "\(key).pub"])
        try SSHKeygen.check(key: key)
        let signed = SignatureFile(
            try SSHKeygen.signature(of: document.bytes, key: key), path: "what ssh-keygen made")
        let signature = try signed.signature(of: document, otherwise: .failed)
        try Output.write(signed.bytes, to: output)
        printError(
            "kplan: signed \(Messages.printable(plan)) (plan \(file.plan.id.prefix(16))) by \(Messages.text(signature.key))"
        )
    }
}
