import BootInputs
import KexecPlan

extension Messages {
    static func text(_ error: BzImageError) -> String {
        switch error {
        case .shorterThanHeader(let size):
            "is no x86_64 kernel (bzImage): it has \(size) bytes, and boot sector and header have 1024"
        case .notABzImage(let kind):
            "is no x86_64 kernel (bzImage): \"HdrS\" is not at offset 0x202; \(text(kind, wanted: .x86))"
        case .protocolTooOld(let version):
            """
            has boot protocol \(protocolVersion(UInt64(version))): kexec_file_load takes 2.12 or later, which kernels \
            have since 3.8
            """
        case .zImage: "is a zImage (loadflags without LOADED_HIGH), which kexec_file_load doesn't take"
        case .not64Bit:
            """
            is a 32-bit kernel (xloadflags without XLF_KERNEL_64): on x86_64 kexec_file_load takes 64-bit kernels only
            """
        case .notAbove4GiB:
            """
            can't be loaded above 4 GiB (xloadflags without XLF_CAN_BE_LOADED_ABOVE_4G), which kexec_file_load wants: \
            build it with CONFIG_RELOCATABLE
            """
        case .notRelocatable(let address):
            """
            is not relocatable: wherever it is loaded, it would move itself to \(address.hex), over what is there; \
            build it with CONFIG_RELOCATABLE
            """
        case .headerSizeOutOfRange(let end):
            """
            has a setup header that ends at \(UInt64(clamping: end).hex); it has to end between 0x264 and 0x281: it \
            is damaged
            """
        case .badAlignment(let alignment):
            "has kernel_alignment \(UInt64(alignment).hex) in its header, which is no power of two: it is damaged"
        case .largerThanInitSize(let contentSize, let initSize):
            """
            has more to load (\(size(contentSize))) than its header's init_size (\(size(initSize))): it is damaged, \
            or something was appended to it
            """
        case .truncated(let fileSize, let expectedSize):
            """
            is truncated: it has \(fileSize) bytes, and its headers speak of at least \(expectedSize); copy it again
            """
        }
    }

    /// A version of the boot protocol, such as 2.15.
    static func protocolVersion(_ version: UInt64) -> String {
        "\(version >> 8).\(version & 0xff < 10 ? "0" : "")\(version & 0xff)"
    }
    /// What kexec_file_load takes in a field of its header.
    static func due(_ field: BzImage.Field) -> String {
        switch field {
        case .version: "\(BzImage.oldestProtocol.hex) (\(protocolVersion(BzImage.oldestProtocol))) or later"
        case .loadflags: "0x1 (LOADED_HIGH) in it"
        case .xloadflags: "0x3 (XLF_KERNEL_64, XLF_CAN_BE_LOADED_ABOVE_4G) in it"
        case .relocatableKernel: "1"
        case .kernelAlignment: "a power of two"
        }
    }
}
