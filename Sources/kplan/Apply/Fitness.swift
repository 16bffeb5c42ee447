import Arm64
import BootInputs
import Executor
import Files
import KexecPlan

/// What a plan takes for granted, compared with a machine as it is: a check for each, none of which keeps the others from
/// being made.
struct Fitness {
    let checks: [Check]

    /// Only whether the machine is of the kind that the plan is for: of its architecture and, where segments go to it, with
    /// pages that they are multiples of.
    init(kindOf plan: AnyPlan, on machine: RunningMachine) {
        var checks = [machine.architecture(of: plan)]
        if case .kexecLoad(let plan) = plan { checks.append(machine.pages(of: plan)) }
        self.checks = checks
    }

    /// Only whether the machine is of the plan's architecture.
    init(architectureOf plan: AnyPlan, on machine: RunningMachine) {
        checks = [machine.architecture(of: plan)]
    }

    /// All of it.
    /// - Parameters:
    ///   - inputs: where the plan's device tree is looked for, to say where another one differs.
    ///   - allowsOtherBoard: whether the board may be another one, because it was asked for.
    init(
        of file: PlanFile<AnyPlan>, _ inputs: InputOptions, on machine: RunningMachine, allowsOtherBoard: Bool
    ) {
        var checks = [machine.architecture(of: file.plan), machine.method(of: file.plan)]
        if case .kexecLoad(let plan) = file.plan {
            let interrupts = Result { () throws(Failure) in try machine.interrupts() }
            let memory = Result { () throws(Failure) in
                // Who may not read its addresses may not read the rest either: that comes first.
                let all = try machine.memory()
                return all.avoiding(try interrupts.get().tables ?? [])
            }
            let tree = Result { () throws(Failure) in try machine.deviceTree() }
            checks += [
                machine.pages(of: plan), machine.granule(of: plan),
                Self.segments(of: plan, memory, try? interrupts.get()),
                Self.ram(of: plan, memory, tree),
                Self.board(of: PlanFile(plan: plan, path: file.path), inputs, tree, allowsOtherBoard),
                Self.uefi(of: plan, tree),
            ]
        }
        self.checks = checks
    }

    /// The findings for `apply`, which goes on only where there are none.
    func require(of path: String) throws(Failure) {
        switch checks.status {
        case .no:
            let findings = checks.filter { $0.word == "no" }
            // The same plan for another architecture takes another kernel.
            let advice =
                findings.contains { $0.name == "architecture" }
                ? "" : " as it is; make it anew, or see --replan"
            let lines = findings.flatMap(\.texts).map { "  \($0)" }
            throw Failure(
                (["\(path): does not fit this machine\(advice):"] + lines).joined(separator: "\n"),
                status: .no)
        case .failed:
            let texts = checks.filter { ["failed", "skipped"].contains($0.word) }.flatMap(\.texts)
            throw Failure("\(path): is not compared with this machine: \(texts.joined(separator: "; "))")
        case .done, .usage, .notExecuted: return
        }
    }

    private static func segments(
        of plan: Plan, _ memory: Result<MemoryMap, Failure>, _ interrupts: Interrupts?
    ) -> Check {
        check("memory", memory) { memory in
            var text = "all \(plan.segments.count) segments go to System RAM that nothing reserves"
            if interrupts?.hasITS == true, interrupts?.tables == nil, !plan.leavesMemoryToUEFI {
                text += "; where the interrupt controller's tables are, the kernel's log no longer says"
            }
            return Check(
                "memory", ok: text, findings: plan.staleSegments(in: memory).map { Messages.text($0) })
        }
    }

    private static func ram(
        of plan: Plan, _ memory: Result<MemoryMap, Failure>, _ tree: Result<DeviceTree, Failure>
    ) -> Check {
        check("ram", memory) { memory in
            if plan.leavesMemoryToUEFI { return Check("ram", .ok("the next kernel asks UEFI for it")) }
            // What can't be read names no RAM.
            let described = (try? (try? tree.get())?.memory) ?? []
            let findings = plan.missingRAM(in: memory, described: described)
            return Check(
                "ram", ok: "what the next kernel is told of is there",
                findings: findings.map { Messages.text($0) })
        }
    }

    private static func board(
        of file: PlanFile<Plan>, _ inputs: InputOptions, _ tree: Result<DeviceTree, Failure>,
        _ allowsOther: Bool
    ) -> Check {
        let name = "device-tree"
        guard let planned = file.plan.machine.deviceTree else {
            return Check(name, .skipped("the plan doesn't say which it was made for"))
        }
        return check(name, tree) { tree in
            let running = DeviceTreeIdentity(of: tree)
            if running == planned {
                return Check(
                    name, .ok("that of \(Messages.board(running.compatible)), as when the plan was made"))
            }
            let differences = differences(of: file, inputs, planned, from: tree)
            let place = differences.map { ": \($0)" } ?? ""
            if running.isSameBoard(as: planned) {
                return Check(
                    name,
                    .ok(
                        "\(Messages.board(running.compatible)) as planned, but not the tree of the plan's machine\(place)"
                    ))
            }
            let finding = Messages.text(
                Staleness.otherBoard(planned: planned.compatible, running: running.compatible))
            return allowsOther
                ? Check(name, .ok("\(finding), as --allow-other-board lets it"))
                : Check(name, .no(["\(finding)\(place) (--allow-other-board lets it)"]))
        }
    }

    /// Where the plan's tree, if it is at hand and is that of the plan's machine, differs from this machine's.
    private static func differences(
        of file: PlanFile<Plan>, _ inputs: InputOptions, _ planned: DeviceTreeIdentity, from tree: DeviceTree
    ) -> String? {
        guard let input = file.plan.input(.dtb),
            let found = try? inputs.file(
                input, of: file, open: { path, role throws(Failure) in try .mapping(path, as: role) }),
            found.input.sha256 == input.sha256, let old = try? DeviceTree(try found.bytes()),
            DeviceTreeIdentity(of: old) == planned
        else { return nil }
        return Messages.text(old.lastingChanges(to: tree))
    }

    private static func uefi(of plan: Plan, _ tree: Result<DeviceTree, Failure>) -> Check {
        let name = "uefi"
        if plan.deviceTree.uefi.isEmpty {
            return Check(name, .ok("the plan's device tree says nothing of UEFI"))
        }
        return check(name, tree) { tree in
            Check(
                name, ok: "its tables are where the plan's device tree says",
                findings: plan.movedUEFI(tree.uefiPointers).map { Messages.text($0) })
        }
    }

    /// A check of something that could be read; the failure where it could not.
    private static func check<Value>(
        _ name: String, _ value: Result<Value, Failure>, _ body: (Value) -> Check
    ) -> Check {
        switch value {
        case .success(let value): body(value)
        case .failure(let failure): Check(name, failure)
        }
    }
}
