import KexecPlan

extension MachineState {
    /// Takes over what the running kernel's configuration decides.
    /// - Parameter options: those that a kexec depends on; one that is not among them was not there to be chosen.
    public mutating func read(_ options: [RunningKernel.Option]) {
        let chosen = Set(options.lazy.filter { $0.value == "y" }.map(\.name))
        verifiesSignatures = chosen.contains("CONFIG_KEXEC_SIG")
        demandsSignatures = chosen.contains("CONFIG_KEXEC_SIG_FORCE")
        // Without it there is no policy to read.
        if !chosen.contains("CONFIG_IMA_APPRAISE") { isKernelAppraised = false }
    }
}
