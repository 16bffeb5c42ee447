import BootInputs
import Files
import KexecPlan

extension Interrupts {
    /// Reads what a machine's interrupt controller keeps in memory, as `MachineCapture` has it: from its device tree and its
    /// log, and nothing else. What is there and can't be read is an error where there may be tables: those that nobody knows
    /// of would be overwritten.
    /// - Parameter root: the folder that stands for `/`.
    public init(root: String) throws(CaptureError) {
        var reader = try FactReader(root: root)
        let tree = reader.deviceTree()
        let log = reader.log()
        self = reader.interrupts(tree, log)
        let failed = reader.unreadable.first { ![.absent, .incomplete].contains($0.reason) }
        // Where there is an ITS without a node in the tree (ACPI), UEFI has its tables reserved.
        if let failed, tree?.hasITS != false { throw .unreadable(failed) }
    }
}
