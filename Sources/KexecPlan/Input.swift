/// A file that the plan was made from.
public struct Input: Equatable, Sendable {
    /// What it is for.
    public var role: InputRole
    /// Its file name, without a folder.
    public var name: String
    /// Its size, in bytes.
    public var size: UInt64
    /// The SHA-256 of all of it.
    public var sha256: SHA256Digest

    /// Makes an input from its parts.
    public init(role: InputRole, name: String, size: UInt64, sha256: SHA256Digest) {
        self.role = role
        self.name = name
        self.size = size
        self.sha256 = sha256
    }

    /// Whether the name is that of a file in whatever folder it is looked for: not empty, without a folder. The
    /// system would take a NUL for the end.
    public var hasFileName: Bool {
        !["", ".", ".."].contains(name) && !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == 0 }
    }
}

/// What an input is for.
public enum InputRole: String, CaseIterable, Sendable {
    case kernel
    case initrd
    case dtb
    case memoryMap = "memory-map"
    /// A capture: memory map and device tree in one.
    case machine
    case purgatory
}
