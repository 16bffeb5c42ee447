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
        let files = try inputs([]) { path, role throws(Failure) in
            // Where IMA or LoadPin look at files, sealed copies have no signature and no place.
            try .opening(path, as: role)
        }
        guard let kernel = files[.kernel] else { preconditionFailure("a kernel is there") }
        let line = try commandLine
        let plan = try MakeFileLoad(
            kernel: kernel, initrd: files[.initrd], type: order.type,
            request: FileLoadRequest(commandLine: line ?? "", flags: order.flags, files: .original)
        ).plan()
        var notes = line?.isEmpty == false ? [] : [Messages.emptyCommandLine]
        if order.skipsChecks {
            notes.append(
                plan.architecture == .arm64
                    ? "--no-checks changes nothing: by kexec_file_load nothing is verified on arm64"
                    : "--no-checks changes nothing: the running kernel's own purgatory verifies")
        }
        return Made(plan: .kexecFileLoad(plan), files: files, notes: notes)
    }

    private func segments() throws(Failure) -> Made {
        guard machine.architecture == Architecture.arm64.machineName else {
            throw Failure(
                "\(order.kernel): kplan plans a kexec_load for arm64 alone, this machine is \(machine.architecture): use -s",
                status: .usage)
        }
        // Says who may not read its addresses.
        _ = try machine.memory()
        let purgatory = try InputFile.purgatory(nil)
        let capture = try InputFile.capture(of: machine)
        var files = try inputs([purgatory, capture]) { path, role throws(Failure) in
            try .reading(path, as: role)
        }
        files[.purgatory] = purgatory
        files[.machine] = capture
        guard let described = try MachineInputs(files), let kernel = files[.kernel] else {
            preconditionFailure("a kernel and a capture are there")
        }
        // As kexec-tools has it on arm64: an empty one leaves the device tree's.
        let given = try commandLine
        let line = given?.isEmpty == true && !order.reusesCommandLine ? nil : given
        let ownLine = line == nil ? try described.deviceTree().bootArguments : nil
        let make = Make(
            kernel: kernel, initrd: files[.initrd], machine: described, purgatory: purgatory,
            options: Make.Options(
                commandLine: ownLine == nil ? line ?? "" : nil, reusesCommandLine: ownLine != nil,
                console: order.console, granule: granule, allowsMMUOff: true, pageSize: 64 << 10,
                seeds: .fresh,
                memoryWindow: order.memoryWindow))
        let plan = try make.plan()
        var notes = try make.notes(on: plan)
        if ownLine != nil, let kept = plan.request.commandLine {
            notes.append("no command line is given: the device tree's is kept, \(Messages.quoted(kept))")
        } else if line?.isEmpty != false {
            notes.append(Messages.emptyCommandLine)
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

    /// Kernel, initrd and device tree, as far as there are any, under names that nothing else in the plan has.
    /// - Parameter others: what else is in the plan.
    private func inputs(
        _ others: [InputFile], _ open: (String, InputRole) throws(Failure) -> InputFile
    ) throws(Failure) -> [InputRole: InputFile] {
        var names = Set(others.map(\.input.name))
        var files: [InputRole: InputFile] = [:]
        for (role, path) in [(InputRole.kernel, order.kernel), (.initrd, order.initrd), (.dtb, order.dtb)] {
            guard let path else { continue }
            let file = try open(path, role)
            let name = file.input.name
            let isNew = names.insert(name).inserted
            files[role] = isNew ? file : file.named("\(role.rawValue) of \(name)")
            if role == .kernel { try checkKind(file) }
        }
        return files
    }

    private func checkKind(_ kernel: InputFile) throws(Failure) {
        let kind = KernelFileKind(prefix: kernel.prefix(FileLoadKernel.prefixSize))
        guard let due = order.kind, kind != due else { return }
        throw Failure("\(kernel.path): \(Messages.text(kind, insteadOf: due))", status: .no)
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
