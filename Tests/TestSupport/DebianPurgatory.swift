import Foundation

/// The purgatories in Debian's kexec-tools, which Tests/Machine/fetch takes out of the packages.
public enum DebianPurgatory {
    /// The versions of kexec-tools.
    public static let versions = ["2.0.25", "2.0.32"]

    /// True where all of them are in the cache.
    public static let areThere = versions.allSatisfy { FileManager.default.fileExists(atPath: file($0).path) }

    /// Why a test is skipped.
    public static let missing = "needs Debian's purgatories: Tests/Machine/fetch kexec-2.0.25 kexec-2.0.32"

    /// The object of a version.
    public static func object(_ version: String) throws -> [UInt8] {
        Array(try Data(contentsOf: file(version)))
    }

    private static func file(_ version: String) -> URL {
        cache.appendingPathComponent("kexec-\(version)/purgatory.ro")
    }

    /// As in Tests/lib/common.sh.
    private static var cache: URL {
        let environment = ProcessInfo.processInfo.environment
        func folder(_ name: String) -> URL? {
            environment[name].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0) }
        }
        return folder("KPLAN_CACHE")
            ?? (folder("XDG_CACHE_HOME") ?? folder("HOME")?.appendingPathComponent(".cache"))?
            .appendingPathComponent("kplan") ?? URL(fileURLWithPath: "/nonexistent")
    }
}
