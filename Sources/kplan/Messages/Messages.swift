import Arm64
import BootInputs
import Bundle
import Capture
import Emitter
import Emulation
import Executor
import Files
import KexecPlan
import PlanJSON
import Planner
import SSHSignature

/// What errors are called for people: what, where, why, and what to do.
enum Messages {
    /// The text of any error that kplan's modules throw.
    static func text(for error: any Error) -> String {
        switch error {
        case let error as Failure: error.text
        case let error as FileError: text(error)
        case let error as ImageError: text(error)
        case let error as BzImageError: text(error)
        case let error as FileLoadKernelError: text(error)
        case let error as DeviceTreeError: text(error)
        case let error as MemoryMapError: text(error)
        case let error as BundleError: text(error)
        case let error as CaptureError: text(error)
        case let error as ObjectError: text(error)
        case let error as PlanDecodingError: text(error)
        case let error as PlannerError: text(error)
        case let error as EmitterError: text(error)
        case let error as PurgatoryReportError: text(error)
        case let error as RandomError: text(error)
        case let error as JumpError: text(error)
        case let error as ExecutionError: text(error)
        case let error as SimulatorError: text(error)
        case let error as EmulationError: text(error)
        case let error as SSHSignatureError: text(error)
        default: "\(error)"
        }
    }

    /// A size for people with its exact value: `26.0 MiB (0x1a00000)`.
    static func size(_ bytes: UInt64) -> String {
        bytes < 1024 ? bytes.counted("byte") : "\(bytes.humanSize) (\(bytes.hex))"
    }
    /// A text that comes from a file, as a terminal may show it: on one line, not longer than it helps.
    static func printable(_ text: String) -> String {
        let style = Style(width: 0, color: false, ascii: false)
        return style.shortened(style.printable(text), to: 200)
    }

    /// The same, in quotation marks.
    static func quoted(_ text: String) -> String { "\"\(printable(text))\"" }
}
