import Files
import KexecPlan

/// What the running kernel says of how it was booted.
public struct BootRecord: Equatable, Sendable {
    /// Whether its device tree has `/chosen/linux,booted-from-kexec`; nil where it shows none.
    public var isFromKexec: Bool?
    /// The bytes of `PurgatoryReport.path`; nil where there is none.
    public var report: [UInt8]?
    /// The path of the report, or of where it would be; nil without a device tree.
    public var reportPath: String?
    /// Whether a kernel is loaded (/sys/kernel/kexec_loaded).
    public var loaded: KexecStatus.Loaded
    /// Whether a crash kernel is loaded (/sys/kernel/kexec_crash_loaded).
    public var crashLoaded: KexecStatus.Loaded
    /// The size of the memory that is reserved for crash kernels, in bytes; nil where that can't be read.
    public var crashMemory: UInt64?

    /// Reads the record. What isn't there is nil; what is there and can't be read is an error.
    /// - Parameter root: the folder that stands for `/`.
    public init(root: String = "/") throws(FileError) {
        try Folder.check(root)
        let files = MachineFiles(root: root)
        // The second is a link to the first, and may be all that a saved root has.
        for chosen in ["sys/firmware/devicetree/base/chosen", "proc/device-tree/chosen"] {
            guard try !files.entries(in: chosen).isEmpty else { continue }
            isFromKexec = try files.bytes("\(chosen)/linux,booted-from-kexec") != nil
            let property = "\(chosen)/\(PurgatoryReport.property)"
            reportPath = files.path(property)
            report = try files.bytes(property)
            break
        }
        let images = LoadedImages(root: root)
        loaded = try images.loaded(.normal)
        crashLoaded = try images.loaded(.crash)
        crashMemory = images.crashMemory
    }
}
