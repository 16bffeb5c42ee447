import CKexec
import KexecPlan

/// Finds out which of the system calls that load a kernel has, without loading anything, and without a try that would
/// count against the kernel's limits: it is called without CAP_SYS_BOOT, which the kernel looks at first
/// (kernel/kexec_core.c, `kexec_load_permitted`). A call that it hasn't got says ENOSYS instead.
enum SystemCallProbe {
    /// The calls that the running kernel has; nil where this process can't put its capability aside.
    static func found() -> Set<LoadMethod>? {
        var found: Set<LoadMethod> = []
        for (method, call) in [
            (LoadMethod.kexecLoad, KPLAN_KEXEC_LOAD), (.kexecFileLoad, KPLAN_KEXEC_FILE_LOAD),
        ] {
            switch kplan_has_call(call) {
            case 1: found.insert(method)
            case 0: break
            default: return nil
            }
        }
        return found
    }
}
