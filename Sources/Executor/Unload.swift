import Glibc
import KexecPlan

/// Takes what is loaded out of the running kernel.
public struct Unload {
    /// A system call that unloads.
    typealias Call = (KexecType) throws(LoadError) -> Void
    private let byFile: Call
    private let bySegments: Call

    /// Unloads for real.
    public init() {
        self.init(
            byFile: { (type) throws(LoadError) in try KexecFileLoad().unload(type) },
            bySegments: { (type) throws(LoadError) in try KexecLoad().unload(type) })
    }

    init(byFile: @escaping Call, bySegments: @escaping Call) {
        self.byFile = byFile
        self.bySegments = bySegments
    }

    /// Unloads what either system call has loaded, and returns which one did it.
    ///
    /// kexec_file_load is asked first: with KEXEC_FILE_UNLOAD it isn't subject to lockdown, LoadPin and IMA
    /// (kernel/kexec_file.c), as kexec_load is even without segments (kernel/kexec.c, `kexec_load_check`). Only a kernel
    /// without it is asked again: each attempt counts against the limits of loads.
    @discardableResult
    public func perform(_ type: KexecType) throws(UnloadError) -> LoadMethod {
        do throws(LoadError) {
            try byFile(type)
            return .kexecFileLoad
        } catch {
            guard error.errno == ENOSYS else { throw UnloadError(method: .kexecFileLoad, errno: error.errno) }
        }
        do throws(LoadError) {
            try bySegments(type)
            return .kexecLoad
        } catch {
            throw UnloadError(method: .kexecLoad, errno: error.errno)
        }
    }
}

/// Why something is still loaded.
public struct UnloadError: Error, Equatable, Sendable {
    /// The system call that was made.
    public var method: LoadMethod
    /// What the kernel said; `LoadFailure` explains it.
    public var errno: Int32
}
