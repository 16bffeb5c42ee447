/// A half-open range of physical addresses: `end` is the first address after it. Never empty, never past
/// the end of 64 bits.
public struct AddressRange: Hashable, Sendable {
    /// The first address.
    public let start: PhysicalAddress
    /// The first address after the range.
    public let end: PhysicalAddress

    /// The range from `start` up to, without, `end`; nil where it would be empty.
    public init?(start: PhysicalAddress, end: PhysicalAddress) {
        guard start < end else { return nil }
        self.start = start
        self.end = end
    }

    /// The range of `size` bytes from `start`; nil where it would be empty or leave 64 bits.
    public init?(start: PhysicalAddress, size: UInt64) {
        guard let end = start.advanced(by: size) else { return nil }
        self.init(start: start, end: end)
    }

    /// The number of bytes, at least 1.
    public var size: UInt64 { end.rawValue - start.rawValue }

    /// The last address of the range.
    public var last: PhysicalAddress { PhysicalAddress(end.rawValue - 1) }

    /// True where `address` lies inside.
    public func contains(_ address: PhysicalAddress) -> Bool {
        start <= address && address < end
    }

    /// True where every byte of `other` lies inside.
    public func contains(_ other: AddressRange) -> Bool {
        start <= other.start && other.end <= end
    }

    /// True where the two share a byte.
    public func overlaps(_ other: AddressRange) -> Bool {
        start < other.end && other.start < end
    }

    /// The bytes that both have; nil where there are none.
    public func intersection(_ other: AddressRange) -> AddressRange? {
        AddressRange(start: max(start, other.start), end: min(end, other.end))
    }

    /// The smallest range with both ends multiples of `alignment` (a power of two, bytes) that covers this one;
    /// nil where that leaves 64 bits.
    public func expanded(to alignment: UInt64) -> AddressRange? {
        guard let end = end.alignedUp(to: alignment) else { return nil }
        return AddressRange(start: start.alignedDown(to: alignment), end: end)
    }

    /// The largest range with both ends multiples of `alignment` (a power of two, bytes) inside this one;
    /// nil where there is none.
    public func shrunk(to alignment: UInt64) -> AddressRange? {
        guard let start = start.alignedUp(to: alignment) else { return nil }
        return AddressRange(start: start, end: end.alignedDown(to: alignment))
    }
}

extension AddressRange: CustomStringConvertible {
    /// First and last address, as /proc/iomem writes them.
    public var description: String { "\(start)–\(last)" }
}
