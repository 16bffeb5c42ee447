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
                let all = try machine.memory().avoiding(try interrupts.get().tables)
                guard plan.deviceTree.isLive else { return all }
                // What its own tree reserves, the next kernel keeps for that.
                let tree = try machine.deviceTree()
                return try explaining(machine.deviceTreePath) { try all.restricted(by: tree) }
            }
            let tree = Result { () throws(Failure) in try machine.deviceTree() }
            let given = Self.givenTree(of: file.with(plan), inputs)
            let treeFiles = TreeFiles(root: machine.root)
            checks += [
                machine.pages(of: plan), machine.granule(of: plan),
                Self.segments(of: plan, memory, try? interrupts.get()),
                Self.ram(of: plan, given, memory, tree),
                Self.board(of: plan, given, tree, treeFiles, allowsOtherBoard),
                Self.uefi(of: plan, tree, treeFiles),
            ]
            if plan.deviceTree.isLive { checks += Self.live(plan, tree, machine.deviceTreePath) }
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
            let text = "all \(plan.segments.count) segments go to System RAM that nothing reserves"
            let findings = plan.staleSegments(in: memory).map { Messages.text($0) }
            if findings.isEmpty, interrupts?.hasITS == true, interrupts?.isComplete == false,
                !plan.leavesMemoryToUEFI
            {
                return Check(
                    "memory",
                    .note(
                        "\(text); where all of the interrupt controller's tables are, the kernel's log no longer says"
                    ))
            }
            return Check("memory", ok: text, findings: findings)
        }
    }

    private static func ram(
        of plan: Plan, _ given: DeviceTree?, _ memory: Result<MemoryMap, Failure>,
        _ tree: Result<DeviceTree, Failure>
    ) -> Check {
        check("ram", memory) { memory in
            if plan.deviceTree.isLive {
                return Check("ram", .ok("the next kernel goes by this machine's own device tree"))
            }
            if plan.leavesMemoryToUEFI { return Check("ram", .ok("the next kernel asks UEFI for it")) }
            // What can't be read names no RAM.
            let described = (try? (try? tree.get())?.memory) ?? []
            let told = (try? given?.memory) ?? []
            let findings = plan.missingRAM(in: memory, described: described, told: told)
            return Check(
                "ram", ok: "what the next kernel is told of is there",
                findings: findings.map { Messages.text($0) })
        }
    }

    private static func board(
        of plan: Plan, _ given: DeviceTree?, _ tree: Result<DeviceTree, Failure>, _ treeFiles: TreeFiles,
        _ allowsOther: Bool
    ) -> Check {
        let name = "device-tree"
        let all = plan.machine.deviceTrees
        guard let first = all.first else {
            return Check(name, .skipped("the plan doesn't say which it was made for"))
        }
        if case .failure(let failure) = tree {
            let found = treeFiles.compatible
            let planned = all.first { one in found.map { one.isBoard($0) } ?? false } ?? first
            return board(named: found, failure, planned, allowsOther)
        }
        return check(name, tree) { tree in
            let running = DeviceTreeIdentity(of: tree)
            let planned =
                all.first { $0 == running } ?? all.first { $0.isSameBoard(as: running) } ?? first
            if running == planned {
                return Check(
                    name, .ok("that of \(Messages.board(running.compatible)), as when the plan was made"))
            }
            let changes = given.flatMap { Self.differences(of: $0, planned, from: tree) }
            let place = changes.map { ": \($0)" } ?? ""
            if running.isSameBoard(as: planned) {
                return Check(
                    name,
                    .note(
                        "\(Messages.board(running.compatible)) as planned, but not the tree of the plan's machine\(place)"
                    ))
            }
            let finding = Messages.text(
                Staleness.otherBoard(planned: planned.compatible, running: running.compatible))
            return allowsOther
                ? Check(name, .note("\(finding), as --allow-other-board lets it"))
                : Check(name, .no(["\(finding)\(place) (--allow-other-board lets it)"]))
        }
    }

    /// The board, where the machine's tree can't be read whole; its names, where those can.
    private static func board(
        named compatible: [String]?, _ failure: Failure, _ planned: DeviceTreeIdentity, _ allowsOther: Bool
    ) -> Check {
        let name = "device-tree"
        guard let compatible else {
            return allowsOther
                ? Check(name, .note("not compared, as --allow-other-board lets it: \(failure.text)"))
                : Check(name, .failed("\(failure.text) (--allow-other-board does without)"))
        }
        if planned.isBoard(compatible) {
            return Check(
                name,
                .note(
                    "\(Messages.board(compatible)) as planned, by /\(TreeFiles.folder); the rest is not compared: \(failure.text)"
                ))
        }
        let finding = Messages.text(Staleness.otherBoard(planned: planned.compatible, running: compatible))
        return Check(
            name,
            allowsOther
                ? .note("\(finding), as --allow-other-board lets it")
                : .no(["\(finding) (--allow-other-board lets it)"]))
    }

    /// The tree that the plan was made with, where it is at hand.
    private static func givenTree(of file: PlanFile<Plan>, _ inputs: InputOptions) -> DeviceTree? {
        let role = file.plan.input(.dtb) == nil ? InputRole.machine : .dtb
        guard let input = file.plan.input(role),
            let found = try? inputs.places(of: file).file(input, .mapping),
            found.input.sha256 == input.sha256
        else { return nil }
        return try? MachineInputs([role: found])?.deviceTree()
    }

    /// Where the plan's tree, if it is that of the plan's machine, differs from this machine's.
    private static func differences(
        of old: DeviceTree, _ planned: DeviceTreeIdentity, from tree: DeviceTree
    ) -> String? {
        guard DeviceTreeIdentity(of: old) == planned else { return nil }
        return Messages.text(old.lastingChanges(to: tree))
    }

    private static func uefi(
        of plan: Plan, _ tree: Result<DeviceTree, Failure>, _ treeFiles: TreeFiles
    ) -> Check {
        let name = "uefi"
        if plan.deviceTree.isLive {
            return Check(name, .ok("its tables are where this machine's own device tree says"))
        }
        if plan.deviceTree.uefi.isEmpty {
            return Check(name, .ok("the plan's device tree says nothing of UEFI"))
        }
        let pointers = tree.map(\.uefiPointers).flatMapError { failure in
            treeFiles.uefiPointers(plan.deviceTree.uefi.map(\.property)).map { .success($0) }
                ?? .failure(failure)
        }
        return check(name, pointers) { pointers in
            Check(
                name, ok: "its tables are where the plan's device tree says",
                findings: plan.movedUEFI(pointers).map { Messages.text($0) })
        }
    }

    /// What a machine's own device tree has to be like, to be taken for that of the plan.
    private static func live(_ plan: Plan, _ tree: Result<DeviceTree, Failure>, _ path: String) -> [Check] {
        let live = tree.flatMap { tree in
            Result { () throws(Failure) in try LiveTree(tree, in: plan, path: path) }
        }
        return [
            check("live-tree", live) { live in
                let size = UInt64(live.edited.bytes.count)
                let room = plan.segment(.dtb)?.memorySize ?? 0
                return Check(
                    "live-tree",
                    .ok("\(size.humanSize) with the plan's changes, and room for \(room.humanSize)"))
            },
            check("console", live) { live in
                do throws(Failure) {
                    try live.checkConsole()
                    return Check("console", .ok(plan.request.console?.description ?? "none"))
                } catch {
                    return Check("console", error)
                }
            },
        ]
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
