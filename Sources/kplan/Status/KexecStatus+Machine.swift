import Arm64
import BootInputs
import Executor
import Files
import KexecPlan

extension KexecStatus {
    /// The status of the kernel whose files are under `root`.
    /// - Parameter hidden: set to why the device tree can't be read, where this process may not.
    init(root: String, hidden: inout Failure?) throws(Failure) {
        // Before what the kernel says: a record names a plan before it is loaded.
        let folder = RuntimeFolder(root: root)
        let (origin, crashOrigin) = (folder.origin(.normal), folder.origin(.crash))
        var record: BootRecord
        do throws(FileError) {
            record = try BootRecord(root: root)
        } catch {
            throw Failure("\(Messages.printable(error.path)): \(Messages.text(error))")
        }
        hidden = try record.readTree(root: root)
        let report = try explaining(record.reportPath ?? root) {
            try Report(property: record.report, kernelCode: Self.kernelCode(MachineFiles(root: root)))
        }
        self.init(
            isFromKexec: record.isFromKexec, report: report, loaded: record.loaded,
            crashLoaded: record.crashLoaded, origin: origin, crashOrigin: crashOrigin,
            crashMemory: record.crashMemory)
    }
    /// Where the running kernel's code begins (/proc/iomem, `Kernel code`); nil where that can't be read, or only without
    /// privilege, when addresses are zero.
    private static func kernelCode(_ files: MachineFiles) -> PhysicalAddress? {
        guard let bytes = (try? files.bytes("proc/iomem")) ?? nil,
            let resources = try? [MemoryResource](iomem: bytes)
        else { return nil }
        return resources.first { $0.name == "Kernel code" }?.range.start
    }
}
