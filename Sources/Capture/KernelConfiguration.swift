import KexecPlan

/// The options of a kernel's configuration that a kexec depends on.
enum KernelConfiguration {
    /// Those whose names are or begin with these.
    private static let names: Set<String> = [
        "CMDLINE", "CMDLINE_EXTEND", "CMDLINE_FORCE", "CRASH_DUMP", "CRASH_HOTPLUG", "EFI", "HOTPLUG_CPU",
        "KEXEC",
        "LSM", "PM_SLEEP_SMP", "PROC_VMCORE", "RELOCATABLE", "SMP", "STRICT_DEVMEM", "SUSPEND", "VMCORE_INFO",
    ]
    private static let prefixes = [
        "ARCH_SUPPORTS_KEXEC", "ARM64_16K_PAGES", "ARM64_4K_PAGES", "ARM64_64K_PAGES", "ARM64_PA_BITS",
        "ARM64_VA_BITS", "ARM64_VHE", "ARM_GIC_V3_ITS", "IMA", "KEXEC_", "LOCK_DOWN_", "RANDOMIZE_BASE",
        "SECURITY_LOADPIN", "SECURITY_LOCKDOWN",
    ]

    /// The options that the text says, by name: `CONFIG_X=value` and `# CONFIG_X is not set`.
    static func options(_ text: [UInt8]) -> [RunningKernel.Option] {
        var options: [String: String] = [:]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let line = String(decoding: line, as: UTF8.self)
            if line.hasPrefix("# CONFIG_"), line.hasSuffix(" is not set") {
                options[String(line.dropFirst(2).dropLast(11))] = "n"
            } else if line.hasPrefix("CONFIG_"), let sign = line.firstIndex(of: "=") {
                options[String(line[..<sign])] = String(line[line.index(after: sign)...])
            }
        }
        return options.filter { matters($0.key) }.sorted { $0.key < $1.key }
            .map { RunningKernel.Option(name: $0.key, value: $0.value) }
    }

    /// The page size that they say, in bytes (CONFIG_ARM64_4K_PAGES and the like); nil where they say none.
    static func pageSize(_ options: [RunningKernel.Option]) -> UInt64? {
        let sizes: [(String, UInt64)] = [("4K", 4), ("16K", 16), ("64K", 64)]
        return sizes.first { size in
            options.contains { $0.name == "CONFIG_ARM64_\(size.0)_PAGES" && $0.value == "y" }
        }.map { $0.1 << 10 }
    }

    private static func matters(_ name: String) -> Bool {
        let name = name.dropFirst("CONFIG_".count)
        return names.contains(String(name)) || prefixes.contains { name.hasPrefix($0) }
    }
}
