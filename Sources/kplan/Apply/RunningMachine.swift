import Arm64
import BootInputs
import Executor
import Files
import KexecPlan

/// The machine that kplan runs on, as far as a plan has to fit it.
struct RunningMachine {
    /// `machine` of uname(2).
    var architecture = MachineState.runningArchitecture
    /// The page size of its kernel, in bytes.
    var pageSize = MachineState.runningPageSize
    /// MIDR_EL1 of its CPUs, each value once.
    var processors = MachineState.mainIDs()
    /// The path of its memory map.
    var iomem = "/proc/iomem"
    /// The path of the device tree that its kernel got.
    var deviceTreePath = "/sys/firmware/fdt"
    /// The folder that stands for `/`.
    var root = "/"

    /// What decides whether a load is refused.
    func state() -> MachineState {
        var state = root == "/" ? MachineState.running() : MachineState.saved(root: root)
        // Who may not read it learns the rest all the same.
        state.largestFreeMemory = (try? memory())?.usable.ranges.map(\.size).max()
        return state
    }

    /// Its memory, as it is now and as /proc/iomem tells it: without the interrupt controller's tables.
    func memory() throws(Failure) -> MemoryMap {
        let bytes = try explaining(iomem) { try MappedFile(iomem).withUnsafeBytes { Array($0) } }
        do throws(MemoryMapError) {
            return try MemoryMap(iomem: bytes)
        } catch .addressesHidden {
            // The kernel shows zeros to who lacks CAP_SYS_ADMIN (kernel/resource.c, r_show).
            throw Failure("\(iomem): hides its addresses from this process: run kplan as root")
        } catch {
            throw Failure("\(iomem): \(Messages.text(error))")
        }
    }
}
