import Executor
import Files

#if canImport(Glibc)
    import Glibc
#endif

extension Messages {
    static func text(_ error: FileError) -> String {
        switch error {
        case .failed(let operation, _, let errno): "\(operation.rawValue): \(text(errno: errno))"
        case .isDirectory: "is a folder"
        case .isDevice: "is a device, and its size is not known: copy it to a file"
        case .tooLarge(_, let limit): "has more than \(size(UInt64(limit)))"
        }
    }

    static func text(_ error: RandomError) -> String {
        "no random bytes: getrandom: \(text(errno: error.errno))"
    }

    static func text(_ error: JumpError) -> String {
        switch error {
        case .notSupported: "/sys/kernel/kexec_loaded can't be read: the running kernel has no kexec"
        case .nothingLoaded: "/sys/kernel/kexec_loaded says that nothing is loaded"
        case .refused(let errno): "reboot: \(text(errno: errno))"
        }
    }

    static func text(_ failure: LoadFailure) -> String { "\(failure)" }

    /// The system's words for an errno, with its number: `No such file or directory (2)`.
    static func text(errno: Int32) -> String {
        strerror(errno).map { "\(String(cString: $0)) (\(errno))" } ?? "errno \(errno)"
    }
}
