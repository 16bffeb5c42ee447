import Files
import KexecPlan

extension Processors {
    /// MIDR_EL1 of the CPUs that run, each value once (/proc/cpuinfo); none where that can't be read, or is of no arm64.
    /// - Parameter root: the folder that stands for `/`.
    public static func mainIDs(root: String) -> [UInt64] {
        let list = MachineFiles(root: root).text("proc/cpuinfo").map { ProcessorList($0) }
        return Set(list?.models.compactMap(\.mainID) ?? []).sorted()
    }
}
