/// A second of the calendar, as `valid-after` and `valid-before` name it: `YYYYMMDD`, `YYYYMMDDHHMM` or `YYYYMMDDHHMMSS`, of the
/// machine's own time, or with a `Z` behind it of UTC.
public struct SSHTime: Equatable, Sendable {
    /// Year, month, day, hour, minute and second, each of two digits but the year: they sort as times do.
    let digits: UInt64
    /// Whether it is of UTC.
    let isUTC: Bool
    /// As it was written.
    public let text: String

    /// Nil for anything else.
    init?(_ text: String) {
        self.text = text
        isUTC = text.hasSuffix("Z")
        let numbers = isUTC ? text.dropLast() : Substring(text)
        guard [8, 12, 14].contains(numbers.utf8.count),
            numbers.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let digits = UInt64(numbers + String(repeating: "0", count: 14 - numbers.utf8.count))
        else { return nil }
        self.digits = digits
        let (date, time) = (digits / 1_000_000, digits % 1_000_000)
        let (year, month, day) = (date / 10000, date / 100 % 100, date % 100)
        guard year >= 1970, (1...12).contains(month), (1...Self.days(of: month, in: year)).contains(day),
            time / 10000 < 24, time / 100 % 100 < 60, time % 100 < 60
        else { return nil }
    }

    private static func days(of month: UInt64, in year: UInt64) -> UInt64 {
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        return switch month {
        case 2: isLeap ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// What a clock shows, as 14 digits: year, month, day, hour, minute, second.
public struct SSHClock: Equatable, Sendable {
    /// In UTC.
    public var utc: UInt64
    /// In the machine's own time.
    public var local: UInt64

    /// Makes what a clock shows from its parts.
    public init(utc: UInt64, local: UInt64) {
        self.utc = utc
        self.local = local
    }

    func isBefore(_ time: SSHTime) -> Bool { (time.isUTC ? utc : local) < time.digits }
    func isAfter(_ time: SSHTime) -> Bool { (time.isUTC ? utc : local) > time.digits }
}
