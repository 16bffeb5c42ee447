import KexecPlan

extension RunningMachine {
    /// Fails where a CPU of this machine has no granule of the kernel's page size: kexec_load would load it, and the kernel
    /// ends in a loop before it has a console (arch/arm64/kernel/head.S, `__no_granule_support`).
    ///
    /// Returns what is to be said where that isn't known; nil where there is nothing to say.
    func checkPages(of kernel: KernelImage, in path: String) throws(Failure) -> String? {
        let cpu = "this machine's CPU"
        switch KernelPages(of: kernel, runningPageSize: pageSize, processors) {
        case nil: return nil
        case .lacking(let text): throw Failure("\(path): its kernel \(text(cpu))", status: .no)
        case .unknown(let text): return "\(path): its kernel \(text(cpu))"
        }
    }
}
