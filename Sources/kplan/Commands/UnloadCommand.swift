import ArgumentParser
import Executor
import Files
import KexecPlan

struct UnloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unload",
        abstract: "Unloads what is loaded, whoever has loaded it.",
        discussion: """
            Says what was unloaded, as far as kplan has a record of it. Needs root (CAP_SYS_BOOT). Where nothing is loaded, \
            it says so, and nothing is to be done: status 0.
            """)

    @Flag(help: "The crash kernel, in place of the one that follows a reboot.")
    var crash = false

    func run() throws {
        try Self.unload(crash ? .crash : .normal)
    }

    /// Unloads what is loaded of this type, and says what it was.
    static func unload(_ type: KexecType) throws {
        let name = type == .crash ? "crash kernel" : "kernel"
        let session = try LoadSession(unloading: type)
        let origin = RuntimeFolder(root: "/").origin(type)
        switch try explaining("/", { try LoadedImages().loaded(type) }) {
        case .noKexec: throw Failure("the running kernel has no kexec: there is no \(name) to unload")
        case .known(false):
            try session.unload {}
            printError("kplan: no \(name) is loaded: nothing to do")
            return
        case .known(true), .unreadable, .malformed: break
        }
        // Read before the attempt: attempts count against the kernel's limits.
        let state = MachineState.running()
        let log = LoadLog()
        var method = LoadMethod.kexecLoad
        try session.unload { () throws(Failure) in
            do throws(UnloadError) {
                method = try Unload().perform(type)
            } catch {
                throw Failure(
                    "the \(name) is still loaded", refusing: .unload(error.method, type), with: error.errno,
                    on: state,
                    log)
            }
        }
        let what = origin.unloadedText.map { ", \($0)" } ?? ""
        printError("kplan: unloaded the \(name)\(what), by \(method.rawValue)")
        session.printNotes()
    }
}

extension LoadOrigin {
    /// `plan 24ed7bc9767a7f92 (/boot/plan.json)`; nil where that isn't known.
    fileprivate var unloadedText: String? {
        if case .plan(let plan) = self { plan.text } else { nil }
    }
}
