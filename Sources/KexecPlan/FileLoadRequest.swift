/// What was asked of kexec_file_load, apart from the files.
public struct FileLoadRequest: Equatable, Sendable {
    /// The next kernel's command line.
    public var commandLine: String
    /// What the kernel is told beyond what follows from type and files.
    public var flags: [FileLoadFlag]
    /// How the kernel gets the files.
    public var files: FilePassing

    /// Makes a request from its parts.
    public init(commandLine: String, flags: [FileLoadFlag], files: FilePassing) {
        self.commandLine = commandLine
        self.flags = flags
        self.files = files
    }
}

/// A flag of kexec_file_load that is a choice (include/uapi/linux/kexec.h). KEXEC_FILE_ON_CRASH and
/// KEXEC_FILE_NO_INITRAMFS follow from the plan.
public enum FileLoadFlag: String, CaseIterable, Sendable {
    /// KEXEC_FILE_NO_CMA: no memory of the contiguous memory allocator for the segments.
    case noCMA = "no-cma"
    /// KEXEC_FILE_FORCE_DTB: the next kernel gets the running device tree; x86_64 alone has a choice.
    case forceDTB = "force-dtb"
}

/// How kexec_file_load gets the files.
public enum FilePassing: String, CaseIterable, Sendable {
    /// As memory of kplan's (memfd), sealed before it is hashed: what the plan's digests cover is what is loaded.
    case sealed
    /// As the files themselves: IMA appraises their extended attributes, and LoadPin where they are.
    case original
}
