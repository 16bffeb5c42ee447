/// The architecture of both kernels of a kexec.
public enum Architecture: String, CaseIterable, Sendable {
    case arm64
    /// By kexec_file_load alone.
    case x86 = "x86_64"

    /// What uname(2) calls it (`machine`).
    public var machineName: String {
        switch self {
        case .arm64: "aarch64"
        case .x86: "x86_64"
        }
    }
}
