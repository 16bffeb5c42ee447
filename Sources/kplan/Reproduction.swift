import ArgumentParser
import Arm64
import BootInputs
import Emitter
import Executor
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
        guard let machine else { return nil }
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
}

/// A plan's bytes, made again from its inputs: every input has the digest that the plan records, and so has
/// every segment.
struct Reproduction {
    let plan: Plan
    let segments: [EmittedSegment]
    /// The input files, by role.
    let files: [InputRole: InputFile]

    /// - Parameter opening: how an input's file is opened.
    init(
        of file: PlanFile<Plan>, _ options: InputOptions, open opening: InputOpening
    ) throws(Failure) {
        try options.checkTaken(by: file)
        try file.checkRules()
        if let tree = try options.standIn(for: file.plan) {
            try self.init(of: file, options, tree: tree, open: opening)
            return
        }
        var files: [InputRole: InputFile] = [:]
        let places = options.places(of: file)
        // The memory map is in the plan; its file is not needed again.
        for input in file.plan.neededInputs {
            let found = try places.file(input, opening)
            try Self.check(found, against: input, of: file)
            files[input.role] = found
        }
        try self.init(of: file, files: files)
    }

    /// A plan with a live device tree, with a machine's: an ordinary plan, whose digests are those that come out.
    /// - Parameter tree: the device tree, or a capture that has it.
    init(
        of file: PlanFile<Plan>, _ options: InputOptions, tree: InputFile, open opening: InputOpening
    ) throws(Failure) {
        try options.checkTaken(by: file)
        try file.checkRules()
        var files = [tree.input.role: tree]
        let places = options.places(of: file)
        for input in file.plan.neededInputs where input.role != .machine {
            let found = try places.file(input, opening)
            try Self.check(found, against: input, of: file)
            files[input.role] = found
        }
        guard let machine = try MachineInputs(files), let purgatory = files[.purgatory] else {
            throw Failure("\(file.path): names no purgatory")
        }
        let object = try explaining(purgatory.path) { try RelocatableObject(elf: try purgatory.bytes()) }
        let settled = try LiveTree(try machine.deviceTree(), in: file.plan, path: machine.treePath)
            .settled(object) { plan throws(Failure) in
                try Self.emit(plan, files: files, path: file.path)
            }
        try settled.plan.checkRules(
            "\(file.path): with the device tree of \(machine.treePath) it breaks rules")
        plan = settled.plan
        segments = settled.segments
        self.files = files
        // What the tree doesn't change is as the plan says.
        for segment in segments where ![.dtb, .purgatory].contains(segment.role) {
            guard let difference = Self.difference(segment, from: file.plan) else { continue }
            throw Failure("\(file.path): \(difference)", status: .no)
        }
    }

    /// Whose device tree stands for that of the machine; nil where the plan takes no live one.
    var standInNote: String? {
        guard plan.deviceTree.isLive, let file = files[.dtb] ?? files[.machine] else { return nil }
        return Messages.text(standIn: file.path)
    }

    /// - Parameter files: the plan's inputs: those that it records.
    init(of file: PlanFile<Plan>, files: [InputRole: InputFile]) throws(Failure) {
        plan = file.plan
        self.files = files
        segments = try Self.emit(plan, files: files, path: file.path)
        for segment in segments {
            guard let difference = Self.difference(segment, from: plan) else { continue }
            throw Failure("\(file.path): \(difference)", status: .no)
        }
    }

    /// Why a segment that was made again is not the plan's; nil where it is.
    static func difference(_ segment: EmittedSegment, from plan: Plan) -> String? {
        let planned = plan.segment(segment.role)?.sha256
        guard planned != segment.sha256 else { return nil }
        return """
            the \(segment.role.rawValue) segment comes out with SHA-256 \(segment.sha256.hex), but the plan says \
            \(planned?.hex ?? "nothing"): the plan was edited, or made by another version of kplan. Make it anew.
            """
    }

    /// What is loaded of a segment: generated bytes, or the file that was read into this process's own memory.
    func loadContent(of segment: EmittedSegment) throws(Failure) -> LoadSegment.Content {
        switch segment.content {
        case .bytes(let bytes): return .made(bytes)
        case .input(let role):
            guard case .read(let bytes)? = files[role]?.contents else {
                preconditionFailure("apply reads its inputs into private memory")
            }
            return .file(bytes)
        }
    }

    /// Fails where a file is not the input that the plan records.
    static func check<Content>(
        _ found: InputFile, against input: Input, of file: PlanFile<Content>
    ) throws(Failure) {
        guard !found.input.hasContent(of: input) else { return }
        let advice =
            input.role == .purgatory && input.name == InputFile.builtinPurgatory
            ? "The plan was made by a kplan with another purgatory: make it anew with this one."
            : "Make the plan anew, or give the file that it was made from."
        throw Failure(
            """
            \(found.path): is not the \(input.role.rawValue) that \(file.path) was made from: \
            \(found.input.size) bytes with SHA-256 \(found.input.sha256.hex), planned were \
            \(input.size) bytes with \(input.sha256.hex). \(advice)
            """, status: .no)
    }

    /// The plan's segments, made from its inputs. The initrd is not needed for that: its digest is in the plan.
    static func emit(
        _ plan: Plan, files: [InputRole: InputFile], path: String
    ) throws(Failure) -> [EmittedSegment] {
        guard let machine = try MachineInputs(files), let purgatory = files[.purgatory],
            let kernel = files[.kernel]
        else {
            throw Failure("\(path): names no kernel, no device tree or no purgatory")
        }
        let image = try explaining(kernel.path) {
            try KernelImage(prefix: kernel.prefix(KernelImage.prefixSize), fileSize: kernel.input.size)
        }
        guard image == plan.kernel else {
            throw Failure(
                "\(path): its `kernel` is not what \(kernel.path) says in its header: it was edited. Make it anew.",
                status: .no)
        }
        let original = try machine.deviceTree()
        guard original.uefiPointers == plan.deviceTree.uefi else {
            throw Failure(
                """
                \(path): its device_tree.uefi is not what \(machine.treePath) says in /chosen: it was edited. Make it \
                anew.
                """, status: .no)
        }
        let known = original.reservations
        if let unknown = plan.deviceTree.removedReservations.first(where: { !known.contains($0) }) {
            throw Failure(
                """
                \(path): its device_tree.removed_reservations have \(unknown), which \(machine.treePath) doesn't reserve: it \
                was edited. Make it anew.
                """, status: .no)
        }
        let deviceTree = try explaining(machine.treePath) { try original.edited(by: plan.deviceTree) }
        guard
            plan.runtimeSlots.filter(\.isProperty)
                == deviceTree.runtimeSlots(of: plan.deviceTree.edits)
        else {
            throw Failure(
                """
                \(path): its runtime_slots are not where the device tree has the properties that are filled on \
                the machine: it was edited. Make it anew.
                """, status: .no)
        }
        let object = try explaining(purgatory.path) {
            try RelocatableObject(elf: try purgatory.bytes())
        }
        // The inputs are those of the plan: what is wrong is the plan.
        return try explaining(path, status: .no) {
            try Emitter.emit(
                plan, from: Emitter.Sources(deviceTree: deviceTree.bytes, purgatory: object),
                reading: InputFile.reader(files))
        }
    }
}
