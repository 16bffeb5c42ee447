import Files
import Glibc
import KexecPlan

/// What a running machine says of itself, as far as it decides whether a kexec is loaded. What can't be read is
/// nil. To be read before loading: every attempt counts against the limits.
public struct MachineState: Equatable, Sendable {
    /// The architecture of the running kernel: `aarch64` (uname); empty where that isn't known.
    public var architecture: String
    /// The page size of the running kernel, in bytes; 0 where that isn't known.
    public var pageSize: UInt64
    /// The version of the running kernel (/proc/sys/kernel/osrelease).
    public var version: KernelVersion?
    /// Whether this process has CAP_SYS_BOOT (/proc/self/status, `CapEff`, bit 22).
    public var mayReboot: Bool?
    /// Whether it is in the first user namespace: capabilities of any other don't count (/proc/self/uid_map).
    public var isInInitialUserNamespace: Bool?
    /// Whether its system calls are filtered (/proc/self/status, `Seccomp` not 0).
    public var isFiltered: Bool?
    /// kernel.kexec_load_disabled: loading is off until the next boot.
    public var isLoadingDisabled: Bool?
    /// kernel.kexec_load_limit_reboot: how often may be loaded; −1 is without limit. Since 6.3.
    public var loadLimit: Int?
    /// kernel.kexec_load_limit_panic, the same for crash kernels.
    public var crashLoadLimit: Int?
    /// The lockdown mode: `none`, `integrity`, `confidentiality` (/sys/kernel/security/lockdown).
    public var lockdown: String?
    /// The active security modules (/sys/kernel/security/lsm).
    public var securityModules: [String]?
    /// Whether LoadPin enforces (/proc/sys/kernel/loadpin/enforce, which is there where the module is active).
    public var isLoadPinEnforced: Bool?
    /// What LoadPin doesn't look at: `kexec-image`, `kexec-initramfs` and others (`loadpin.exclude=` of /proc/cmdline).
    public var loadPinExceptions: Set<String> = []
    /// Whether LoadPin has pinned a file system in this boot, as the kernel's log says; nil where it says nothing of that, or
    /// nobody looked.
    public var isLoadPinPinned: Bool?
    /// Whether IMA's policy demands that kernels are appraised (/sys/kernel/security/ima/policy) and enforces it: not with
    /// `ima_appraise=` off, log or fix in /proc/cmdline (security/integrity/ima/ima_appraise.c).
    public var isKernelAppraised: Bool?
    /// Whether kexec_file_load looks at the signatures of kernels (CONFIG_KEXEC_SIG); nil where nobody has read the running
    /// kernel's configuration.
    public var verifiesSignatures: Bool?
    /// Whether it takes kernels with a valid signature alone, locked down or not (CONFIG_KEXEC_SIG_FORCE).
    public var demandsSignatures: Bool?
    /// The system calls that the running kernel has, of those that load; nil where nobody asked (`SystemCallProbe`).
    public var systemCalls: Set<LoadMethod>?
    /// Whether a kernel is loaded (/sys/kernel/kexec_loaded); nil where the running kernel has no kexec.
    public var isLoaded: Bool?
    /// Whether a crash kernel is loaded (/sys/kernel/kexec_crash_loaded).
    public var isCrashLoaded: Bool?
    /// The size of the memory that a crash kernel goes to, in bytes: of what is reserved the highest piece (`crashk_res`;
    /// a second one below 4 GiB is for its devices), which /proc/iomem shows. Where nobody looked there, of all of it
    /// (/sys/kernel/kexec_crash_size).
    public var crashMemory: UInt64?
    /// The memory that the kernel manages, in bytes (/proc/meminfo, `MemTotal`).
    public var totalMemory: UInt64?
    /// What of it can be had, in bytes (/proc/meminfo, `MemAvailable`).
    public var availableMemory: UInt64?
    /// The largest piece of RAM in which kexec_file_load looks for room, in bytes; nil where nobody looked
    /// (`MemoryMap.largestRoom`).
    public var largestFreeMemory: UInt64?
    /// The number of CPUs that may ever be there (/sys/devices/system/cpu/possible).
    public var possibleProcessors: Int?
    /// How CPUs are started, each way once: `psci`, `spin-table` (device tree, `enable-method`).
    public var enableMethods: [String]
    /// Whether KVM runs in protected mode (`kvm-arm.mode=protected` of /proc/cmdline).
    public var isKVMProtected: Bool?

