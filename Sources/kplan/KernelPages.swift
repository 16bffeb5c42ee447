import Arm64
import KexecPlan

/// What is to be said of a kernel's page size on a machine, whatever its CPU is called.
enum KernelPages {
    /// A CPU has no granule for it.
    case lacking((_ cpu: String) -> String)
    /// Whether all have one is not known.
    case unknown((_ cpu: String) -> String)

    /// Nil where there is nothing to say.
    /// - Parameters:
    ///   - runningPageSize: that of the machine's running kernel.
    ///   - processors: MIDR_EL1 of its CPUs.
    init?(of kernel: KernelImage, runningPageSize: UInt64, _ processors: [UInt64]) {
        // The running kernel shows that there is a granule of its own page size.
        guard let granule = Granule(rawValue: kernel.pageSize.rawValue), granule.size != runningPageSize
        else {
            return nil
        }
        let models = processors.compactMap { ProcessorModel(mainID: $0) }
        if let model = models.first(where: { $0.granules?.contains(granule) == false }) {
            let others = model.granules?.map(\.rawValue).joined(separator: " or ") ?? "other"
            self = .lacking { cpu in
                """
                has pages of \(granule.rawValue), for which \(cpu) (\(model.name)) has no granule: after the jump it would \
                hang without a word; take one with pages of \(others)
                """
            }
            return
        }
        guard
            models.count < processors.count || models.contains(where: { $0.granules == nil })
                || processors.isEmpty
        else { return nil }
        let names = processors.map { ProcessorModel(mainID: $0)?.name ?? "MIDR_EL1 \($0.hex)" }
        let which = names.isEmpty ? "" : " (\(names.joined(separator: ", ")))"
        self = .unknown { cpu in
            """
            has pages of \(granule.rawValue), and whether \(cpu)\(which) has a granule for them is not known: without one, \
            it would hang after the jump without a word
            """
        }
    }
}
