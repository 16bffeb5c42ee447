import Emulation
import Files
import FoundationEssentials
import Glibc

/// `kplan-simulate`, the program with the emulator: kplan itself doesn't link that (Unicorn is GPLv2).
struct SimulatorProgram {
    static let name = "kplan-simulate"
    /// The environment variable that says where it is.
    static let variable = "KPLAN_SIMULATE"

    /// In bytes; what a run comes to is abridged, and far shorter.
    private static let longestMessage = 64 << 20

    let path: String

    /// The program at `path`.
    init(path: String) {
        self.path = path
    }

    /// Finds it: where `KPLAN_SIMULATE` says, else beside kplan, in `../libexec/kplan`, in `PATH`.
    init() throws(SimulatorError) {
        if let given = getenv(Self.variable).map({ String(cString: $0) }), !given.isEmpty {
            guard FileKind.isExecutable(given) else { throw .notFound(given: given) }
            path = given
            return
        }
        var folders: [String] = []
        if let own = Self.ownFolder { folders += [own, "\(own)/../libexec/kplan"] }
        if let search = getenv("PATH") {
            folders += String(cString: search).split(separator: ":").map(String.init)
        }
        guard let found = folders.map({ "\($0)/\(Self.name)" }).first(where: FileKind.isExecutable) else {
            throw .notFound(given: nil)
        }
        path = found
    }

    /// The folder of the running kplan.
    private static var ownFolder: String? {
        guard let own = realpath("/proc/self/exe", nil) else { return nil }
        defer { free(own) }
        let path = String(cString: own)
        return path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    /// What came of a run.
    struct Result {
        /// How it went; an error where it could not take place.
        let outcome: Swift.Result<Outcome, EmulationError>
        /// What was asked for of memory at the end.
        let memory: [[UInt8]?]
    }

    /// Runs the request to its end.
    /// - Parameters:
    ///   - onConsole: gets what purgatory prints, as soon as a line is complete.
    ///   - grace: how much longer than the request's own limit it may take: it reads files first.
    func run(
        _ request: SimulationRequest, grace: Duration = .seconds(60),
        onConsole: ([UInt8]) throws(Failure) -> Void
    ) throws -> Result {
        let deadline = ContinuousClock.now + request.limit.time + grace
        let child: ChildProcess
        do throws(ChildProcessError) {
            child = try ChildProcess(path)
        } catch {
            throw SimulatorError.notStarted(path: path, call: error.call, errno: error.errno)
        }
        child.send(try JSONEncoder().encode(request))
        var line: [UInt8] = []
        while true {
            guard let piece = child.receive(until: deadline) else {
                throw SimulatorError.timedOut(path: path, after: request.limit.time + grace)
            }
            if piece.isEmpty { break }
            var rest = piece[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let message = try message(line + rest[..<end])
                line = []
                rest = rest[(end + 1)...]
                switch message {
                case .console(let text): try onConsole(text.bytes)
                case .outcome(let outcome, let memory):
                    guard outcome.answers(request, memory: memory) else {
                        throw SimulatorError.garbled(path: path)
                    }
                    // It has nothing left to do; giving its memory back may take a moment.
                    _ = child.wait(until: min(deadline, .now + .seconds(5)))
                    return Result(outcome: .success(outcome), memory: memory.map { $0?.bytes })
                case .error(let error): return Result(outcome: .failure(error), memory: [])
                case .otherVersion: throw SimulatorError.otherVersion(path: path)
                }
            }
            line += rest
            guard line.count <= Self.longestMessage else { throw SimulatorError.garbled(path: path) }
        }
        switch child.wait(until: deadline) {
        case .killed(let signal): throw SimulatorError.killed(path: path, signal: signal)
        case .exited(let status) where status != 0: throw SimulatorError.exited(path: path, status: status)
        case .exited: throw SimulatorError.garbled(path: path)
        case nil: throw SimulatorError.timedOut(path: path, after: request.limit.time + grace)
        }
    }

    private func message(_ line: [UInt8]) throws(SimulatorError) -> SimulationMessage {
        do {
            return try JSONDecoder().decode(SimulationMessage.self, from: Data(line))
        } catch {
            throw .garbled(path: path)
        }
    }
}
