import Arm64
import ArgumentParser
import KexecPlan

/// A number of bytes or an address: `0x…`, or decimal, with K, M, G or T for powers of 1024.
struct ByteCount: ExpressibleByArgument, Equatable {
    let value: UInt64

    init?(argument: String) {
        var digits = Substring(argument)
        var shift: UInt64 = 0
        let isHex = digits.hasPrefix("0x")
        if isHex { digits = digits.dropFirst(2) }
        if !isHex, let suffix = digits.last?.uppercased(),
            let power = ["K", "M", "G", "T"].firstIndex(of: suffix)
        {
            shift = UInt64(power + 1) * 10
            digits = digits.dropLast()
        }
        guard digits.first?.isHexDigit == true, let number = UInt64(digits, radix: isHex ? 16 : 10)
        else { return nil }
        let (value, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        if overflow { return nil }
        self.value = value
    }

    init(value: UInt64) {
        self.value = value
    }

    /// The shortest form that is read as this value.
    var defaultValueDescription: String {
        let powers: [(String, UInt64)] = [("T", 1 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10)]
        let unit = powers.first { value > 0 && value.isMultiple(of: $0.1) }
        return unit.map { "\(value / $0.1)\($0.0)" } ?? "\(value)"
    }
}

extension AddressRange {
    /// What --mem-min and --mem-max leave; nil without them, and where that is nothing. The last of 64 bits' addresses is
    /// never in it.
    init?(from first: ByteCount?, through last: ByteCount?) {
        guard first != nil || last != nil else { return nil }
        let last = min(last?.value ?? .max, .max - 1)
        self.init(start: PhysicalAddress(first?.value ?? 0), end: PhysicalAddress(last + 1))
    }
}

extension Granule: ExpressibleByArgument {}
extension SeedPolicy: ExpressibleByArgument {}
extension LoadMethod: ExpressibleByArgument {}
extension KexecType: ExpressibleByArgument {}
extension FilePassing: ExpressibleByArgument {}
