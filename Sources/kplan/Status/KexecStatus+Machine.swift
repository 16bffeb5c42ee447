import Arm64
import Executor
import KexecPlan

extension KexecStatus {
    /// The status of the kernel whose files are under `root`.
    init(root: String) throws(Failure) {
        let record = try explaining(root) { try BootRecord(root: root) }
        let report = try explaining("\(root): \(PurgatoryReport.path)") {
            try Report(property: record.report, kernelCode: record.kernelCode.map { PhysicalAddress($0) })
        }
        let state = MachineState(root: root)
        self.init(
            isFromKexec: record.isFromKexec, report: report, isLoaded: state.isLoaded,
            isCrashLoaded: state.isCrashLoaded)
    }
}
