import KexecPlan

/// The running kernel's command line for the next one.
enum ReusedCommandLine {
    /// /proc/cmdline without what is of the boot loader's, and for a crash kernel without the reservation for it, which its
    /// memory has no room for.
    ///
    /// Parameters are parted by white space outside of quotation marks (kernel `lib/cmdline.c`, `next_arg`).
    static func text(_ commandLine: String, for type: KexecType) -> String {
        let removed = type == .crash ? ["BOOT_IMAGE", "crashkernel"] : ["BOOT_IMAGE"]
        var isQuoted = false
        let words = commandLine.unicodeScalars.split { scalar in
            if scalar == "\"" { isQuoted.toggle() }
            return !isQuoted && scalar.properties.isWhitespace
        }
        return words.map { String($0) }.filter { word in
            let name = word.drop { $0 == "\"" }.prefix { $0 != "=" }
            return !removed.contains { name == $0 }
        }.joined(separator: " ")
    }
}
