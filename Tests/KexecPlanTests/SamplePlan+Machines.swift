import KexecPlan

extension SamplePlan {
    /// For three machines, two of whose captures have one name.
    static let machines: Plan = {
        var plan = full
        plan.inputs[3...3] = [
            Input(role: .machine, name: "machine.json", size: 0x3e80, sha256: digest(0x44)),
            Input(role: .machine, name: "b.json", size: 0x3e81, sha256: digest(0x45)),
            Input(role: .machine, name: "machine.json", size: 0x3e82, sha256: digest(0x46)),
        ]
        plan.machine.otherTrees = [
            DeviceTreeIdentity(compatible: ["vendor,other"], sha256: digest(0x98)),
            DeviceTreeIdentity(compatible: ["vendor,board"], sha256: digest(0x9a)),
        ]
        return plan
    }()
}

extension SamplePlan {
    /// For the same machines, each with its own device tree.
    static let live: Plan = {
        var plan = machines
        plan.inputs.remove(at: 2)
        plan.deviceTree.isLive = true
        return plan
    }()
}

extension BrokenPlan {
    /// A change of the sample for several machines.
    private static func machines(
        _ name: String, _ problem: Violation.Problem, change: (inout Plan) -> Void
    ) -> BrokenPlan {
        var plan = SamplePlan.machines
        change(&plan)
        return BrokenPlan(testDescription: name, plan: plan, problems: [problem])
    }

    static let machines: [BrokenPlan] = [
        .machines("machines in another order", .machineOrder("machine.json", after: "b.json")) {
            $0.inputs.swapAt(3, 4)
        },
        .machines("a machine twice", .machineOrder("again.json", after: "machine.json")) {
            $0.inputs.insert(
                Input(role: .machine, name: "again.json", size: 0x3e82, sha256: digest(0x46)), at: 6)
        },
        .machines("a kernel named as a machine", .inputNameRepeated("b.json", .machine, .purgatory)) {
            $0.inputs[6].name = "b.json"
        },
        .machines("a live tree and a given one", .inputUnneeded(.dtb, beside: .machine)) {
            $0.deviceTree.isLive = true
        },
        .machines("device trees in another order", .otherTrees) { $0.machine.otherTrees.reverse() },
        .machines("a device tree twice", .otherTrees) {
            $0.machine.otherTrees[1] = $0.machine.deviceTree ?? $0.machine.otherTrees[0]
        },
        .machines("other device trees than none", .otherTrees) { $0.machine.deviceTree = nil },
    ]
}
