import Arm64
import BootInputs
import Capture
import Executor
import Files
import KexecPlan

extension RunningMachine {
    /// The machine whose files are under a folder.
    init(root: String) {
        let folder = root.hasSuffix("/") ? root : root + "/"
        let processors = MachineState.mainIDs(root: root)
        self.init(
            architecture: MachineState.architecture(root: root)
                ?? MachineCapture.processorArchitecture(root: root)?.machineName ?? "",
            pageSize: MachineFiles(root: root).pageSize ?? 0,
            processors: processors.isEmpty ? Processors.mainIDs(root: root) : processors,
            iomem: folder + "proc/iomem", deviceTreePath: folder + "sys/firmware/fdt", root: root)
    }

    /// Where a file of it is; `name` is a path from the root, without a slash before it.
    func path(_ name: String) -> String { Messages.printable(MachineFiles(root: root).path(name)) }

    /// The tree that the running kernel got.
    func deviceTree() throws(Failure) -> DeviceTree {
        let bytes = try explaining(deviceTreePath) {
            try PrivateBytes(reading: deviceTreePath).withUnsafeBytes { Array($0) }
        }
        return try explaining(deviceTreePath) { try DeviceTree(bytes) }
    }

    /// What the interrupt controller keeps in memory, as far as the kernel's log reaches back.
    func interrupts() throws(Failure) -> Interrupts {
        let root = root
        return try explaining("where the interrupt controller has its tables is not known") {
            try Interrupts(root: root)
        }
    }

    /// The architecture of the running kernel.
    func architecture(of plan: AnyPlan) -> Check {
        let name = "architecture"
        let due = plan.architecture
        let known = due.rawValue == due.machineName ? "" : " (\(due.machineName))"
        if architecture.isEmpty {
            return Check(
                name,
                .skipped(
                    "neither \(path("proc/sys/kernel/arch")) nor \(path("proc/cpuinfo")) says it"))
        }
        // x86_64 runs kernels of 32 bits too.
        return architecture == due.machineName
            ? Check(name, .ok(architecture))
            : Check(
                name,
                .no(["the plan is for \(due.rawValue)\(known), this machine is \(architecture)"]))
    }

    /// Whether the running kernel has the plan's system call.
    func method(of plan: AnyPlan) -> Check {
        let name = "method"
        let file = path("sys/kernel/kexec_loaded")
        switch try? LoadedImages(root: root).loaded(.normal) {
        case .known?: break
        // A copy that isn't there says nothing of the machine.
        case .noKexec? where root == "/":
            return Check(name, .no(["the running kernel has no kexec: \(file) is not there"]))
        case .noKexec?, .unreadable?, .malformed?, nil:
            return Check(name, .failed("\(file) doesn't say whether the running kernel has kexec"))
        }
        guard let calls = state().systemCalls else { return Check(name, .ok("the running kernel has kexec")) }
        return calls.contains(plan.method)
            ? Check(name, .ok("the running kernel has \(plan.method.rawValue)"))
            : Check(name, .no(["the running kernel was built without \(plan.method.rawValue)"]))
    }

    /// Whether segments are whole pages of the running kernel (kernel/kexec_core.c).
    func pages(of plan: Plan) -> Check {
        let name = "page-size"
        if pageSize == 0 { return Check(name, .skipped("\(path("proc/self/auxv")) doesn't say it")) }
        guard plan.machine.pageSize.isMultiple(of: pageSize) else {
            return Check(
                name,
                .no([
                    "segments are made of pages of \(plan.machine.pageSize.humanSize), the running kernel has pages of "
                        + "\(pageSize.humanSize): make the plan anew with --page-size "
                        + ByteCount(value: pageSize).defaultValueDescription
                ]))
        }
        return Check(name, .ok("\(pageSize.humanSize), of which segments are multiples"))
    }

    /// Whether purgatory can turn its MMU on. Where it can't, it verifies all the same.
    func granule(of plan: Plan) -> Check {
        let name = "granule"
        guard let tables = plan.pageTables else { return Check(name, .ok("no page tables are planned")) }
        let granule = tables.granule
        // The running kernel shows that there is a granule of its own page size.
        if granule.size == pageSize {
            return Check(name, .ok("\(granule.rawValue), as the running kernel's"))
        }
        let models = processors.compactMap { ProcessorModel(mainID: $0) }
        if let model = models.first(where: { $0.granules?.contains(granule) == false }) {
            return Check(
                name,
                .note("\(model.name) has none of \(granule.rawValue): purgatory verifies with the MMU off"))
        }
        let isKnown =
            !processors.isEmpty && models.count == processors.count
            && models.allSatisfy { $0.granules != nil }
        return Check(
            name,
            isKnown
                ? .ok("\(granule.rawValue), which this CPU has")
                : .note("\(granule.rawValue): where this CPU lacks it, purgatory verifies with the MMU off"))
    }
}
