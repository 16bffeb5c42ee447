import KexecPlan
import PlanJSON
import TestSupport
import Testing

/// A folder with the inputs of a plan, and kplan run in it.
struct CommandWorkshop {
    let folder: TemporaryFolder

    /// A real kernel's header, and the device tree and memory map of a captured machine.
    init(machine: String = "2g-el1") throws {
        folder = try TemporaryFolder()
        try KernelFile.write(to: folder / "Image")
        try folder.write(Fixture.fdt(machine), "fdt")
        try folder.write(Fixture.iomem(machine), "iomem")
    }

    /// A folder with the plan `plan.json` as well.
    static func withPlan() throws -> CommandWorkshop {
        let workshop = try CommandWorkshop()
        let result = try workshop.make(["-o", "plan.json"])
        try #require(result.status == 0, "\(result.errors)")
        return workshop
    }

    func kplan(_ arguments: String...) throws -> Kplan.Result {
        try Kplan.run(arguments, in: folder, environment: ["LC_ALL": "C.UTF-8"])
    }

    /// `kplan make` from the folder's inputs.
    func make(
        _ options: [String], commandLine: [String] = ["--command-line", "quiet"]
    ) throws -> Kplan.Result {
        let inputs = ["make", "--kernel", "Image", "--dtb", "fdt", "--memory-map", "iomem"]
        return try Kplan.run(
            inputs + commandLine + options, in: folder, environment: ["LC_ALL": "C.UTF-8"])
    }

    /// The plan in the folder.
    func plan() throws -> Plan {
        guard case .kexecLoad(let plan) = try PlanJSON.decode(folder.read("plan.json")) else {
            throw OtherMethod()
        }
        return plan
    }

    /// Changes the plan in the folder, as an editor would.
    func edit(_ change: (inout Plan) throws -> Void) throws {
        var plan = try plan()
        try change(&plan)
        try folder.write(PlanJSON.encode(plan), "plan.json")
    }
}

/// Expects one message and nothing else: on standard error, with this status.
func expect(
    _ result: Kplan.Result, _ status: Int32, _ message: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(result.errors == "kplan: \(message)\n", sourceLocation: sourceLocation)
    #expect(result.status == status, sourceLocation: sourceLocation)
    #expect(result.output.isEmpty, sourceLocation: sourceLocation)
}

/// A plan is for kexec_file_load.
private struct OtherMethod: Error {}
