import BootInputs
import Executor
import KexecPlan

/// A plan's files as the kernel gets them: each is the input that the plan records.
struct FileLoading {
    /// What the kernel is called with.
    let call: FileLoadCall
    /// Whether the kernel's file has a signature, valid or not.
    let isSigned: Bool
    private let plan: FileLoadPlan
    private let files: [InputFile]

    /// Opens the files, or makes sealed copies of them, as the plan says, and checks them. The plan breaks no rule.
    /// - Parameters:
    ///   - given: the plan's inputs, where they were opened already, as it says.
    ///   - debug: whether the kernel is to print what it decides.
    init(
        of file: PlanFile<FileLoadPlan>, _ options: InputOptions, _ given: [InputRole: InputFile]? = nil,
        debug: Bool
    ) throws(Failure) {
        plan = file.plan
        var files: [InputFile] = []
        let places = options.places(of: file)
        for input in plan.inputs {
            let found: InputFile
            if let opened = given?[input.role] {
                found = opened
            } else {
                found = try places.file(input, .loading(plan.request.files))
            }
            try Reproduction.check(found, against: input, of: file)
            if input.role == .kernel { try found.checkHeader(file) }
            files.append(found)
        }
        self.files = files
        guard let kernel = files.first(where: { $0.input.role == .kernel }), let kernelFile = kernel.loadFile
        else { preconditionFailure("a plan that breaks no rule has a kernel") }
        isSigned = FileLoadKernel.isSigned(prefix: kernel.prefix(FileLoadKernel.prefixSize))
        call = FileLoadCall(
            kernel: kernelFile, initrd: files.first { $0.input.role == .initrd }?.loadFile,
            commandLine: plan.request.commandLine, flags: FileLoadFlags(plan, debug: debug))
    }

    /// What the kernel is called with, a line each.
    var text: String {
        var lines = ["kexec_file_load"]
        for file in files {
            let input = file.input
            lines.append(
                "  \(input.role.rawValue.padded(to: 12)) \(file.path)  \(input.size) bytes, SHA-256 \(input.sha256.hex)"
            )
        }
        lines.append("  \("files".padded(to: 12)) \(Messages.text(plan.request.files))")
        lines.append("  \("command line".padded(to: 12)) \(Messages.quoted(call.commandLine))")
        lines.append("  \("flags".padded(to: 12)) \(Messages.text(call.passedFlags))")
        return lines.joined(separator: "\n")
    }
}

extension FileLoadFlags {
    /// What a plan says, and what is asked for when it is applied.
    init(_ plan: FileLoadPlan, debug: Bool) {
        self = debug ? .debug : []
        if plan.type == .crash { insert(.onCrash) }
        for flag in plan.request.flags {
            switch flag {
            case .noCMA: insert(.noCMA)
            case .forceDTB: insert(.forceDTB)
            }
        }
    }
}

extension InputFile {
    /// The file for the kernel; nil where it was not opened for that.
    fileprivate var loadFile: LoadFile? {
        switch contents {
        case .sealed(let file): .sealed(file)
        case .opened(let file, _): .original(file)
        case .mapped, .slice, .read, .builtin: nil
        }
    }
}

extension String {
    /// The text with spaces behind it, up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
