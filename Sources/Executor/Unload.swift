import CKexec
import Glibc
import KexecPlan

/// Takes what is loaded out of the running kernel.
public struct Unload {
    /// A system call that unloads: 0 or errno.
    typealias Call = (KexecType) -> Int32
    private let byFile: Call
    private let bySegments: Call

    /// Unloads for real.
    public init() {
        self.init(
            // KEXEC_FILE_ON_CRASH (include/uapi/linux/kexec.h).
            byFile: { kplan_kexec_file_unload($0 == .crash ? 2 : 0) },
            bySegments: { kplan_kexec_load(0, 0, nil, LoadRequest.unload($0).flags.union(.arm64).rawValue) })
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
        var call = LoadMethod.kexecFileLoad
        var code = byFile(type)
        if code == ENOSYS {
            call = .kexecLoad
            code = bySegments(type)
        }
        if code != 0 { throw UnloadError(call: call, errno: code) }
        return call
    }
}

/// Why something is still loaded.
public struct UnloadError: Error, Equatable, Sendable {
    /// The system call that was made.
    public var call: LoadMethod
    /// What the kernel said; `LoadFailure` explains it.
    public var errno: Int32
}
