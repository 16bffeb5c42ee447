import KexecPlan

/// A plan made again from what it records as asked for, with its inputs as they are now.
struct Remake {
    private let old: PlanFile<AnyPlan>
    private let files: [InputRole: InputFile]
    /// The inputs that are other files by now, or another purgatory of kplan's own: which, with both digests.
    let changes: [String]

    /// Finds the inputs; one that isn't there at all is an error.
    init(of file: PlanFile<AnyPlan>, _ places: InputPlaces) throws(Failure) {
        old = file
        var files: [InputRole: InputFile] = [:]
        var changes: [String] = []
        for input in file.plan.inputs {
            let found = try places.file(input, .mapping)
            do throws(Failure) { try Reproduction.check(found, against: input, of: file) } catch {
                changes.append(error.text)
            }
            // Its name is the plan's, wherever it was found.
            files[input.role] = found.named(input.name)
        }
        self.files = files
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
        guard let kernel = files[.kernel], let purgatory = files[.purgatory],
            let machine = try MachineInputs(files)
        else { throw Failure("\(old.path): names no kernel, no device tree or no purgatory") }
        return try Make(
            kernel: kernel, initrd: files[.initrd], machine: machine, purgatory: purgatory,
            options: Make.Options(recordedIn: plan, pageSize: plan.machine.pageSize)
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
            pageSize: pageSize, seeds: request.seeds, memoryWindow: request.memoryWindow)
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
