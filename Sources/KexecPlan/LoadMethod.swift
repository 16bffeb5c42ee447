/// The system call that loads a plan (kexec_load(2)).
public enum LoadMethod: String, CaseIterable, Sendable {
    /// The loader says where every byte goes.
    case kexecLoad = "kexec_load"
    /// The loader passes files; the kernel decides all else.
    case kexecFileLoad = "kexec_file_load"

    /// KEXEC_SEGMENT_MAX of include/uapi/linux/kexec.h: the most segments that the system call takes.
    public static let segmentLimit = 16
    /// KEXEC_ARCH_AARCH64 of the same: the machine of the segments, EM_AARCH64 (183), in bits 16–31 of the flags.
    public static let architectureFlags: UInt64 = 183 << 16
    /// The largest kernel and the largest initrd that kexec_file_load reads, in bytes: KEXEC_FILE_SIZE_MAX of
    /// kernel/kexec_file.c.
    public static let fileSizeLimit: UInt64 = 4 << 30
}

/// What a kexec is for.
public enum KexecType: String, CaseIterable, Sendable {
    /// A restart into another kernel.
    case normal
    /// A kernel that runs after a panic (KEXEC_ON_CRASH, KEXEC_FILE_ON_CRASH), in the memory that `crashkernel=`
    /// reserves.
    case crash
}
