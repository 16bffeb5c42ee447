import Arm64
import BootInputs
import Capture
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
        state.largestFreeMemory = try? largestRoom()
        if state.isLoadPinEnforced == false { state.isLoadPinPinned = hasPinned }
        if let size = try? crashMemory() { state.crashMemory = size }
        if let configuration = RunningKernel.Configuration(root: root) { state.read(configuration.options) }
        return state
    }

    /// Whether the kernel's log says that LoadPin has pinned a file system (security/loadpin/loadpin.c, report_load).
    private var hasPinned: Bool? {
        var isSaid = false
        try? KernelMessages(MachineFiles(root: root).path("dev/kmsg"), isFromNow: false).forEach { message in
            if message.text.hasPrefix("LoadPin: "), message.text.contains(" pinned obj=") { isSaid = true }
        }
        return isSaid ? true : nil
    }

    /// The size of the memory that a crash kernel goes to, in bytes: the highest that is reserved. What is reserved below
    /// 4 GiB beside it is for its devices (kernel/crash_reserve.c, reserve_crashkernel_generic).
    private func crashMemory() throws -> UInt64 {
        let bytes = try MappedFile(iomem).withUnsafeBytes { Array($0) }
        return try [MemoryResource](iomem: bytes).filter { $0.name == "Crash kernel" }.map(\.range)
            .max { $0.start < $1.start }?.size ?? 0
    }

    private func largestRoom() throws -> UInt64? {
        guard let architecture = Architecture.allCases.first(where: { $0.machineName == architecture }) else {
            return nil
        }
        let bytes = try MappedFile(iomem).withUnsafeBytes { Array($0) }
        return try MemoryMap.largestRoom([MemoryResource](iomem: bytes), on: architecture)
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
