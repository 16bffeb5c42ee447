/// A physical address of the target machine (the kernel's `phys_addr_t`), in bytes.
public struct PhysicalAddress: Hashable, Comparable, Sendable {
    /// The address as a number of bytes from zero.
    public let rawValue: UInt64

    /// Makes an address from a number of bytes.
    public init(_ rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Address zero.
    public static let zero = PhysicalAddress(0)

    /// True where `left` is the lower address.
    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }

    /// The address `bytes` further on; nil where that leaves 64 bits.
    public func advanced(by bytes: UInt64) -> PhysicalAddress? {
        let (sum, overflow) = rawValue.addingReportingOverflow(bytes)
        return overflow ? nil : PhysicalAddress(sum)
    }

    /// True where the address is a multiple of `alignment`, a power of two in bytes.
    public func isAligned(to alignment: UInt64) -> Bool {
        rawValue & (alignment - 1) == 0
    }

    /// The highest multiple of `alignment`, a power of two in bytes, that is not above this address.
    public func alignedDown(to alignment: UInt64) -> PhysicalAddress {
        PhysicalAddress(rawValue.alignedDown(to: alignment))
    }

    /// The lowest multiple of `alignment`, a power of two in bytes, that is not below this address;
    /// nil where that leaves 64 bits.
    public func alignedUp(to alignment: UInt64) -> PhysicalAddress? {
        rawValue.alignedUp(to: alignment).map(PhysicalAddress.init)
    }
}

extension PhysicalAddress: CustomStringConvertible {
    /// The form that plans use: `0x40200000`.
    public var description: String { rawValue.hex }
}

extension UInt64 {
    /// Lower-case hexadecimal with `0x`, without leading zeros: the form that plans use.
    public var hex: String { "0x" + String(self, radix: 16) }

    /// The highest multiple of `alignment`, a power of two, that is not above this number.
    public func alignedDown(to alignment: UInt64) -> UInt64 {
        self & ~(alignment - 1)
    }

    /// The lowest multiple of `alignment`, a power of two, that is not below this number; nil on overflow.
    public func alignedUp(to alignment: UInt64) -> UInt64? {
        let (sum, overflow) = addingReportingOverflow(alignment - 1)
        return overflow ? nil : sum.alignedDown(to: alignment)
    }

    /// True for 1, 2, 4, 8, …
    public var isPowerOfTwo: Bool { self != 0 && self & (self - 1) == 0 }
}
