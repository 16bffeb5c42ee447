import Arm64
import BootInputs
import Files
import KexecPlan

/// A plan made again from what it records as asked for: the same kernel, initrd and purgatory by their digests, with the
/// memory, the page size and the device tree of a machine as it is. On the machine that it was made for, unchanged, it
/// is the very same plan.
struct Replan {
    let old: Plan
    let plan: Plan
    /// Its inputs, read into memory of this process.
    let files: [InputRole: InputFile]
    /// Whether its device tree is this machine's own, which is in no file.
    let usesMachineTree: Bool

    init(
        of file: PlanFile<Plan>, _ inputs: InputOptions, on machine: RunningMachine, allowsOtherBoard: Bool
    ) throws(Failure) {
        old = file.plan
        var files: [InputRole: InputFile] = [:]
        for input in file.plan.inputs where [.kernel, .initrd, .purgatory].contains(input.role) {
            let found = try inputs.file(
                input, of: PlanFile(plan: AnyPlan.kexecLoad(file.plan), path: file.path),
                open: { path, role throws(Failure) in try .reading(path, as: role) })
            try Reproduction.check(found, against: input, of: file)
            files[input.role] = found
        }
        let tree = try Self.tree(file, inputs, machine, allowsOtherBoard)
        files[.dtb] = tree
        usesMachineTree = inputs.dtb == nil
        self.files = files
        guard let kernel = files[.kernel], let purgatory = files[.purgatory] else {
            throw Failure("\(file.path): names no kernel or no purgatory")
        }
        let name = file.plan.input(.memoryMap)?.name ?? "iomem"
        let iomem = try explaining(machine.iomem) { try PrivateBytes(reading: machine.iomem) }
        let memoryMap = InputFile(.read(iomem), role: .memoryMap, path: machine.iomem, name: name)
        // Says who may not read its addresses.
        _ = try machine.memory()
        guard let described = try MachineInputs([.dtb: tree, .memoryMap: memoryMap]) else {
            preconditionFailure("there is a device tree")
        }
        plan = try Make(
            kernel: kernel, initrd: files[.initrd], machine: described, purgatory: purgatory,
            options: Make.Options(recordedIn: file.plan, machine)
        ).plan()
    }

    /// The device tree: what is given, or the machine's own where the plan was made with it. Another tree than the
    /// machine's is a choice, which can't be made again without asking.
    private static func tree(
        _ file: PlanFile<Plan>, _ inputs: InputOptions, _ machine: RunningMachine, _ allowsOtherBoard: Bool
    ) throws(Failure) -> InputFile {
        let name = file.plan.input(.dtb)?.name ?? "fdt"
        let running = try machine.deviceTree()
        let identity = DeviceTreeIdentity(of: running)
        if let planned = file.plan.machine.deviceTree, !allowsOtherBoard, !identity.isSameBoard(as: planned) {
            let finding = Messages.text(
                Staleness.otherBoard(planned: planned.compatible, running: identity.compatible))
            throw Failure("\(file.path): \(finding) (--allow-other-board lets it)", status: .no)
        }
        if let path = inputs.dtb {
            let given = try InputFile.reading(path, as: .dtb)
            return InputFile(given.contents, role: .dtb, path: path, name: name)
        }
        guard identity == file.plan.machine.deviceTree else {
            throw Failure(
                """
                \(file.path): was made with another device tree than this machine's; say which the new plan is to have: \
                this machine's, --dtb /sys/firmware/fdt, or the plan's, --dtb FILE
                """, status: .no)
        }
        let bytes = try explaining(machine.deviceTreePath) {
            try PrivateBytes(reading: machine.deviceTreePath)
        }
        return InputFile(.read(bytes), role: .dtb, path: machine.deviceTreePath, name: name)
    }
}

extension Make.Options {
    /// What a plan records as asked for, for a machine.
    fileprivate init(recordedIn plan: Plan, _ machine: RunningMachine) {
        let request = plan.request
        let console: ConsoleArgument? =
            switch request.consoleSource {
            case .given: request.console.map { .console($0) } ?? .silent
            case .unasked: nil
            case .stdoutPath: .fromDeviceTree
            case .port(let name): .name(name)
            }
        self.init(
            commandLine: request.givenCommandLine, reusesCommandLine: request.reusedCommandLine != nil,
            console: console, granule: request.granule, allowsMMUOff: request.allowsMMUOff,
            // Larger pages than the kernel's are as good, smaller ones it doesn't take.
            pageSize: max(plan.machine.pageSize, machine.pageSize), seeds: request.seeds,
            memoryWindow: request.memoryWindow)
    }
}

extension Request {
    /// What of the command line was given, rather than kept; nil for nothing.
    var givenCommandLine: String? {
        guard let reused = reusedCommandLine else { return commandLine }
        guard var rest = commandLine.map({ Substring($0) }), rest.utf8.starts(with: reused.utf8) else {
            return nil
        }
        rest = Substring(rest.utf8.dropFirst(reused.utf8.count))
        if rest.isEmpty { return nil }
        // `make` joins the two by a space where there is none.
        if !reused.isEmpty, !reused.hasSuffix(" "), rest.hasPrefix(" ") { rest = rest.dropFirst() }
        return String(rest)
    }
}
