import Arm64
import BootInputs
import Emitter
import KexecPlan
import Planner

/// Makes a plan: read, plan, emit, seal.
struct Make {
    let kernel: InputFile
    let initrd: InputFile?
    let dtb: InputFile
    let memoryMap: InputFile
    let purgatory: InputFile
    let options: Options

    /// What was asked for on the command line.
    struct Options {
        var commandLine: String?
        var reusesCommandLine: Bool
        var console: ConsoleArgument
        var granule: Granule
        var pageSize: UInt64
        var seeds: SeedPolicy
        var memoryWindow: AddressRange?
    }

    func plan() throws(Failure) -> Plan {
        let image = try explaining(kernel.path) {
            try KernelImage(prefix: kernel.prefix(4096), fileSize: kernel.input.size)
        }
        let deviceTree = try explaining(dtb.path) { try DeviceTree(try dtb.bytes()) }
        let iomem = try explaining(memoryMap.path) { try MemoryMap(iomem: try memoryMap.bytes()) }
        let memory = try explaining(dtb.path) { try iomem.restricted(by: deviceTree) }
        let object = try explaining(purgatory.path) {
            try RelocatableObject(elf: try purgatory.bytes())
        }
        let request = try request(deviceTree)
        let draft = try draft(deviceTree, request)

        let unsealed = try explaining("no plan can be made") {
            try Planner.plan(
                PlanningInputs(
                    request: request,
                    inputs: [kernel, initrd, dtb, memoryMap, purgatory].compactMap { $0?.input },
                    machine: Machine(pageSize: options.pageSize, memory: memory), kernel: image,
                    deviceTree: draft, purgatory: object))
        }
        let emitted = try explaining("no bytes can be made") {
            try Emitter.emit(
                unsealed,
                from: Emitter.Sources(
                    deviceTree: try deviceTree.edited(by: unsealed.deviceTree).bytes,
                    purgatory: object))
        }
        let plan = Emitter.seal(unsealed, with: emitted)
        try plan.checkRules("kplan made a plan that breaks its own rules; please report this")
        return plan
    }

    /// What the plan records as asked for.
    private func request(_ deviceTree: DeviceTree) throws(Failure) -> Request {
        Request(
            commandLine: try commandLine(deviceTree), console: try console(deviceTree),
            granule: options.granule, seeds: options.seeds, memoryWindow: options.memoryWindow)
    }

    private func commandLine(_ deviceTree: DeviceTree) throws(Failure) -> String {
        let old = deviceTree.bootArguments
        if options.reusesCommandLine {
            guard let old else {
                throw Failure("\(dtb.path): has no /chosen/bootargs that --reuse-cmdline could keep")
            }
            return options.commandLine.map { old.isEmpty ? $0 : "\(old) \($0)" } ?? old
        }
        guard let new = options.commandLine else {
            throw Failure(
                """
                the next kernel's command line is not given: use --command-line, or --reuse-cmdline to keep \
                the device tree's (\(old.map { "\"\($0)\"" } ?? "it has none"))
                """, status: .usage)
        }
        return new
    }

    private func console(_ deviceTree: DeviceTree) throws(Failure) -> Console? {
        switch options.console {
        case .none: nil
        case .console(let console): console
        case .fromDeviceTree: deviceTree.stdoutPath
        }
    }

    /// The device tree with zeros for what is not known yet: its size is final.
    private func draft(
        _ deviceTree: DeviceTree, _ request: Request
    ) throws(Failure) -> PlanningInputs.DeviceTreeDraft {
        let edits = deviceTree.kexecEdits(
            commandLine: request.commandLine, initrd: initrd.map { _ in (start: 0, end: 0) },
            seeds: request.seeds)
        let changes = DeviceTreePlan(
            edits: edits, removedReservations: deviceTree.staleReservations)
        let edited = try explaining(dtb.path) { try deviceTree.edited(by: changes) }
        var slots: [RuntimeSlot] = []
        for edit in edits {
            guard case .zeros(let length) = edit.change, length > 0 else { continue }
            guard let offset = edited.offset(of: edit.property, in: edit.node) else {
                throw Failure("\(dtb.path): \(edit.node)/\(edit.property) got lost in an edit")
            }
            slots.append(
                RuntimeSlot(
                    segment: .dtb, offset: UInt64(offset), length: UInt64(length), fill: .random,
                    purpose: "\(edit.node)/\(edit.property)"))
        }
        return .init(
            changes: changes, size: UInt64(edited.bytes.count), runtimeSlots: slots)
    }
}
