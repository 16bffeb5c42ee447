import Files

/// What kexec_file_load(2) is asked to load. All else the kernel decides.
public struct FileLoadCall {
    /// The kernel.
    public var kernel: LoadFile
    /// The initial RAM disk; nil for none.
    public var initrd: LoadFile?
    /// The next kernel's command line, without the NUL that ends it.
    public var commandLine: String
    /// How it is loaded; that there is no initrd is not among it.
    public var flags: FileLoadFlags

    /// Makes a call from its parts.
    public init(kernel: LoadFile, initrd: LoadFile?, commandLine: String, flags: FileLoadFlags = []) {
        self.kernel = kernel
        self.initrd = initrd
        self.commandLine = commandLine
        self.flags = flags
    }

    /// The flags as they are passed.
    public var passedFlags: FileLoadFlags {
        initrd == nil ? flags.union(.noInitramfs) : flags
    }
}

/// A file that the kernel reads by its descriptor.
public enum LoadFile {
    /// A copy that can't be changed.
    case sealed(SealedFile)
    /// The file itself: what appraises it (IMA, LoadPin) sees where it lies and what it is signed with.
    case original(OpenedFile)

    func withDescriptor<Result>(_ body: (Int32) -> Result) -> Result {
        switch self {
        case .sealed(let file): file.withDescriptor(body)
        case .original(let file): file.withDescriptor(body)
        }
    }
}
