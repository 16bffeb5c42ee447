extension PlanComparison {
    /// In what two plans for kexec_file_load differ.
    static func differences(_ old: FileLoadPlan, _ new: FileLoadPlan) -> [PlanDifference] {
        let flags = ListComparison(old.request.flags, new.request.flags, by: \.self)
        // One list at a time: all of them in one expression are too many for the compiler.
        var found: [PlanDifference] = []
        func add(_ difference: PlanDifference?) {
            if let difference { found.append(difference) }
        }
        add(Change(from: old.architecture, to: new.architecture).map(PlanDifference.architecture))
        add(Change(from: old.type, to: new.type).map(PlanDifference.type))
        found += inputs(old.inputs, new.inputs)
        let (oldLine, newLine) = (old.request.commandLine, new.request.commandLine)
        add(Change<String>(from: oldLine, to: newLine).map(PlanDifference.commandLine))
        found += list(flags, .flags) { .flag($0) }
        add(Change(from: old.request.files, to: new.request.files).map(PlanDifference.filePassing))
        add(kernel(old.kernel, new.kernel))
        if !Set(old.leftToKernel).symmetricDifference(new.leftToKernel).isEmpty {
            // A kernel for x86 gets boot parameters in its place, which are among them.
            found += decisions(old.leftToKernel, new.leftToKernel).filter { difference in
                if case .decision(.deviceTree, _) = difference { false } else { true }
            }
        }
        let verifier = Change<Verifier>(from: .ofKernel(old.purgatory), to: .ofKernel(new.purgatory))
        add(verifier.map(PlanDifference.verifier))
        return found
    }

    /// In what a plan for kexec_load differs from one for kexec_file_load: by their nature, and in what both have. The
    /// kernel and the initrd that are loaded, and the command line, are compared; all else has no counterpart.
    ///
    /// - Parameter isBack: whether the plan for kexec_file_load is the old one.
    static func kinds(_ plan: Plan, _ files: FileLoadPlan, isBack: Bool) -> [PlanDifference] {
        func change<Value>(_ ofPlan: Value?, _ ofFiles: Value?) -> Change<Value>? {
            isBack ? Change(from: ofFiles, to: ofPlan) : Change(from: ofPlan, to: ofFiles)
        }
        let both: [InputRole] = [.kernel, .initrd]
        let planned = plan.inputs.filter { both.contains($0.role) }
        let commandLine =
            isBack
            ? Change(from: files.request.commandLine, to: plan.request.commandLine)
            : Change(from: plan.request.commandLine, to: files.request.commandLine)
        let kernel = FileLoadKernel.arm64(plan.kernel)
        let reasons = files.leftToKernel.filter(\.isPlanned)
        var found: [PlanDifference] = []
        func add(_ difference: PlanDifference?) {
            if let difference { found.append(difference) }
        }
        add(change(Plan.method, FileLoadPlan.method).map(PlanDifference.method))
        add(change(Plan.architecture, files.architecture).map(PlanDifference.architecture))
        add(change(Plan.type, files.type).map(PlanDifference.type))
        found += isBack ? inputs(files.inputs, planned) : inputs(planned, files.inputs)
        add(commandLine.map(PlanDifference.commandLine))
        add(isBack ? self.kernel(files.kernel, kernel) : self.kernel(kernel, files.kernel))
        for flag in files.request.flags {
            found.append(.flag(isBack ? Change(old: flag, new: nil) : Change(old: nil, new: flag)))
        }
        let decided = isBack ? decisions(files.leftToKernel, []) : decisions([], files.leftToKernel)
        found += decided.filter { difference in
            guard case .decision(let decision, _) = difference else { return true }
            return reasons.contains(decision)
        }
        let verifier: Change<Verifier>? = change(.ofPlan(plan.purgatory.contract), .ofKernel(files.purgatory))
        add(verifier.map(PlanDifference.verifier))
        for part in plan.partsWithoutCounterpart { found.append(.withoutCounterpart(part)) }
        return found
    }

    private static func kernel(_ old: FileLoadKernel, _ new: FileLoadKernel) -> PlanDifference? {
        if case .arm64(let old) = old, case .arm64(let new) = new {
            return Change(from: old, to: new).map(PlanDifference.kernelHeader)
        }
        return Change(from: old, to: new).map(PlanDifference.fileLoadKernel)
    }

    /// What the running kernel decides in one of two plans alone.
    private static func decisions(_ old: [KernelDecision], _ new: [KernelDecision]) -> [PlanDifference] {
        KernelDecision.allCases.compactMap { decision in
            let change = Change<Decider>(
                from: old.contains(decision) ? .kernel : .plan, to: new.contains(decision) ? .kernel : .plan)
            return change.map { .decision(decision, $0) }
        }
    }
}

extension KernelDecision {
    /// Whether it is one that a plan for kexec_load makes itself.
    fileprivate var isPlanned: Bool {
        switch self {
        case .layout, .deviceTree, .seeds: true
        case .bootParameters, .elfCoreHeader: false
        }
    }
}

extension Plan {
    /// What it has that a plan for kexec_file_load can't say: the call ignores it, or takes no such thing.
    fileprivate var partsWithoutCounterpart: [PlanPart] {
        PlanPart.allCases.filter { part in
            switch part {
            case .console: request.console != nil
            case .memoryWindow: request.memoryWindow != nil
            case .pageTables: pageTables != nil
            case .deviceTreeInput, .memoryMap, .purgatoryInput: true
            }
        }
    }
}
