import BootInputs
import KexecPlan

extension Make {
    /// What in a plan may not be what was meant: said, but no error.
    func notes(on plan: Plan) throws(Failure) -> [String] {
        var notes: [String] = []
        if let reason = plan.mmuOff {
            notes.append("\(Messages.mmuOff(reason)); it verifies without MMU and caches, which is slow")
        }
        if !plan.mappingsOutOfReach(.el2E2H).isEmpty { notes.append(Messages.outOfReachWithE2H) }
        if plan.purgatory.contract == .kexecTools {
            if plan.pageTables == nil, options.granule != .granule4K {
                notes.append("--granule changes nothing: this purgatory takes no page tables")
            }
            if options.allowsMMUOff {
                notes.append("--allow-mmu-off changes nothing: it is for kplan's own contract")
            }
        }
        if let set { return try notes + set.notes(on: plan) + consoleNotes(plan.request.console) }
        if case .unknown(let text)? = machine.pages(of: plan.kernel) { notes.append(sizeText(text)) }
        return try notes + machine.notes(on: plan) + consoleNotes(plan.request.console)
    }

    /// What is said of the kernel's page size on the captured machine.
    func sizeText(_ text: (String) -> String) -> String { machine.pagesText(of: kernel.path, text) }

    private func consoleNotes(_ console: Console?) throws(Failure) -> [String] {
        switch (options.console, console) {
        case (nil, nil):
            let tree = try machine.deviceTree()
            return ["\(machine.treePath): \(Messages.text(silentAmong: tree.serialPorts))"]
        case (.console?, let console?), (.address?, let console?):
            let tree = try machine.deviceTree()
            let ports = tree.serialPorts
            if let port = ports.first(where: { $0.console.address == console.address }) {
                guard port.console.kind != console.kind, console.kind != .raw else { return [] }
                return ["\(machine.treePath): \(Messages.text(console, insteadOf: port))"]
            }
            let devices = MemoryMap.devices(try machine.resources())
            guard !devices.contains(where: { $0.range.contains(console.address) }) else { return [] }
            return [
                Messages.text(
                    unknown: console, deviceTree: machine.treePath, memoryMap: machine.memoryPath,
                    among: ports)
            ]
        default: return []
        }
    }
}
