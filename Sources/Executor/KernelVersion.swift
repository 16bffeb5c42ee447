/// The first two numbers of a kernel's release: what decides which flags it can know.
public struct KernelVersion: Hashable, Comparable, Sendable {
    /// 6 of `6.12.107`.
    public let major: Int
    /// 12 of `6.12.107`.
    public let minor: Int

    /// Makes a version from its parts.
    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads a release, such as `6.12.107-cloud-arm64` (/proc/sys/kernel/osrelease); nil where it doesn't begin with
    /// two numbers.
    public init?(release: String) {
        let numbers = release.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            .map { part in Int(part.prefix { ("0"..."9").contains($0) }) }
        guard numbers.count >= 2, let major = numbers[0], let minor = numbers[1] else { return nil }
        self.init(major, minor)
    }

    /// True where `left` is older.
    public static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

extension KernelVersion: CustomStringConvertible {
    /// `6.12`.
    public var description: String { "\(major).\(minor)" }
}
