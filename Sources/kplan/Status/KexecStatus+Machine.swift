import Arm64
import Executor
import Files
import KexecPlan

extension KexecStatus {
    /// The status of the kernel whose files are under `root`.
    init(root: String) throws(Failure) {
        let record: BootRecord
        do throws(FileError) {
            record = try BootRecord(root: root)
        } catch {
            throw Failure("\(Messages.printable(error.path)): \(Messages.text(error))")
        }
        let report = try explaining(record.reportPath ?? root) {
            try Report(property: record.report, kernelCode: record.kernelCode.map { PhysicalAddress($0) })
        }
        self.init(
            isFromKexec: record.isFromKexec, report: report, loaded: record.loaded,
            crashLoaded: record.crashLoaded)
    }
}
