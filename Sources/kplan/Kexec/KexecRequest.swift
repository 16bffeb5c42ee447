import Arm64
import BootInputs
import KexecPlan

/// What `kplan kexec` is asked for, in one of the few ways that there are.
enum KexecRequest: Equatable {
    case version
    /// How much memory is reserved for a crash kernel.
    case crashMemory
    /// Whether something is loaded.
    case status(KexecType)
    case unload(KexecType)
    /// Jump into what is loaded.
    case execute(synchronizes: Bool)
    case load(KernelOrder)
}

/// A kernel that is to be loaded.
struct KernelOrder: Equatable {
    var kernel: String
    var type = KexecType.normal
    var call = KexecCall.auto
    var initrd: String?
    var dtb: String?
    /// nil where none is given, which is another thing than an empty one.
    var commandLine: String?
    /// Whether the running kernel's comes first.
    var reusesCommandLine = false
    var console: ConsoleArgument?
    var memoryWindow: AddressRange?
    var flags: [FileLoadFlag] = []
    /// What the kernel's file has to be; nil for whatever can be loaded.
    var kind: KernelFileKind?
    var skipsChecks = false
    var debug = false
    /// Whether to jump at once.
    var isExecuted = false
    /// Whether files are written to their disks before that.
    var synchronizes = true

    /// The options given that only kexec_load takes.
    var onlyForSegments: [String] {
        let given = [
            ("--dtb", dtb != nil), ("--serial", console != nil),
            ("--mem-min and --mem-max", memoryWindow != nil),
        ]
        return given.filter(\.1).map(\.0)
    }
}
