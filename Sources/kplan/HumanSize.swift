extension UInt64 {
    /// A number of bytes for people, in powers of 1024, with one decimal where it is not whole: `26.0 MiB`.
    var humanSize: String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        var unit = 0
        var divisor: UInt64 = 1
        while unit < units.count - 1, self / divisor >= 1024 {
            divisor <<= 10
            unit += 1
        }
        if unit == 0 { return counted("byte") }
        guard !isMultiple(of: divisor) else { return "\(self / divisor) \(units[unit])" }
        let tenths = (self % divisor) / (divisor / 10 + 1)
        return "\(self / divisor).\(Swift.min(tenths, 9)) \(units[unit])"
    }
}

extension BinaryInteger {
    /// The number with a noun, which has an s at its end for all numbers but one: `1 byte`.
    func counted(_ noun: String) -> String { self == 1 ? "1 \(noun)" : "\(self) \(noun)s" }
}
