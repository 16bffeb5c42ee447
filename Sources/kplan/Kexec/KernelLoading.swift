import Arm64
import BootInputs
import Executor
import Files
import Glibc
import KexecPlan

/// Loads a kernel by a plan that is made for this machine, in memory.
struct KernelLoading {
    let order: KernelOrder
    var machine = RunningMachine()

    /// Loads, and jumps where that is asked for.
    func run() throws {
        try SigningPolicy.refuse(order.kernel, on: machine.root)
        if order.isExecuted { try Execution().check() }
        let methods = self.methods(MachineState.running().systemCalls)
        for method in methods {
            do {
                return try load(by: method)
            } catch let failure as Failure where method != methods.last && !Self.isFinal(failure) {
                printError("kplan: note: \(Messages.text(fallingBack: failure))")
            }
        }
    }

    /// The system calls to try, in this order.
    /// - Parameter known: those that the running kernel has; nil where that isn't known.
    func methods(_ known: Set<LoadMethod>?) -> [LoadMethod] {
        switch order.call {
        case .files: return [.kexecFileLoad]
        case .segments: return [.kexecLoad]
        case .auto:
            if !order.onlyForSegments.isEmpty { return [.kexecLoad] }
            // kexec_load would ignore these.
            if !order.flags.isEmpty { return [.kexecFileLoad] }
            if order.type == .crash || machine.architecture != Architecture.arm64.machineName {
                return [.kexecFileLoad]
            }
            return known?.contains(.kexecFileLoad) == false ? [.kexecLoad] : [.kexecFileLoad, .kexecLoad]
        }
    }

    /// Whether a failure of kexec_file_load is the answer: it is not where the call is missing, or doesn't take a kernel of
    /// this form, as in kexec-tools (`kexec.c`, `EFALLBACK`). A signature that is missing or wrong is final.
    static func isFinal(_ failure: Failure) -> Bool {
        ![ENOSYS, EINVAL, ENOEXEC, ENOTSUP].contains { $0 == failure.errno }
    }

    private func load(by method: LoadMethod) throws {
        let made = try KernelPlanning(order: order, machine: machine).plan(by: method)
        for note in made.notes { printError("kplan: note: \(note)") }
        let file = PlanFile(plan: made.plan, path: order.kernel)
        if order.debug { printError(made.drawing) }
        let session = try LoadSession(LoadedPlan(inMemory: made.plan, for: order.kernel))
        let loading = PlanLoading(
            inputs: try InputOptions.parse([]), machine: machine, debug: order.debug && logs(method))
        _ = try loading.load(file, session, made.files)
        // The lock is held until the jump: nothing else gets loaded in between.
        try withExtendedLifetime(session) {
            guard order.isExecuted else { return }
            try explaining("\(order.kernel): is loaded, but not executed", status: .notExecuted) {
                try Jump().perform(synchronizes: order.synchronizes)
            }
        }
    }

    /// Whether the running kernel knows the flag by which it logs what it loads: with one that it doesn't know, it loads
    /// nothing.
    private func logs(_ method: LoadMethod) -> Bool {
        guard method == .kexecFileLoad, let version = MachineState().version else { return false }
        return version >= KernelVersion(6, 8)
    }
}
