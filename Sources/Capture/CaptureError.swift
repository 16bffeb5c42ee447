import Files
import KexecPlan

/// Why a machine can't be captured at all.
public enum CaptureError: Error, Equatable, Sendable {
    /// The root folder can't be read.
    case noRoot(FileError)
    /// Neither /proc/sys/kernel/arch nor /proc/cpuinfo says that it is arm64 or x86_64. `found` is what the first says.
    case unknownArchitecture(root: String, found: String?)
    /// What is asked for can't be read.
    case unreadable(MachineCapture.Unreadable)
    /// The device tree can't be written anew without its secrets.
    case unmaskable(path: String)
}
