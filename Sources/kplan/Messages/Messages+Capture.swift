import Arm64
import Capture
import KexecPlan

// Captures: what could not be read of a machine, and what a plan makes of what could.

extension Messages {
    /// A capture where a plan is due.
    static let captureIsNoPlan =
        "is a capture of a machine, not a plan: make one from it with kplan make --machine"
    /// A plan where a capture is due.
    static let planIsNoCapture = "is a plan, not a capture of a machine, which kplan capture writes"

    static func text(_ error: CaptureError) -> String {
        switch error {
        case .noRoot(let error): "\(printable(error.path)): \(text(error))"
        case .unknownArchitecture(let root, let found?):
            """
            \(printable(root)): proc/sys/kernel/arch says \(quoted(found)); kplan knows aarch64 and x86_64
            """
        case .unknownArchitecture(let root, nil):
            """
            \(printable(root)): is no root folder of an arm64 or x86_64 machine: neither proc/sys/kernel/arch nor \
            proc/cpuinfo says which it is
            """
        case .unreadable(let entry): text(entry)
        case .unmaskable(let path):
            "\(path): can't be written anew without its secrets, so nothing is captured"
        }
    }

    /// Why something could not be read: `/proc/iomem hides its addresses from …`.
    static func text(_ entry: MachineCapture.Unreadable) -> String {
        let path = printable(entry.path)
        return switch entry.reason {
        case .absent: "\(path) is not there"
        case .forbidden: "\(path) may not be read by this user; root may"
        case .hidden: "\(path) shows zeros to a process without privilege; run as root"
        case .malformed: "\(path) has another form than kplan knows"
        case .incomplete: "\(path) does not say it, or its beginning is lost"
        case .failed:
            "\(path) can't be read: \(entry.errno.flatMap { Int32(exactly: $0) }.map { text(errno: $0) } ?? "unknown")"
        }
    }

    /// That an interrupt controller has tables in RAM whose place isn't known.
    static func tablesUnknown(_ path: String) -> String {
        """
        \(printable(path)): the machine has a GICv3 ITS, whose LPI tables in RAM stay in use across a kexec, and \
        /proc/iomem does not show them: where they are is in a capture (kplan capture, --machine) whose kernel log \
        reaches back to the boot; without it, keep away from them with --mem-min and --mem-max
        """
    }

    /// That a plan keeps away from an interrupt controller's tables.
    static func text(avoiding tables: [Interrupts.Table], in path: String) -> String {
        let places = tables.prefix(8).map { "\($0.range)" }.joined(separator: ", ")
        let more = tables.count > 8 ? " and \(tables.count - 8) more" : ""
        return """
            \(printable(path)): segments keep away from the tables of the interrupt controller at \(places)\(more), \
            which stay in use across the kexec
            """
    }

    /// That CPUs lack the granule of a plan's page tables.
    static func text(lacking granule: Granule, _ names: [String], in path: String) -> String {
        """
        \(printable(path)): \(names.joined(separator: ", ")) has no \(granule.rawValue) granule: purgatory will verify \
        with MMU and caches off, which is slow; use another --granule
        """
    }
}
