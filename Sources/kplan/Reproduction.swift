import ArgumentParser
import Arm64
import BootInputs
import Emitter
import Files
import KexecPlan

/// Where the inputs of a plan are found again.
struct InputOptions: ParsableArguments {
    @Option(
        help: .init(
            "The folder with the plan's inputs, under their recorded names. Without it, the plan's own folder.",
            valueName: "folder"))
    var inputs: String?

    @Option(help: .init("The kernel, wherever it is.", valueName: "file"))
    var kernel: String?

    @Option(help: .init("The initial RAM disk, wherever it is.", valueName: "file"))
    var initrd: String?

    @Option(help: .init("The device tree, wherever it is.", valueName: "file"))
    var dtb: String?

    @Option(help: .init("The purgatory object, wherever it is.", valueName: "file"))
    var purgatory: String?

    func path(for input: Input, of file: PlanFile) -> String? {
        let given: String? =
            switch input.role {
            case .kernel: kernel
            case .initrd: initrd
            case .dtb: dtb
            case .purgatory: purgatory
            case .memoryMap: nil
            }
        if let given { return given }
        if input.role == .purgatory, input.name == InputFile.builtinPurgatory { return nil }
        return "\(inputs ?? file.folder)/\(input.name)"
    }
}

/// A plan's bytes, made again from its inputs: every input has the digest that the plan records, and so has
/// every segment.
struct Reproduction {
    let plan: Plan
    let segments: [EmittedSegment]
    private let files: [InputRole: InputFile]

    /// - Parameter open: opens an input's file, mapped or read.
    init(
        of file: PlanFile, _ options: InputOptions,
        open: (String, InputRole) throws(Failure) -> InputFile
    ) throws(Failure) {
        plan = file.plan
        try plan.checkRules("\(file.path): breaks the rules")
        var files: [InputRole: InputFile] = [:]
        // The memory map is in the plan; its file is not needed again.
        for input in plan.inputs where input.role != .memoryMap {
            let path = options.path(for: input, of: file)
            let found = try path.map { path throws(Failure) in try open(path, input.role) } ?? .purgatory(nil)
            try Self.check(found, against: input, of: file)
            files[input.role] = found
        }
        self.files = files
        segments = try Self.emit(plan, files: files, path: file.path)
        for segment in segments where plan.segment(segment.role)?.sha256 != segment.sha256 {
            throw Failure(
                """
                \(file.path): the \(segment.role.rawValue) segment comes out with SHA-256 \(segment.sha256.hex), \
                but the plan says \(plan.segment(segment.role)?.sha256.hex ?? "nothing"): the plan was edited, or \
                made by another version of kplan. Make it anew.
                """, status: .no)
        }
    }

    /// The bytes of an input.
    func withUnsafeBytes<Result, E: Error>(
        of role: InputRole, _ body: (UnsafeRawBufferPointer) throws(E) -> Result
    ) throws(E) -> Result? {
        try files[role]?.withUnsafeBytes(body)
    }

    private static func check(
        _ found: InputFile, against input: Input, of file: PlanFile
    ) throws(Failure) {
        guard found.input.size != input.size || found.input.sha256 != input.sha256 else { return }
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

    private static func emit(
        _ plan: Plan, files: [InputRole: InputFile], path: String
    ) throws(Failure) -> [EmittedSegment] {
        guard let dtb = files[.dtb], let purgatory = files[.purgatory] else {
            throw Failure("\(path): names no device tree or no purgatory")
        }
        let deviceTree = try explaining(dtb.path) {
            try DeviceTree(try dtb.bytes()).edited(by: plan.deviceTree.edits)
        }
        let object = try explaining(purgatory.path) {
            try RelocatableObject(elf: try purgatory.bytes())
        }
        return try explaining(path) {
            try Emitter.emit(
                plan, from: Emitter.Sources(deviceTree: deviceTree.bytes, purgatory: object))
        }
    }
}
