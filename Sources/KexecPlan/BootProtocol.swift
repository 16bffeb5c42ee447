import Arm64

/// The numbers of the arm64 boot protocol (Documentation/arch/arm64/booting.rst), in bytes.
public enum BootProtocol {
    /// "The Image must be placed text_offset bytes from a 2MB aligned base address".
    public static let kernelAlignment: UInt64 = 2 << 20
    /// "The device tree blob (dtb) must be placed on an 8-byte boundary".
    public static let deviceTreeAlignment: UInt64 = 8
    /// "… and must not exceed 2 megabytes in size".
    public static let deviceTreeLimit: UInt64 = 2 << 20
    /// "Since the dtb will be mapped cacheable using blocks of up to 2 megabytes in size, it must not be placed
    /// within any 2M region which must be mapped with any specific attributes."
    public static let deviceTreeBlock: UInt64 = 2 << 20
    /// "versions prior to v4.2 also require that the DTB be placed within the 512 MB region starting at text_offset
    /// bytes below the kernel Image".
    public static let earlyDeviceTreeDistance: UInt64 = 512 << 20
    /// What a kernel keeps of its command line, with the terminating zero (arch/arm64/include/uapi/asm/setup.h,
    /// `COMMAND_LINE_SIZE`).
    public static let commandLineSize = 2048
    /// An initrd "must reside entirely within a 1 GB aligned physical memory window of up to 32 GB in size that
    /// fully covers the kernel Image as well".
    public static let initrdWindowAlignment: UInt64 = 1 << 30
    /// The size of that window.
    public static let initrdWindowSize: UInt64 = 32 << 30

    /// The addresses in which every initrd shares such a window with a kernel at `kernel`.
    public static func initrdWindow(kernel: AddressRange) -> AddressRange? {
        let first = kernel.start.alignedDown(to: initrdWindowAlignment)
        guard let last = kernel.end.alignedUp(to: initrdWindowAlignment) else { return nil }
        let start =
            last.rawValue >= initrdWindowSize ? PhysicalAddress(last.rawValue - initrdWindowSize) : .zero
        return first.advanced(by: initrdWindowSize).flatMap { AddressRange(start: start, end: $0) }
    }
}
