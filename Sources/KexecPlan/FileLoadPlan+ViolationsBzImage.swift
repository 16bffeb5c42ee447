// The rules of the running kernel's loader of bzImages, and what it needs of the command line.
// Source: Linux, arch/x86/kernel/kexec-bzimage64.c.

extension BzImage {
    /// A field that has to say something.
    public enum Field: String, CaseIterable, Sendable {
        case version
        case loadflags
        case xloadflags
        case relocatableKernel = "relocatable_kernel"
        case kernelAlignment = "kernel_alignment"
    }

    /// 2.12, the first with `xloadflags`.
    public static let oldestProtocol: UInt64 = 0x20c

    /// What of the command line the running kernel keeps free, in bytes: `elfcorehdr=` with its address
    /// (MAX_ELFCOREHDR_STR_LEN), which it wants room for with any kernel, and the terminating zero.
    public static let commandLineReserve: UInt64 = 31

    /// The longest command line that the running kernel takes for this kernel, without the terminating zero, in
    /// bytes.
    public var longestCommandLine: UInt64 {
        commandLineLimit - min(commandLineLimit, Self.commandLineReserve)
    }

    /// The fields for which bzImage64_probe() refuses it, and two that it trusts: a kernel that isn't relocatable moves
    /// itself to where it was linked for (boot.rst, pref_address), and addresses are multiples of powers of two alone.
    func fields() -> [Violation.Problem] {
        var wrong: [(Field, UInt64)] = []
        if !(Self.oldestProtocol...0xffff).contains(bootProtocol) { wrong.append((.version, bootProtocol)) }
        if !isLoadedHigh { wrong.append((.loadflags, loadFlags)) }
        if !has64BitEntry || !canBeAbove4GiB { wrong.append((.xloadflags, extendedLoadFlags)) }
        if !isRelocatable { wrong.append((.relocatableKernel, 0)) }
        if alignment.nonzeroBitCount != 1 { wrong.append((.kernelAlignment, alignment)) }
        return wrong.map { .bzImageField($0, found: $1) }
    }

    /// What is wrong with a command line for this kernel.
    func commandLine(_ size: UInt64) -> [Violation.Problem] {
        guard size > longestCommandLine else { return [] }
        return [
            .commandLineBeyondReserve(
                size: size, limit: commandLineLimit, reserve: Self.commandLineReserve)
        ]
    }
}
