/// What a bundle is made of: a tar archive with the plan, its signature where there is one, and the plan's inputs.
public enum BundleLayout {
    /// The plan, byte for byte.
    public static let plan = "plan.json"
    /// The detached signature of those bytes.
    public static let signature = "plan.json.sig"
    /// What the inputs' recorded names come after.
    public static let inputs = "inputs/"

    /// The longest name of an input, in bytes: what a ustar header has room for after the folder.
    public static let nameLimit = 100
    /// The largest signature, in bytes.
    public static let signatureLimit = 16 << 10
    /// The most members: plan and signature, at most one input of each of six roles, and their folder.
    public static let memberLimit = 16

    /// Whether these bytes begin as a tar archive of POSIX or of GNU tar does, and not as JSON that happens to have its magic.
    public static func isArchive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.first != UInt8(ascii: "{") && bytes.dropFirst(257).prefix(5).elementsEqual("ustar".utf8)
    }

    /// What these bytes are compressed by, in the word for its program; nil for anything else.
    public static func compression(_ bytes: UnsafeRawBufferPointer) -> String? {
        let magics: [(program: String, bytes: [UInt8])] = [
            ("gzip", [0x1f, 0x8b]), ("xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
            ("zstd", [0x28, 0xb5, 0x2f, 0xfd]),
            ("bzip2", [0x42, 0x5a, 0x68]), ("lz4", [0x04, 0x22, 0x4d, 0x18]),
        ]
        return magics.first { bytes.starts(with: $0.bytes) }?.program
    }
}
