import PlanJSON

extension SigningDemand {
    /// Fails where a plan that was made again is not the signed one, to the byte: nobody has signed it.
    /// - Parameter output: where the new plan was written.
    func checkSame(_ replan: Replan, as document: PlanDocument, isKept output: String?) throws(Failure) {
        guard PlanJSON.encode(replan.plan) != document.bytes else { return }
        let advice =
            output.map { "have \(Messages.printable($0)) signed (kplan sign), and apply that" }
            ?? "-o FILE keeps the new plan, to be signed and applied"
        throw Failure(
            """
            \(Messages.printable(document.path)): nothing is loaded: made again for this machine it is another plan, which \
            nobody has signed as \(Messages.printable(path)) demands: \(advice)
            """, status: .no)
    }
}
