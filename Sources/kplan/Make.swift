import Arm64
import BootInputs
import Emitter
import KexecPlan
import Planner

/// Makes a plan: read, plan, emit, seal.
struct Make {
    let kernel: InputFile
    let initrd: InputFile?
    /// The machine; of several, the first.
    let machine: MachineInputs
    /// The machines, where they are several.
    var set: MachineSet?
    let purgatory: InputFile
    let options: Options

    /// What was asked for on the command line.
    struct Options {
        var commandLine: String?
        var reusesCommandLine: Bool
        /// nil: what the device tree says, if it does.
        var console: ConsoleArgument?
        var granule: Granule
        var allowsMMUOff: Bool
        var pageSize: UInt64
        var seeds: SeedPolicy
        var memoryWindow: AddressRange?
        /// Whether the machine that the plan is applied on gives the device tree.
        var takesLiveTree = false
    }

    func plan() throws(Failure) -> Plan {
        let image = try explaining(kernel.path) {
            try KernelImage(prefix: kernel.prefix(KernelImage.prefixSize), fileSize: kernel.input.size)
        }
        try machine.checkPageSize(options.pageSize)
        let deviceTree = try machine.deviceTree()
        if case .lacking(let text)? = machine.pages(of: image) { throw Failure(sizeText(text)) }
        let treeMemory = DeviceTreeMemory(of: deviceTree)
        let memory = if let set { set.memory } else { try machine.memory(for: treeMemory) }
        _ = try machine.unknownRAM(of: treeMemory)
        let object = try explaining(purgatory.path) {
            try RelocatableObject(elf: try purgatory.bytes())
        }
        let request = try request(deviceTree)
        let draft = try draft(deviceTree, request, hasReport: PurgatoryContract.reports(object))

        let unsealed = try unsealed(
            PlanningInputs(
                request: request,
                inputs: [kernel.input] + (initrd.map { [$0.input] } ?? [])
                    + (set?.inputs ?? machine.files.map(\.input)) + [purgatory.input],
                machine: Machine(
                    pageSize: options.pageSize, memory: memory,
                    deviceTree: try machine.identity(),
                    otherTrees: try set?.otherTrees(than: machine.identity()) ?? []),
                kernel: image,
                deviceTree: draft, purgatory: object))
        let emitted = try explaining("no bytes can be made") {
            try Emitter.emit(
                unsealed,
                from: Emitter.Sources(
                    deviceTree: try deviceTree.edited(by: unsealed.deviceTree).bytes,
                    purgatory: object),
                reading: InputFile.reader([.kernel: kernel, .initrd: initrd].compactMapValues(\.self)))
        }
        let plan = Emitter.seal(unsealed, with: emitted)
        try plan.checkRules("kplan made a plan that breaks its own rules; please report this")
        try Self.proveTables(of: plan, emitted)
        return plan
    }

    /// What purgatory's own code lacks is no fault of the tables; `verify` says it.
    private static func proveTables(of plan: Plan, _ emitted: [EmittedSegment]) throws(Failure) {
        guard let tables = plan.pageTables, let segment = plan.segment(.pageTables),
            case .bytes(let bytes)? = emitted.first(where: { $0.role == .pageTables })?.content
        else { return }
        let findings = Verification.proof(of: tables, bytes, in: segment, of: plan).findings
            .filter { !$0.isOfPurgatory }
        guard findings.isEmpty else {
            let list = findings.prefix(20).map { Messages.text(for: $0) }.joined(separator: "\n  ")
            throw Failure(
                "kplan made page tables that it can't prove; please report this:\n  \(list)", status: .no)
        }
    }

    /// The plan without digests.
    private func unsealed(_ inputs: PlanningInputs) throws(Failure) -> Plan {
        do throws(PlannerError) {
            return try Planner.plan(inputs)
        } catch {
            var text = "no plan can be made: "
            let files = [kernel, initrd, purgatory].compactMap(\.self)
            if case .emptyInput(let role) = error, let file = files.first(where: { $0.input.role == role }) {
                text += "\(Messages.printable(file.path)): is empty"
            } else {
                text += Messages.text(error)
            }
            if case .noRoom = error, let window = options.memoryWindow {
                text += "; --mem-min and --mem-max allow only \(window)"
            }
            switch error {
            case .noRoom, .moreThanHalfOfMemory:
                text += set.map { "; \($0.takings.joined(separator: "; "))" } ?? ""
            default: break
            }
            throw Failure(text)
        }
    }

