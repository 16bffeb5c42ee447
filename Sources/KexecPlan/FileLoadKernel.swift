/// What the header of a kernel for kexec_file_load says.
public enum FileLoadKernel: Equatable, Sendable {
    /// An arm64 Image.
    case arm64(KernelImage)
    /// An x86_64 bzImage.
    case x86(BzImage)

    /// The architecture that it is for.
    public var architecture: Architecture {
        switch self {
        case .arm64: .arm64
        case .x86: .x86
        }
    }
}

/// What the header of an x86_64 bzImage says (Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header").
public struct BzImage: Equatable, Sendable {
    /// `version`: the boot protocol, the major number in the second byte: 0x20f is 2.15.
    public var bootProtocol: UInt64
    /// The text at `kernel_version`, such as `6.1.0-50-cloud-amd64 (…) #1 SMP …`; nil where it has none.
    public var version: String?
    /// `loadflags`.
    public var loadFlags: UInt64
    /// `xloadflags`.
    public var extendedLoadFlags: UInt64
    /// `relocatable_kernel`: whether it may be anywhere.
    public var isRelocatable: Bool
    /// `kernel_alignment`: what its address is a multiple of, in bytes.
    public var alignment: UInt64
    /// `pref_address`: where it would be best.
    public var preferredAddress: UInt64
    /// `init_size`: the memory that it needs until it has read its memory map, in bytes.
    public var initSize: UInt64
    /// `cmdline_size`: the longest command line, without the terminating zero, in bytes.
    public var commandLineLimit: UInt64
    /// `initrd_addr_max`: the highest address of a byte of an initrd below 4 GiB.
    public var initrdAddressLimit: UInt64
    /// Whether it has a signature (a certificate table in its PE header).
    public var isSigned: Bool

    /// Makes it from its parts.
    public init(
        bootProtocol: UInt64, version: String?, loadFlags: UInt64, extendedLoadFlags: UInt64,
        isRelocatable: Bool, alignment: UInt64, preferredAddress: UInt64, initSize: UInt64,
        commandLineLimit: UInt64, initrdAddressLimit: UInt64, isSigned: Bool
    ) {
        self.bootProtocol = bootProtocol
        self.version = version
        self.loadFlags = loadFlags
        self.extendedLoadFlags = extendedLoadFlags
        self.isRelocatable = isRelocatable
        self.alignment = alignment
        self.preferredAddress = preferredAddress
        self.initSize = initSize
        self.commandLineLimit = commandLineLimit
        self.initrdAddressLimit = initrdAddressLimit
        self.isSigned = isSigned
    }
}

extension BzImage {
    /// LOADED_HIGH: it is loaded at 1 MiB or above, which a zImage is not.
    public var isLoadedHigh: Bool { loadFlags & 1 << 0 != 0 }
    /// XLF_KERNEL_64: it has a 64-bit entry.
    public var has64BitEntry: Bool { extendedLoadFlags & 1 << 0 != 0 }
    /// XLF_CAN_BE_LOADED_ABOVE_4G.
    public var canBeAbove4GiB: Bool { extendedLoadFlags & 1 << 1 != 0 }
    /// XLF_5LEVEL: it can start from page tables of five levels.
    public var has5LevelEntry: Bool { extendedLoadFlags & 1 << 5 != 0 }
}
