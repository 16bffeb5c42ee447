import KexecPlan

/// The flags of kexec_load(2).
///
/// Source: Linux, include/uapi/linux/kexec.h, "kexec flags for different usage scenarios".
///
/// | here | kexec.h |
/// |---|---|
/// | onCrash | KEXEC_ON_CRASH |
/// | debug | KEXEC_DEBUG |
/// | arm64 | KEXEC_ARCH_AARCH64 |
public struct LoadFlags: OptionSet, Hashable, Sendable {
    /// The flags as the kernel takes them.
    public let rawValue: UInt

    /// Makes flags from the kernel's number.
    public init(rawValue: UInt) {
        self.rawValue = rawValue
    }

    /// What is loaded runs after a panic.
    public static let onCrash = LoadFlags(rawValue: 1 << 0)
    /// The kernel logs what it loads. Proposed in November 2025; Linux 7.2 has not got it.
    public static let debug = LoadFlags(rawValue: 1 << 4)

    /// The machine of the segments.
    static let arm64 = LoadFlags(rawValue: UInt(LoadMethod.architectureFlags))

    /// The flags that kplan passes, with the first kernel that can know them; nil where all do.
    static let known: [(flag: LoadFlags, since: KernelVersion?)] = [
        (.onCrash, nil),
        // Asked in a guest: Linux 7.2 says EINVAL.
        (.debug, KernelVersion(7, 3)),
    ]
}
