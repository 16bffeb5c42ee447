import Arm64
import Files
import KexecPlan

extension FactReader {
    /// The running kernel.
    mutating func kernel() -> RunningKernel {
        let version = text("proc/version", for: "kernel.version")
        let words = version?.split(separator: " ") ?? []
        let release =
            files.text("proc/sys/kernel/osrelease")
            ?? (words.starts(with: ["Linux", "version"]) && words.count > 2 ? String(words[2]) : nil)
        if release == nil { note("kernel.release", "proc/sys/kernel/osrelease", .absent) }
        let configuration = configuration(release: release)
        return RunningKernel(
            release: release, version: version, pageSize: pageSize(configuration?.options ?? []),
            commandLine: text("proc/cmdline", for: "kernel.command_line"), configuration: configuration)
    }

    /// The page size that this process was started with (AT_PAGESZ), else that of the configuration.
    private mutating func pageSize(_ options: [RunningKernel.Option]) -> UInt64? {
        if let size = files.pageSize, Granule.allCases.contains(where: { $0.size == size }) { return size }
        if let size = KernelConfiguration.pageSize(options) { return size }
        note("kernel.page_size", "proc/self/auxv", .absent)
        return nil
    }

    /// /proc/config.gz (CONFIG_IKCONFIG_PROC), else what the distribution put beside the kernel.
    fileprivate mutating func configuration(release: String?) -> RunningKernel.Configuration? {
        let what = "kernel.configuration"
        let packed = "proc/config.gz"
        if let bytes = bytes(packed, for: what) {
            if let text = Gzip.content(bytes, limit: 16 << 20) {
                return .init(path: "/" + packed, options: KernelConfiguration.options(text))
            }
            note(what, packed, .malformed)
        }
        guard let release, !release.contains("/") else { return nil }
        for path in ["boot/config-\(release)", "lib/modules/\(release)/config"] {
            if let text = bytes(path, for: what) {
                forget(what)
                return .init(path: "/" + path, options: KernelConfiguration.options(text))
            }
        }
        return nil
    }

    /// The CPUs, as far as /proc/cpuinfo and the kernel's log tell.
    mutating func processors(
        _ architecture: Architecture, _ list: ProcessorList?, _ log: KernelLog?, enableMethods: [String]
    ) -> Processors {
        let folder = "sys/devices/system/cpu"
        var processors = Processors(
            possible: text("\(folder)/possible", for: "processors.possible"),
            online: text("\(folder)/online", for: "processors.online"),
            models: list?.models ?? [], features: list?.features, exceptionLevel: log?.exceptionLevel,
            usesE2H: log?.usesE2H, enableMethods: enableMethods)
        if list != nil, processors.features == nil { note("processors.features", "proc/cpuinfo", .malformed) }
        guard architecture == .arm64 else { return processors }
        if processors.enableMethods.isEmpty, log?.contains("psci: PSCIv") == true {
            // With ACPI no tree says it.
            processors.enableMethods = ["psci"]
        }
        if processors.enableMethods.isEmpty { note("processors.enable_methods", "sys/firmware/fdt", .absent) }
        if log != nil {
            let missing = [
                ("processors.exception_level", processors.exceptionLevel == nil),
                ("processors.e2h", processors.usesE2H == nil),
            ]
            for (what, isMissing) in missing where isMissing { note(what, logPath, .incomplete) }
        }
        return processors
    }
}

extension RunningKernel.Configuration {
    /// Reads what the running kernel was built with, as far as a kexec depends on it; nil where no file says it.
    /// - Parameter root: the folder that stands for `/`.
    public init?(root: String = "/") {
        let files = MachineFiles(root: root)
        var reader = FactReader(files)
        guard let found = reader.configuration(release: files.text("proc/sys/kernel/osrelease")) else {
            return nil
        }
        self = found
    }
}
