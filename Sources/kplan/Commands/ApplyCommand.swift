import ArgumentParser
import Emitter
import Executor
import Files
import KexecPlan

struct ApplyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Loads a plan on the machine that it is for and, when asked, jumps.",
        discussion: """
            Checks the plan, its inputs and this machine's memory, makes the bytes, fills in what must be fresh, \
            and calls kexec_load. Needs root (CAP_SYS_BOOT). Without --exec the loaded kernel waits for \
            "systemctl kexec" or "kexec -e".
            """)

    @Argument(help: .init("The plan.", valueName: "plan"))
    var plan: String

    @OptionGroup
    var inputs: InputOptions

    @Flag(help: "Do everything but load: print what would be loaded where.")
    var dryRun = false

    @Flag(help: "Jump right after loading, without a shutdown.")
    var exec = false

    func validate() throws {
        if dryRun, exec { throw ValidationError("--dry-run and --exec exclude each other.") }
    }

    func run() throws {
        let file = try PlanFile(plan, to: "load")
        let machine = RunningMachine()
        try machine.checkKind(file.plan, of: file.path)
        let reproduction = try Reproduction(of: file, inputs) { path, role throws(Failure) in
            try .reading(path, as: role)
        }
        try machine.checkMemory(file.plan, of: file.path)
        let request = try LoadRequest(reproduction)
        if dryRun {
            try printResult(request.layout)
            return
        }
        // Read before the attempt: attempts count against the kernel's limits.
        let state = MachineState()
        do {
            try KexecLoad().load(request)
        } catch {
            switch error {
            case .refused(let errno):
                let failure = LoadFailure(errno: errno, request: request, state: state)
                throw Failure(
                    "\(file.path): \(Messages.text(failure))\nlayout: \(request.layout)")
            }
        }
        printError("kplan: loaded \(file.path) (plan \(file.plan.id.prefix(16)))")
        if exec {
            try explaining("\(file.path): is loaded, but not executed") { try Jump().perform() }
        }
    }
}

extension LoadRequest {
    /// The segments of a plan as they are loaded: runtime slots filled, files in this process's own memory.
    fileprivate init(_ reproduction: Reproduction) throws(Failure) {
        let filled = try explaining("runtime slots") {
            // Drawn at once: what fails must fail before anything is filled.
            let count = reproduction.plan.runtimeSlots.reduce(0) {
                $1.fill == .random ? $0 + Int(clamping: $1.length) : $0
            }
            var random = try RandomBytes.make(count: count)[...]
            return try Emitter.fillRuntimeSlots(
                of: reproduction.plan, in: reproduction.segments,
                reading: InputFile.reader(reproduction.files)
            ) { count in
                defer { random = random.dropFirst(count) }
                return Array(random.prefix(count))
            }
        }
        var segments: [LoadSegment] = []
        for segment in filled {
            segments.append(
                LoadSegment(
                    role: segment.role, address: segment.address, memorySize: segment.memorySize,
                    content: try reproduction.loadContent(of: segment)))
        }
        self.init(entry: reproduction.plan.entry, segments: segments)
    }

    /// The layout, a line a segment.
    fileprivate var layout: String {
        let lines = segments.map { segment in
            let end = segment.address.rawValue &+ segment.memorySize &- 1
            return "  \(segment.role.rawValue.padded(to: 12)) \(segment.address)–\(end.hex)  "
                + "\(segment.memorySize.humanSize), \(segment.content.count) bytes of content"
        }
        return (["entry \(entry)"] + lines).joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
