/// The flags of kexec_file_load(2).
///
/// Source: Linux, include/uapi/linux/kexec.h, "Kexec file load interface flags".
public struct FileLoadFlags: OptionSet, Hashable, Sendable {
    /// The flags as the kernel takes them.
    public let rawValue: UInt

    /// Makes flags from the kernel's number.
    public init(rawValue: UInt) {
        self.rawValue = rawValue
    }

    /// What was loaded is dropped, and nothing is loaded.
    public static let unload = FileLoadFlags(rawValue: 1 << 0)
    /// What is loaded runs after a panic.
    public static let onCrash = FileLoadFlags(rawValue: 1 << 1)
    /// There is no initrd: its descriptor is not looked at.
    public static let noInitramfs = FileLoadFlags(rawValue: 1 << 2)
    /// The kernel prints what it decides to its log.
    public static let debug = FileLoadFlags(rawValue: 1 << 3)
    /// The segments are not put into contiguous memory (CMA) at once, which would spare a copy before the jump.
    public static let noCMA = FileLoadFlags(rawValue: 1 << 4)
    /// The next kernel gets the device tree of the running one (x86).
    public static let forceDTB = FileLoadFlags(rawValue: 1 << 5)

    /// All flags, with the kernel's name of each, and with the first kernel that knows it; nil where all do that have the
    /// call.
    public static let known: [(flag: FileLoadFlags, name: String, since: KernelVersion?)] = [
        (.unload, "KEXEC_FILE_UNLOAD", nil),
        (.onCrash, "KEXEC_FILE_ON_CRASH", nil),
        (.noInitramfs, "KEXEC_FILE_NO_INITRAMFS", nil),
        (.debug, "KEXEC_FILE_DEBUG", KernelVersion(6, 8)),
        (.noCMA, "KEXEC_FILE_NO_CMA", KernelVersion(6, 17)),
        (.forceDTB, "KEXEC_FILE_FORCE_DTB", KernelVersion(6, 18)),
    ]

    /// The kernel's names of those that are set.
    public var names: [String] {
        Self.known.filter { contains($0.flag) }.map(\.name)
    }
}
