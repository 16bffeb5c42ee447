/// Why a file isn't an x86_64 bzImage that kexec_file_load takes.
///
/// The rules are those of the kernel's own check (arch/x86/kernel/kexec-bzimage64.c, bzImage64_probe() and
/// bzImage64_load()), but for those that say otherwise.
public enum BzImageError: Error, Equatable, Sendable {
    /// It has fewer bytes than the two sectors (1024) with the header.
    case shorterThanHeader(size: UInt64)
    /// "HdrS" at offset 0x202 or 0xaa55 at 0x1fe isn't there.
    case notABzImage(looksLike: KernelFileKind)
    /// `version` is below 2.12 (0x20c): a kernel before 3.8.
    case protocolTooOld(version: UInt16)
    /// Bit 0 of `loadflags` (LOADED_HIGH) isn't set: a zImage, which runs below 640 KiB.
    case zImage
    /// Bit 0 of `xloadflags` (XLF_KERNEL_64) isn't set: a 32-bit kernel.
    case not64Bit
    /// Bit 1 of `xloadflags` (XLF_CAN_BE_LOADED_ABOVE_4G) isn't set.
    case notAbove4GiB
    /// `relocatable_kernel` is 0: it would move itself to `pref_address`, over whatever is there (boot.rst).
    case notRelocatable(preferredAddress: UInt64)
    /// The jump at 0x200 says that the header ends at `end`. The running kernel copies up to there without a check
    /// (the offset is a signed number); it must have `init_size` and can't be longer than a short jump.
    case headerSizeOutOfRange(end: Int)
    /// `kernel_alignment` isn't a power of two (the kernel's ALIGN_DOWN() takes no other).
    case badAlignment(alignment: UInt32)
    /// What is behind the setup code has more bytes than `init_size`: the system call refuses more content than
    /// memory (kernel/kexec_core.c, bufsz > memsz).
    case largerThanInitSize(contentSize: UInt64, initSize: UInt64)
    /// `setup_sects` and `syssize`, or the PE header, say that the file has at least `expectedSize` bytes.
    case truncated(fileSize: UInt64, expectedSize: UInt64)
}
