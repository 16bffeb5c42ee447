import ArgumentParser

/// Who has to have signed a plan.
struct SigningOptions: ParsableArguments {
    @Option(
        help: .init(
            "A file of those one of whom has to have signed the plan, as ssh-keygen reads it (ALLOWED SIGNERS).",
            valueName: "file"), completion: .file())
    var allowedSigners: String?

    @Option(help: .init("With --allowed-signers: who of them, by name.", valueName: "principal"))
    var signer: String?

    @Option(
        help: .init(
            "The plan's signature. Without it, the bundle's, or the file PLAN.sig.", valueName: "file"),
        completion: .file())
    var signature: String?

    func validate() throws {
        if signer != nil, allowedSigners == nil {
            throw ValidationError("--signer goes with --allowed-signers.")
        }
    }

    /// The signature of a plan.
    func signatureFile(of plan: PlanDocument) throws(Failure) -> SignatureFile {
        if signature == nil, let bundled = plan.bundle?.signature { return bundled }
        return try SignatureFile(reading: signature ?? SignatureFile.path(of: plan.path))
    }
}
