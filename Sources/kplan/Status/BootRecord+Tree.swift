import BootInputs
import Executor
import Files
import Glibc
import KexecPlan

extension BootRecord {
    /// Reads what the kernel unfolds nowhere: with ACPI, the tree that it was handed is in /sys/firmware/fdt alone, which only
    /// root may read (arch/arm64/kernel/setup.c, drivers/of/fdt.c).
    ///
    /// Returns why the tree can't be read, where this process may not; nil where it was read, or there is none.
    mutating func readTree(root: String) throws(Failure) -> Failure? {
        guard isFromKexec == nil else { return nil }
        let files = MachineFiles(root: root)
        let path = files.path("sys/firmware/fdt")
        let bytes: [UInt8]?
        do throws(FileError) {
            bytes = try files.bytes("sys/firmware/fdt")
        } catch {
            let reason = "\(Messages.printable(path)): \(Messages.text(error))"
            switch error {
            case .failed(_, _, EACCES), .failed(_, _, EPERM):
                return Failure("\(reason): how this kernel was started is for root to see")
            default: throw Failure(reason)
            }
        }
        guard let bytes else { return nil }
        let tree = try explaining(path) { try DeviceTree(bytes) }
        isFromKexec = tree.property("/chosen", "linux,booted-from-kexec") != nil
        report = tree.property("/chosen", PurgatoryReport.property)
        reportPath = "\(path): /chosen/\(PurgatoryReport.property)"
        return nil
    }
}
