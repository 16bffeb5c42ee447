import Arm64

// Hex numbers of plans: each number has exactly one form, so that equal plans are equal bytes.

extension UInt64 {
    /// The number of `0x` and 1 to 16 lower-case hexadecimal digits without leading zeros; nil for anything else.
    init?(planHex text: String) {
        guard text.hasPrefix("0x"), let number = UInt64(text.dropFirst(2), radix: 16), number.hex == text
        else {
            return nil
        }
        self = number
    }
}

extension Int64 {
    /// Lower-case hexadecimal with `0x`, and `-` before it for a negative number.
    var planHex: String { (self < 0 ? "-" : "") + magnitude.hex }

    /// The number of the form that `planHex` gives; nil for anything else.
    init?(planHex text: String) {
        let digits = text.hasPrefix("-") ? String(text.dropFirst()) : text
        guard let magnitude = UInt64(planHex: digits) else { return nil }
        let number = Int64(truncatingIfNeeded: text.hasPrefix("-") ? 0 &- magnitude : magnitude)
        guard number.planHex == text else { return nil }
        self = number
    }
}

extension JSONValue {
    static func hex(_ number: UInt64) -> JSONValue { .string(number.hex) }
    static func hex(_ address: PhysicalAddress) -> JSONValue { .string(address.rawValue.hex) }
}
