import Files
import Glibc
import KexecPlan

extension MachineFiles {
    /// Whether a kernel is loaded, as a file says it.
    func loaded(_ name: String) throws(FileError) -> KexecStatus.Loaded {
        let text: String?
        do {
            text = try content(name)
        } catch .failed(_, let path, let errno) {
            return .unreadable(path: path, errno: errno)
        }
        switch text {
        case nil: return .noKexec
        case "0": return .known(false)
        case "1": return .known(true)
        case let text?: return .malformed(path: path(name), found: text)
        }
    }
}