    /// What the plan records as asked for.
    private func request(_ deviceTree: DeviceTree) throws(Failure) -> Request {
        Request(
            commandLine: try commandLine(deviceTree),
            reusedCommandLine: options.reusesCommandLine ? deviceTree.reusedCommandLine : nil,
            console: try options.console.console(deviceTree, of: machine.treePath),
            consoleSource: options.console.source,
            granule: options.granule, allowsMMUOff: options.allowsMMUOff, seeds: options.seeds,
            memoryWindow: options.memoryWindow)
    }

    private func commandLine(_ deviceTree: DeviceTree) throws(Failure) -> String {
        let old = deviceTree.reusedCommandLine
        var line: String
        if options.reusesCommandLine {
            guard let old else {
                throw Failure(
                    "\(machine.treePath): has no /chosen/bootargs in UTF-8 that --reuse-cmdline could keep")
            }
            line = old
            if let more = options.commandLine {
                if !line.isEmpty, !line.hasSuffix(" ") { line += " " }
                line += more
            }
        } else if let new = options.commandLine {
            line = new
        } else {
            throw Failure(
                """
                the next kernel's command line is not given: use --command-line, or --reuse-cmdline to keep \
                the device tree's (\(old.map { Messages.quoted($0) } ?? "it has none"))
                """, status: .usage)
        }
        guard line.utf8.count < BootProtocol.commandLineSize else {
            throw Failure(
                """
                the command line has \(line.utf8.count) bytes; arm64 kernels keep \
                \(BootProtocol.commandLineSize - 1) and drop the rest (COMMAND_LINE_SIZE)
                """)
        }
        return line
    }

    /// The device tree with zeros for what is not known yet: its size is final.
    private func draft(
        _ deviceTree: DeviceTree, _ request: Request, hasReport: Bool
    ) throws(Failure) -> PlanningInputs.DeviceTreeDraft {
        let edits = deviceTree.kexecEdits(
            commandLine: request.commandLine, initrd: initrd.map { _ in (start: 0, end: 0) },
            seeds: request.seeds, hasReport: hasReport, isLive: options.takesLiveTree)
        let changes = deviceTree.changes(by: edits, isLive: options.takesLiveTree)
        let edited = try explaining(machine.treePath) { try deviceTree.edited(by: changes) }
        guard let slots = edited.runtimeSlots(of: edits) else {
            throw Failure("\(machine.treePath): what was set in it can't be found again")
        }
        let size = UInt64(edited.bytes.count)
        let room = options.takesLiveTree ? Plan.liveTreeRoom(for: max(size, set?.largestTree ?? 0)) : 0
        return .init(changes: changes, size: size, room: room, runtimeSlots: slots)
    }
}

extension DeviceTree {
    /// Its command line, but BOOT_IMAGE=, which names the kernel that runs; to the byte where there is none.
    var reusedCommandLine: String? {
        bootArguments.map { line in
            line.contains("BOOT_IMAGE") ? ReusedCommandLine.text(line, for: .normal) : line
        }
    }
}

extension DeviceTree {
    /// What a plan with these edits changes in this tree, and says of it.
    func changes(by edits: [DeviceTreeEdit], isLive: Bool) -> DeviceTreePlan {
        DeviceTreePlan(
            edits: edits, removedReservations: staleReservations, uefi: uefiPointers, isLive: isLive)
    }
}

extension DeviceTreeIdentity {
    /// What tells the machine with this tree from others.
    init(of tree: DeviceTree) {
        let sha256 = tree.identityBytes.withUnsafeBytes { SHA256Digest(hashing: $0) }
        self.init(compatible: tree.compatible, sha256: sha256)
    }
}

extension ConsoleArgument? {
    /// Where purgatory prints on a machine.
    /// - Parameter path: what messages call the file with the tree.
    func console(_ deviceTree: DeviceTree, of path: String) throws(Failure) -> Console? {
        switch self {
        case nil: return deviceTree.stdoutPath
        case .silent: return nil
        case .console(let console): return console
        case .address(let address, let kind):
            let port = deviceTree.serialPorts.first { $0.console.address == address }
            return port?.console ?? Console(kind: kind, address: address)
        case .name(let name):
            let ports = deviceTree.serialPorts
            guard let port = ports.first(where: { $0.name == name }) else {
                throw Failure("\(path): \(Messages.text(noPort: name, among: ports))")
            }
            return port.console
        case .fromDeviceTree:
            guard let console = deviceTree.stdoutPath else {
                throw Failure(
                    "\(path): has no /chosen/stdout-path that leads to a UART that purgatory can drive")
            }
            return console
        }
    }

    /// Who says where purgatory prints.
    fileprivate var source: ConsoleSource {
        switch self {
        case nil: .unasked
        case .silent, .console, .address: .given
        case .fromDeviceTree: .stdoutPath
        case .name(let name): .port(name)
        }
    }
}
