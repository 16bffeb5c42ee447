import Foundation

/// Kernel files as long as their headers demand: a real kernel's first bytes, zeros, and at the very end a few
/// bytes that are none, so that a file cut short has another digest.
public enum KernelFile {
    /// The sizes of the kernels of Tests/Fixtures, in bytes.
    public static let sizes: [String: UInt64] = [
        "debian-6.1-cloud-arm64": 27_236_288, "debian-7.2-cloud-arm64": 38_629_312,
        "debian-6.1-cloud-amd64": 14_149_568,
    ]

    /// There is no fixture of this name.
    public struct Unknown: Error {
        /// The name.
        public var name: String
    }

    /// Writes such a file, sparse on the disk, and returns its path.
    /// - Parameters:
    ///   - name: of the fixture.
    ///   - path: of the file, which is replaced.
    ///   - change: what becomes of the fixture's bytes, the file's first.
    @discardableResult
    public static func write(
        _ name: String = "debian-6.1-cloud-arm64", to path: String, change: ([UInt8]) -> [UInt8] = { $0 }
    ) throws -> String {
        guard let size = sizes[name] else { throw Unknown(name: name) }
        try Data(change(try Fixture.kernelPrefix(name))).write(to: URL(fileURLWithPath: path))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        let end = Array("the end".utf8)
        try file.seek(toOffset: size - UInt64(end.count))
        try file.write(contentsOf: end)
        return path
    }
}
