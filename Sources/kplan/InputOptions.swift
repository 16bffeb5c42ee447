import ArgumentParser
import Files
import KexecPlan

/// Where the inputs of a plan are found again.
struct InputOptions: ParsableArguments {
    @Option(
        help: .init(
            """
            The folder with the plan's inputs, under their recorded names or others: what has no such name is found by its \
            SHA-256. Without it, the plan's own folder.
            """, valueName: "folder"), completion: .directory)
    var inputs: String?

    @Option(help: .init("The kernel, wherever it is.", valueName: "file"), completion: .file())
    var kernel: String?

    @Option(help: .init("The initial RAM disk, wherever it is.", valueName: "file"), completion: .file())
    var initrd: String?

    @Option(help: .init("The device tree, wherever it is.", valueName: "file"), completion: .file())
    var dtb: String?

    @Option(
        help: .init(
            "The capture, wherever it is; of several machines, the folder that has them.", valueName: "file"),
        completion: .file())
    var machine: String?

    @Option(help: .init("The purgatory object, wherever it is.", valueName: "file"), completion: .file())
    var purgatory: String?

    /// True where none is given.
    var isEmpty: Bool { [inputs, kernel, initrd, dtb, machine, purgatory].allSatisfy { $0 == nil } }

    /// Fails where a file is given for an input that the plan hasn't.
    func checkTaken(by file: PlanFile<Plan>) throws(Failure) {
        let roles = InputRole.allCases.filter { role in
            let isStandIn = role == .dtb && file.plan.deviceTree.isLive
            return given(role) != nil && file.plan.input(role) == nil && !isStandIn
        }
        guard let role = roles.first else { return }
        let inputs = file.plan.inputs.map(\.role.rawValue).joined(separator: ", ")
        throw Failure(
            "--\(role.rawValue): \(Messages.printable(file.path)) has no such input; it was made from \(inputs)",
            status: .usage)
    }

    /// Fails where files are given that a plan for kexec_file_load has no use for.
    /// - Parameter more: what else is given beside these options.
    func checkTaken(by file: PlanFile<AnyPlan>, and more: KeyValuePairs<String, String?>) throws(Failure) {
        let given =
            (["--dtb": dtb, "--machine": machine, "--purgatory": purgatory] as KeyValuePairs).map { ($0, $1) }
            + more
        guard let option = given.first(where: { $0.1 != nil })?.0 else { return }
        throw Failure(
            """
            \(option): \(Messages.printable(file.path)) is a plan for kexec_file_load, which takes a kernel and an initrd \
            alone
            """, status: .usage)
    }

    /// The file whose device tree stands for a live one; nil where none is given, and that of the plan's first machine does.
    func standIn(for plan: Plan) throws(Failure) -> InputFile? {
        guard plan.deviceTree.isLive else { return nil }
        if let dtb { return try .mapping(dtb, as: .dtb) }
        guard let machine, !Folder.isFolder(machine) else { return nil }
        let found = try InputFile.mapping(machine, as: .machine)
        return found.input.sha256 == plan.input(.machine)?.sha256 ? nil : found
    }

    /// The path that was given for an input.
    func given(_ role: InputRole) -> String? {
        switch role {
        case .kernel: kernel
        case .initrd: initrd
        case .dtb: dtb
        case .machine: machine
        case .purgatory: purgatory
        case .memoryMap: nil
        }
    }

    /// Fails where files are given for the inputs of a bundle, which has its own.
    /// - Parameter takesTree: whether `--dtb` has another meaning.
    func checkNone<Content>(beside file: PlanFile<Content>, takesTree: Bool = false) throws(Failure) {
        guard file.bundle != nil else { return }
        let role = InputRole.allCases.first { given($0) != nil && !($0 == .dtb && takesTree) }
        guard let option = inputs != nil ? "--inputs" : role.map({ "--\($0.rawValue)" }) else { return }
        throw Failure(Messages.text(option, besideBundle: file.path), status: .usage)
    }

    /// Where the inputs of a plan are.
    /// - Parameter memoryMap: the path of the memory map; nil where none was given.
    func places<Content>(of file: PlanFile<Content>, memoryMap: String? = nil) -> InputPlaces {
        InputPlaces(in: inputs ?? file.folder, bundle: file.bundle) { role in
            role == .memoryMap ? memoryMap : given(role)
        }
    }
}
