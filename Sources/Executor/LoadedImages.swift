import Files
import KexecPlan

/// What the kernel says of what is loaded, and which boot this is. Each property reads anew.
public struct LoadedImages {
    private let files: MachineFiles

    /// - Parameter root: the folder that stands for `/`.
    public init(root: String = "/") {
        files = MachineFiles(root: root)
    }

    /// Whether something is loaded (/sys/kernel/kexec_loaded, kexec_crash_loaded).
    public func loaded(_ type: KexecType) throws(FileError) -> KexecStatus.Loaded {
        let name = type == .crash ? "sys/kernel/kexec_crash_loaded" : "sys/kernel/kexec_loaded"
        let text: String?
        do {
            text = try files.content(name)
        } catch .failed(_, let path, let errno) {
            return .unreadable(path: path, errno: errno)
        }
        switch text {
        case nil: return .noKexec
        case "0": return .known(false)
        case "1": return .known(true)
        case let text?: return .malformed(path: files.path(name), found: text)
        }
    }

    /// Whether something is loaded; nil where that isn't known, or there is no kexec.
    func isLoaded(_ type: KexecType) -> Bool? {
        if case .known(let isLoaded)? = try? loaded(type) { isLoaded } else { nil }
    }

    /// The identity of this boot (/proc/sys/kernel/random/boot_id); nil where it can't be read.
    public var bootID: String? { files.text("proc/sys/kernel/random/boot_id") }

    /// The size of the memory that is reserved for crash kernels, in bytes (/sys/kernel/kexec_crash_size); nil where it
    /// can't be read.
    public var crashMemory: UInt64? { files.number("sys/kernel/kexec_crash_size") }
}