    /// Whether the running x86_64 kernel has page tables of five levels (/proc/cpuinfo, `la57`: it hides the flag
    /// where it doesn't use them).
    public var hasFiveLevels: Bool?
    /// Whether EFI's runtime services are in use: they have variables; nil where that isn't known.
    public var hasRuntimeServices: Bool?
    /// The width of EFI's addresses, 32 or 64 (/sys/firmware/efi/fw_platform_size of x86); nil without EFI.
    public var firmwareBits: Int?

    /// Reads the state of the machine.
    /// - Parameters:
    ///   - root: the folder that stands for `/`.
    ///   - architecture: of the running kernel.
    ///   - pageSize: of the running kernel, in bytes.
    public init(
        root: String = "/", architecture: String = Self.runningArchitecture,
        pageSize: UInt64 = Self.runningPageSize
    ) {
        let files = MachineFiles(root: root)
        self.architecture = architecture
        self.pageSize = pageSize
        version = files.text("proc/sys/kernel/osrelease").flatMap(KernelVersion.init)
        mayReboot = files.value(of: "CapEff", in: "proc/self/status")
            .flatMap { UInt64(hexDigits: $0) }
            .map { $0 >> Self.capSysBoot & 1 == 1 }
        isInInitialUserNamespace = files.text("proc/self/uid_map")
            .map { $0.split(whereSeparator: \.isWhitespace) == ["0", "0", "4294967295"] }
        isFiltered = files.value(of: "Seccomp", in: "proc/self/status").map { $0 != "0" }
        isLoadingDisabled = files.flag("proc/sys/kernel/kexec_load_disabled")
        loadLimit = files.number("proc/sys/kernel/kexec_load_limit_reboot")
        crashLoadLimit = files.number("proc/sys/kernel/kexec_load_limit_panic")
        lockdown = files.text("sys/kernel/security/lockdown").flatMap(MachineFiles.selected)
        securityModules = files.text("sys/kernel/security/lsm")
            .map { $0.split(separator: ",").map(String.init) }
        let words = files.text("proc/cmdline")?.split(whereSeparator: \.isWhitespace).map(String.init)
        isLoadPinEnforced = files.number("proc/sys/kernel/loadpin/enforce").map { (enforce: Int) in
            enforce != 0
        }
        loadPinExceptions = Set(Self.value(of: "loadpin.exclude", in: words).map(String.init))
        isKernelAppraised = files.text("sys/kernel/security/ima/policy").map { policy in
            Self.appraisesKernels(policy) && !Self.weakensAppraisal(words)
        }
        let images = LoadedImages(root: root)
        isLoaded = images.isLoaded(.normal)
        isCrashLoaded = images.isLoaded(.crash)
        crashMemory = images.crashMemory
        totalMemory = files.value(of: "MemTotal", in: "proc/meminfo").flatMap(Self.bytes)
        availableMemory = files.value(of: "MemAvailable", in: "proc/meminfo").flatMap(Self.bytes)
        possibleProcessors = files.text("sys/devices/system/cpu/possible").flatMap(Self.count)
        enableMethods = Self.enableMethods(files)
        hasFiveLevels = Self.hasFiveLevels(files)
        hasRuntimeServices = Self.hasRuntimeServices(files, words)
        firmwareBits = files.number("sys/firmware/efi/fw_platform_size")
        isKVMProtected = words.map { $0.contains("kvm-arm.mode=protected") }
    }

    /// The machine that this process runs on, with the system calls that it has.
    public static func running() -> MachineState {
        var state = MachineState()
        // A filter may end a process for a system call that it doesn't let through.
        if state.isFiltered == false { state.systemCalls = SystemCallProbe.found() }
        return state
    }

    /// include/uapi/linux/capability.h.
    private static let capSysBoot: UInt64 = 22
}
