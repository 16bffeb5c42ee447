/// What the header of an arm64 Image says (booting.rst, "Call the kernel image").
public struct KernelImage: Equatable, Sendable {
    /// `text_offset`: where the image starts, counted from a 2 MiB aligned base, in bytes.
    public var textOffset: UInt64
    /// `image_size`: how much memory the kernel needs from its start on, in bytes.
    public var imageSize: UInt64
    /// Bits 1–2 of `flags`: the kernel's page size.
    public var pageSize: PageSize
    /// Bit 3 of `flags`: whether the base must be as close as possible to the start of RAM.
    public var placement: Placement

    /// The page size that a kernel was built for.
    public enum PageSize: String, CaseIterable, Sendable {
        case unspecified
        case pages4K = "4K"
        case pages16K = "16K"
        case pages64K = "64K"
    }

    /// Where the 2 MiB aligned base may be.
    public enum Placement: String, CaseIterable, Sendable {
        /// As close as possible to the base of DRAM.
        case nearStartOfRAM = "near-start-of-ram"
        /// Anywhere in (48 bits of) physical memory.
        case anywhere
    }

    /// Makes it from its parts.
    public init(textOffset: UInt64, imageSize: UInt64, pageSize: PageSize, placement: Placement) {
        self.textOffset = textOffset
        self.imageSize = imageSize
        self.pageSize = pageSize
        self.placement = placement
    }
}
