import Arm64
import BootInputs
import Capture
import Files
import KexecPlan
import PlanJSON

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
        // What a capture of the machine says more than its memory map and its tree, another capture says again.
        let isCaptured = file.plan.input(.machine) != nil
        if !isCaptured || inputs.dtb != nil || file.plan.input(.dtb) != nil {
            files[.dtb] = try Self.tree(file, inputs, machine, allowsOtherBoard)
        } else {
            try Self.checkBoard(file, try machine.deviceTree(), allowsOtherBoard)
        }
        usesMachineTree = inputs.dtb == nil && !(isCaptured && file.plan.input(.dtb) != nil)
        // Says who may not read its addresses.
        _ = try machine.memory()
        if isCaptured {
            files[.machine] = try .capture(of: machine, name: file.plan.input(.machine)?.name)
        } else {
            let iomem = try explaining(machine.iomem) { try PrivateBytes(reading: machine.iomem) }
            files[.memoryMap] = InputFile(
                .read(iomem), role: .memoryMap, path: machine.iomem,
                name: file.plan.input(.memoryMap)?.name ?? "iomem")
        }
        guard let kernel = files[.kernel], let purgatory = files[.purgatory],
            let machineInputs = try MachineInputs(files)
        else { throw Failure("\(file.path): names no kernel or no purgatory") }
        self.files = files
        plan = try Make(
            kernel: kernel, initrd: files[.initrd], machine: machineInputs, purgatory: purgatory,
            options: Make.Options(recordedIn: file.plan, machine)
        ).plan()
    }

    private static func checkBoard(
        _ file: PlanFile<Plan>, _ running: DeviceTree, _ allowsOtherBoard: Bool
    ) throws(Failure) {
        let identity = DeviceTreeIdentity(of: running)
        if let planned = file.plan.machine.deviceTree, !allowsOtherBoard, !identity.isSameBoard(as: planned) {
            let finding = Messages.text(
                Staleness.otherBoard(planned: planned.compatible, running: identity.compatible))
            throw Failure("\(file.path): \(finding) (--allow-other-board lets it)", status: .no)
        }
    }

    /// The device tree: what is given, or the machine's own where the plan was made with it. Another tree than the
    /// machine's is a choice, which can't be made again without asking.
    private static func tree(
        _ file: PlanFile<Plan>, _ inputs: InputOptions, _ machine: RunningMachine, _ allowsOtherBoard: Bool
    ) throws(Failure) -> InputFile {
        let name = file.plan.input(.dtb)?.name ?? "fdt"
        let running = try machine.deviceTree()
        try checkBoard(file, running, allowsOtherBoard)
        if let path = inputs.dtb {
            let given = try InputFile.reading(path, as: .dtb)
            return InputFile(given.contents, role: .dtb, path: path, name: name)
        }
        if let input = file.plan.input(.dtb), file.plan.input(.machine) != nil {
            // Beside a capture, which has the machine's own, it was chosen.
            let chosen = try inputs.file(
                input, of: PlanFile(plan: AnyPlan.kexecLoad(file.plan), path: file.path),
                open: { path, role throws(Failure) in try .reading(path, as: role) })
            try Reproduction.check(chosen, against: input, of: file)
            return chosen
        }
        guard DeviceTreeIdentity(of: running) == file.plan.machine.deviceTree else {
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

extension InputFile {
    /// A machine's capture, made now.
    static func capture(of machine: RunningMachine, name: String? = nil) throws(Failure) -> InputFile {
        let root = machine.root
        let capture = try explaining("this machine can't be captured") { try MachineCapture(root: root) }
        return InputFile(
            .builtin(MachineJSON.encode(capture)), role: .machine, path: "this machine's capture",
            name: name ?? "machine.json")
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
