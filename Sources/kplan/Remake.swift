import KexecPlan

/// A plan made again from what it records as asked for, with its inputs as they are now.
struct Remake {
    private let old: PlanFile<AnyPlan>
    private let files: [InputRole: InputFile]
    /// The captures of several machines, where they were found.
    private let captures: [MachineSet.Capture]
    /// The inputs that are other files by now, or another purgatory of kplan's own: which, with both digests.
    let changes: [String]

    /// Finds the inputs; one that isn't there at all is an error.
    init(of file: PlanFile<AnyPlan>, _ places: InputPlaces) throws(Failure) {
        old = file
        var files: [InputRole: InputFile] = [:]
        var changes: [String] = []
        var captures: [MachineSet.Capture] = []
        let machines = file.plan.inputs.count { $0.role == .machine }
        for input in file.plan.inputs {
            let found = try places.file(input, .mapping)
            do throws(Failure) { try Reproduction.check(found, against: input, of: file) } catch {
                changes.append(error.text)
            }
            // Its name is the plan's, wherever it was found.
            if input.role == .machine, machines > 1 {
                // Read again one by one: ten thousand are not kept open.
                captures.append(.init(found.path, named: input.name))
            } else {
                files[input.role] = found.named(input.name)
            }
        }
        self.files = files
        self.captures = captures
        self.changes = changes
    }

    /// The plan that these inputs come to now.
    /// - Throws: where they come to none: the answer is no where that is another file's fault.
    func plan() throws(Failure) -> AnyPlan {
        do throws(Failure) {
            return switch old.plan {
            case .kexecLoad(let plan): .kexecLoad(try make(plan))
            case .kexecFileLoad(let plan): .kexecFileLoad(try make(plan))
            }
        } catch {
            throw Failure(error.text, status: changes.isEmpty ? .failed : .no)
        }
    }

    private func make(_ plan: Plan) throws(Failure) -> Plan {
        guard let kernel = files[.kernel], let purgatory = files[.purgatory] else {
            throw Failure("\(old.path): names no kernel or no purgatory")
        }
        let options = Make.Options(recordedIn: plan, pageSize: plan.machine.pageSize)
        let set = try MachineSet.several(captures, kernel: kernel, dtb: files[.dtb], options)
        var files = files
        if set == nil, let one = captures.first {
            files[.machine] = try InputFile.mapping(one.path, as: .machine).named(one.name)
        }
        guard let machine = if let set { try set.first } else { try MachineInputs(files) } else {
            throw Failure("\(old.path): names no device tree")
        }
        return try Make(
            kernel: kernel, initrd: files[.initrd], machine: machine, set: set, purgatory: purgatory,
            options: options
        ).plan()
    }

    private func make(_ plan: FileLoadPlan) throws(Failure) -> FileLoadPlan {
        guard let kernel = files[.kernel] else { throw Failure("\(old.path): names no kernel") }
        return try MakeFileLoad(
            kernel: kernel, initrd: files[.initrd], type: plan.type, request: plan.request
        ).plan()
    }
}

extension Make.Options {
    /// What a plan records as asked for.
    /// - Parameter pageSize: what segments are multiples of now.
    init(recordedIn plan: Plan, pageSize: UInt64) {
        let request = plan.request
        self.init(
            commandLine: request.givenCommandLine, reusesCommandLine: request.reusedCommandLine != nil,
            console: request.consoleArgument, granule: request.granule, allowsMMUOff: request.allowsMMUOff,
            pageSize: pageSize, seeds: request.seeds,
            memoryWindow: request.memoryWindow, takesLiveTree: plan.deviceTree.isLive)
    }
}

extension Request {
    /// What was said of where purgatory prints; nil where nothing was.
    var consoleArgument: ConsoleArgument? {
        switch consoleSource {
        case .given: console.map { .console($0) } ?? .silent
        case .unasked: nil
        case .stdoutPath: .fromDeviceTree
        case .port(let name): .name(name)
        }
    }

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
