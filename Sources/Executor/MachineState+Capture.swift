import KexecPlan

extension MachineState {
    /// A captured machine: what its capture doesn't say is not known, what a process may is not asked.
    public init(_ capture: MachineCapture) {
        architecture = capture.architecture.machineName
        pageSize = capture.kernel.pageSize ?? 0
        version = capture.kernel.release.flatMap { KernelVersion(release: $0) }
        mayReboot = true
        isLoadingDisabled = capture.kexec.isDisabled
        loadLimit = capture.kexec.loadLimit
        crashLoadLimit = capture.kexec.crashLoadLimit
        lockdown = capture.security.lockdown
        securityModules = capture.security.modules
        systemCalls = Self.systemCalls(capture.kernel.configuration)
        isLoaded = capture.kexec.isLoaded
        isCrashLoaded = capture.kexec.isCrashLoaded
        crashMemory = capture.crash.regions.last?.size ?? capture.crash.reservedSize
        enableMethods = capture.processors.enableMethods
    }

    /// Those that a kernel was built with; nil where its configuration doesn't say it of both.
    private static func systemCalls(_ configuration: RunningKernel.Configuration?) -> Set<LoadMethod>? {
        func value(_ name: String) -> String? {
            configuration?.options.first { $0.name == name }?.value
        }
        guard let segments = value("CONFIG_KEXEC"), let files = value("CONFIG_KEXEC_FILE") else { return nil }
        return Set(
            [segments == "y" ? .kexecLoad : nil, files == "y" ? .kexecFileLoad : nil].compactMap(\.self))
    }
}
