import Arm64
import BootInputs
import Files
import KexecPlan

/// Makes the plan of a kernel that is to be loaded on this machine.
struct KernelPlanning {
    let order: KernelOrder
    let machine: RunningMachine

    /// A plan with its inputs, opened as they are loaded.
    struct Made {
        let plan: AnyPlan
        let files: [InputRole: InputFile]
        let notes: [String]
    }

    func plan(by method: LoadMethod) throws(Failure) -> Made {
        switch method {
        case .kexecLoad: try segments()
        case .kexecFileLoad: try files()
        }
    }

    private func files() throws(Failure) -> Made {
        let (kernel, initrd) = try inputs { path, role throws(Failure) in
            // Signatures are of the files themselves, where IMA appraises them, and kexec-tools hands these over.
            try .loading(path, as: role, .original)
        }
        let line = try commandLine
        let plan = try MakeFileLoad(
            kernel: kernel, initrd: initrd, type: order.type,
            request: FileLoadRequest(commandLine: line ?? "", flags: order.flags, files: .original)
        ).plan()
        return Made(
            plan: .kexecFileLoad(plan), files: [.kernel: kernel, .initrd: initrd].compactMapValues(\.self),
            notes: line == nil ? ["no command line is given: the next kernel gets an empty one"] : [])
    }

    private func segments() throws(Failure) -> Made {
        guard machine.architecture == Architecture.arm64.machineName else {
            throw Failure(
                "\(order.kernel): kplan plans a kexec_load for arm64 alone, this machine is \(machine.architecture): use -s",
                status: .usage)
        }
        let (kernel, initrd) = try inputs { path, role throws(Failure) in try .reading(path, as: role) }
        // Says who may not read its addresses.
        _ = try machine.memory()
        var files: [InputRole: InputFile] = [.kernel: kernel, .purgatory: try .purgatory(nil)]
        files[.initrd] = initrd
        files[.machine] = try .capture(of: machine)
        files[.dtb] = try order.dtb.map { path throws(Failure) in try .reading(path, as: .dtb) }
        for (role, name) in [(InputRole.dtb, "dtb"), (.machine, "machine")] {
            if let file = files[role], [kernel, initrd].contains(where: { $0?.input.name == file.input.name }) {
                files[role] = file.named(name)
            }
        }
        guard let described = try MachineInputs(files), let purgatory = files[.purgatory] else {
            preconditionFailure("a capture is there")
        }
        let line = try commandLine
        let ownLine = line == nil ? try described.deviceTree().bootArguments : nil
        let make = Make(
            kernel: kernel, initrd: initrd, machine: described, purgatory: purgatory,
            options: Make.Options(
                commandLine: ownLine == nil ? line ?? "" : nil, reusesCommandLine: ownLine != nil,
                console: order.console, granule: granule, allowsMMUOff: true, pageSize: 64 << 10, seeds: .fresh,
                memoryWindow: order.memoryWindow))
        let plan = try make.plan()
        var notes = try make.notes(on: plan)
        if let ownLine {
            notes.append("no command line is given: the device tree's is kept, \(Messages.quoted(ownLine))")
        }
        if order.call == .auto, !order.onlyForSegments.isEmpty {
            notes.append("\(order.onlyForSegments.joined(separator: ", ")): for kexec_load, which is taken")
        }
        if order.skipsChecks {
            notes.append("--no-checks changes nothing: kplan's purgatory verifies what it starts")
        }
        return Made(plan: .kexecLoad(plan), files: files, notes: notes)
    }

    /// Every CPU has the granule of the kernel that it runs.
    private var granule: Granule { Granule.allCases.first { $0.size == machine.pageSize } ?? .granule4K }

    private func inputs(
        _ open: (String, InputRole) throws(Failure) -> InputFile
    ) throws(Failure) -> (kernel: InputFile, initrd: InputFile?) {
        let kernel = try open(order.kernel, .kernel)
        let kind = KernelFileKind(prefix: kernel.prefix(FileLoadKernel.prefixSize))
        if let due = order.kind, kind != due {
            throw Failure("\(kernel.path): \(Messages.text(kind, insteadOf: due))", status: .no)
        }
        guard let path = order.initrd else { return (kernel, nil) }
        let initrd = try open(path, .initrd)
        // A plan has inputs under names of their own.
        return (kernel, initrd.input.name == kernel.input.name ? initrd.named("initrd of \(initrd.input.name)") : initrd)
    }

    /// The next kernel's command line; nil where nothing is said of it.
    private var commandLine: String? {
        get throws(Failure) {
            guard order.reusesCommandLine else { return order.commandLine }
            let path = MachineFiles(root: machine.root).path("proc/cmdline")
            let bytes = try explaining(path) { try PrivateBytes(reading: path).withUnsafeBytes { Array($0) } }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw Failure("\(path): is not UTF-8: give the command line with --command-line")
            }
            let own = ReusedCommandLine.text(text, for: order.type)
            return [own, order.commandLine].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " ")
        }
    }
}

extension KernelPlanning.Made {
    /// The plan, for people.
    var drawing: String {
        let options = ShowOptions(
            width: Terminal.width ?? 100, color: false, ascii: !Terminal.isUTF8, relocations: false)
        return switch plan {
        case .kexecLoad(let content): render(content, id: plan.id, options: options)
        case .kexecFileLoad(let content): render(content, id: plan.id, options: options)
        }
    }
}
