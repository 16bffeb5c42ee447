/// A field of a register, descriptor or instruction: `width` bits from bit `position` on.
struct BitField {
    let position: Int
    let width: Int

    /// A field of one bit.
    static func bit(_ position: Int) -> BitField { BitField(position: position, width: 1) }

    /// The field's bits, in place.
    var mask: UInt64 { (width == 64 ? ~0 : (1 << UInt64(width)) - 1) << UInt64(position) }

    /// `value` in its place. A value that is too wide is a bug.
    func callAsFunction(_ value: UInt64) -> UInt64 {
        precondition(width == 64 || value >> UInt64(width) == 0, "value too wide for its field")
        return value << UInt64(position)
    }

    /// What `word` has in the field.
    func value(in word: UInt64) -> UInt64 { (word & mask) >> UInt64(position) }

    /// `word` with the field replaced by the low bits of `value`.
    func replacing(_ value: UInt64, in word: UInt64) -> UInt64 {
        word & ~mask | value << UInt64(position) & mask
    }
}
