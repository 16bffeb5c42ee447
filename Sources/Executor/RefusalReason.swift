import Arm64
import KexecPlan

/// Why a kernel refuses a load, with the numbers.
///
/// Source: Linux, kernel/kexec.c (`kexec_load_check`), kernel/kexec_core.c (`kexec_load_permitted`,
/// `sanity_check_segment_list`), arch/arm64/kernel/machine_kexec.c (`machine_kexec_prepare`), security/.
public enum RefusalReason: Equatable, Sendable {
    // EPERM, in the order in which the kernel asks.
    /// The process lacks CAP_SYS_BOOT.
    case noCapability
    /// The process has its capabilities in a user namespace (a container): they don't count.
    case inUserNamespace
    /// kernel.kexec_load_disabled is 1: only a boot changes that.
    case loadingDisabled
    /// kernel.kexec_load_limit_reboot (or `_panic`) is used up.
    case limitReached
    /// LoadPin takes kernels from its pinned file system only, and this call has no file.
    case loadPin
    /// The kernel is locked down (often: booted with UEFI Secure Boot); nil where the mode is not known.
    case lockedDown(mode: String?)
    /// A filter of system calls (seccomp, of a container or a service) refused before the kernel was asked.
    case filtered

    // EACCES
    /// IMA demands a signature, and this call has no file that could have one.
    case signatureRequired
    /// A security module's policy forbids it; the modules that have such a rule.
    case forbiddenByPolicy(modules: [String])

    // EBUSY
    /// Something else holds the lock of kexec: another load, or whoever reads the size of the crash kernel's memory
    /// (kernel/crash_core.c, crash_get_memory_size).
    case otherLoad
    /// CPUs can't be taken out of the kernel: they were started by a method without a way back (spin-table), or
    /// hang; the methods of the device tree.
    case processorsStuck(enableMethods: [String])
    /// KVM in protected mode keeps EL2.
    case protectedKVM

    // EADDRNOTAVAIL
    /// Start or end is no multiple of the running kernel's page size.
    case notPageAligned(SegmentRole, start: PhysicalAddress, memorySize: UInt64, pageSize: UInt64)
    /// Start and size together leave 64 bits.
    case beyondAddressSpace(SegmentRole, start: PhysicalAddress, memorySize: UInt64)
    /// A crash kernel, or its entry, outside of the memory that is reserved for it; the size of that, in bytes.
    case outsideCrashMemory(size: UInt64?)

    // EINVAL
    /// The running kernel is for another architecture, by uname(2), than what is loaded.
    case otherArchitecture(running: String, due: Architecture)
    /// The kernel takes no more than `limit`.
    case tooManySegments(count: Int, limit: Int)
    /// Two segments share memory.
    case overlap(SegmentRole, SegmentRole)
    /// A segment has more content than memory, in bytes.
    case contentTooLarge(SegmentRole, content: UInt64, memorySize: UInt64)
    /// All segments together need more than half of the machine's memory, in bytes; nil where that isn't known.
    case moreThanHalfOfMemory(needed: UInt64, limit: UInt64?)
    /// Flags that the running kernel doesn't know; the first kernel that can know them, or nil for none.
    case unknownFlags(LoadFlags, since: KernelVersion?)

    /// The same of kexec_file_load.
    case unknownFileFlag(FileLoadFlags, since: KernelVersion)

    // ENOMEM
    /// The kernel copies the segments, and hasn't got the memory for it, in bytes.
    case outOfMemory(needed: UInt64, available: UInt64?)

    // ENOSYS
    /// The running kernel was built without the system call (CONFIG_KEXEC, CONFIG_KEXEC_FILE); the other one, where it
    /// is known to have that.
    case notBuiltIn(LoadMethod, other: LoadMethod?)

    // EFAULT
    /// The kernel could not read the content: a bug of ours.
    case contentUnreadable

    /// Something that only kexec_file_load asks for.
    case file(FileRefusal)

    /// Whether the plan is at fault, which another plan for this machine would not be; otherwise it is the machine.
    public var isOfPlan: Bool {
        switch self {
        case .notPageAligned, .beyondAddressSpace, .outsideCrashMemory, .otherArchitecture, .tooManySegments,
            .overlap, .contentTooLarge, .moreThanHalfOfMemory:
            true
        case .file(let refusal): refusal.isOfPlan
        // Which flag is asked for when it is applied.
        case .unknownFileFlag(let flag, _): flag != .debug
        case .noCapability, .inUserNamespace, .loadingDisabled, .limitReached, .loadPin, .lockedDown,
            .filtered,
            .signatureRequired, .forbiddenByPolicy, .otherLoad, .processorsStuck, .protectedKVM,
            .unknownFlags, .outOfMemory, .notBuiltIn, .contentUnreadable:
            false
        }
    }
}
