import Arm64
import KexecPlan

extension RunningMachine {
    /// Fails where a CPU of this machine has no granule of the kernel's page size: kexec_load would load it, and the kernel
    /// ends in a loop before it has a console (arch/arm64/kernel/head.S, `__no_granule_support`).
    ///
    /// Returns what is to be said where that isn't known; nil where there is nothing to say.
    func checkPages(of kernel: KernelImage, in path: String) throws(Failure) -> String? {
        // The running kernel shows that there is a granule of its own page size.
        guard let granule = Granule(rawValue: kernel.pageSize.rawValue), granule.size != pageSize else {
            return nil
        }
        let models = processors.compactMap { ProcessorModel(mainID: $0) }
        if let model = models.first(where: { $0.granules?.contains(granule) == false }) {
            let others = model.granules?.map(\.rawValue).joined(separator: " or ") ?? "other"
            throw Failure(
                """
                \(path): its kernel has pages of \(granule.rawValue), for which this machine's CPU (\(model.name)) has no \
                granule: after the jump it would hang without a word; take one with pages of \(others)
                """, status: .no)
        }
        guard
            models.count < processors.count || models.contains(where: { $0.granules == nil })
                || processors.isEmpty
        else { return nil }
        let names = processors.map { ProcessorModel(mainID: $0)?.name ?? "MIDR_EL1 \($0.hex)" }
        let which = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
        return """
            \(path): its kernel has pages of \(granule.rawValue), and whether this machine's CPU\(which) has a granule for \
            them is not known: without one, it would hang after the jump without a word
            """
    }
}
