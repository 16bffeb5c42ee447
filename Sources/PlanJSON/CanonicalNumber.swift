/// Numbers in RFC 8785's canonical form, which is ECMAScript's (ECMA-262, Number::toString): the shortest digits from which
/// the same double is read.
enum CanonicalNumber {
    /// An integer: one that no double has becomes the nearest one that a double has, as with every reader that RFC 8785
    /// thinks of.
    static func text(_ value: Int64) -> String {
        let exact: ClosedRange<Int64> = -(1 << 53)...(1 << 53)
        return exact.contains(value) ? String(value) : text(Double(value)) ?? String(value)
    }

    /// A double; nil for what JSON has no number for: infinities and NaN.
    static func text(_ value: Double) -> String? {
        guard value.isFinite else { return nil }
        // Of minus zero, too.
        if value == 0 { return "0" }
        let (digits, point) = shortest(value.magnitude)
        let sign = value < 0 ? "-" : ""
        switch point {
        case digits.count...21:
            return sign + digits + zeros(point - digits.count)
        case 1..<digits.count:
            return sign + digits.prefix(point) + "." + digits.dropFirst(point)
        case -5...0:
            return sign + "0." + zeros(-point) + digits
        default:
            let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
            let exponent = point - 1
            return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(exponent.magnitude)"
        }
    }

    private static func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

    /// The digits, and where the point is among them: 0.DIGITS times ten to the power of `point`. Swift finds the same
    /// digits as ECMAScript (SwiftDtoa: the shortest, of these the closest); only where it puts the point differs.
    private static func shortest(_ value: Double) -> (digits: String, point: Int) {
        let parts = value.description.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        var digits = mantissa.joined()[...]
        var point = mantissa[0].count + exponent
        while digits.hasPrefix("0") {
            digits = digits.dropFirst()
            point -= 1
        }
        while digits.hasSuffix("0") { digits = digits.dropLast() }
        return (String(digits), point)
    }
}
