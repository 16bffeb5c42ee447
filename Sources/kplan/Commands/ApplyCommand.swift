import ArgumentParser
import BootInputs
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
        let file = try PlanFile(plan)
        let reproduction = try Reproduction(of: file, inputs) { path, role throws(Failure) in
            try .reading(path, as: role)
        }
        try RunningMachine().check(file.plan, of: file.path)
        let request = try LoadRequest(reproduction)
        if dryRun {
            printResult(request.layout)
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
                    "\(file.path): \(Messages.text(failure))\n\(request.layout)")
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
                of: reproduction.plan, in: reproduction.segments
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

/// The machine that kplan runs on.
private struct RunningMachine {
    /// Fails where the plan does not fit: another architecture, another page size, or memory that is not free.
    func check(_ plan: Plan, of path: String) throws(Failure) {
        let memory = try explaining("/proc/iomem") {
            try MemoryMap(iomem: try MappedFile("/proc/iomem").withUnsafeBytes { Array($0) })
        }
        var moved: [String] = []
        let usable = memory.usable
        for segment in plan.segments {
            guard let range = segment.range, !usable.contains(range) else { continue }
            let taken = memory.reserved.first { $0.range.overlaps(range) }
            let why = taken.map { "is now `\($0.kind)` \($0.range)" } ?? "is not all System RAM"
            moved.append("  \(segment.role.rawValue) \(range) \(why)")
        }
        guard moved.isEmpty else {
            throw Failure(
                (["\(path): does not fit this machine any more; make it anew:"] + moved)
                    .joined(separator: "\n"), status: .no)
        }
    }
}
