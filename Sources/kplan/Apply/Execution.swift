import ArgumentParser
import Executor
import Glibc

/// How the jump into what was loaded is made, as `apply` is asked for it.
struct ExecutionOptions: ParsableArguments {
    @Flag(
        help: """
            Jump after loading: where systemd runs, through its kexec.target, with a shutdown of all services, else at once, \
            after all files were written to their disks.
            """)
    var exec = false

    @Flag(help: "With --exec: jump at once even where systemd runs. Nothing is shut down.")
    var force = false

    @Option(
        help: .init(
            "With --exec: seconds to wait before the jump. SIGINT, SIGTERM or SIGHUP call it off.",
            valueName: "seconds"))
    var execDelay: UInt32?

    func validate() throws {
        if force, !exec { throw ValidationError("--force goes with --exec.") }
        if execDelay != nil, !exec { throw ValidationError("--exec-delay goes with --exec.") }
    }
}

/// The jump into what was loaded. Whatever stops it, what was loaded stays loaded.
struct Execution {
    /// The folder that is there where systemd is the init (sd_booted(3)).
    var systemd = "/run/systemd/system"
    /// The program that asks systemd.
    var systemctl = "systemctl"
    var jump = Jump()

    /// Fails where this process could not jump, whatever it loads.
    func check() throws(Failure) {
        try explaining("nothing is loaded, since it could not be executed") { try jump.checkNamespace() }
    }

    /// Jumps. Returns where systemd has taken it over: it shuts the system down first.
    /// - Parameter path: what messages call what is loaded.
    func perform(_ options: ExecutionOptions, of path: String) throws(Failure) {
        try explaining("\(path): is loaded, but not executed", status: .notExecuted) {
            if let seconds = options.execDelay, seconds > 0 { try wait(seconds) }
            // systemctl would load a kernel of its own choice where none is.
            try jump.check()
            guard !options.force, access(systemd, F_OK) == 0 else { return try jump.perform() }
            sync()
            try shutDown()
        }
    }

    private func shutDown() throws {
        let end: ProcessEnd
        do throws(SpawnError) {
            end = try run(systemctl, ["kexec"])
        } catch {
            throw ExecutionError.systemctlNotRun(errno: error.errno)
        }
        guard case .exited(0) = end else { throw ExecutionError.systemctlFailed(end) }
        printError("kplan: systemd shuts this system down, and jumps then")
    }

    /// Waits; fails where a signal calls it off.
    private func wait(_ seconds: UInt32) throws(ExecutionError) {
        let names = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]
        var signals = sigset_t()
        var previous = sigset_t()
        sigemptyset(&signals)
        for signal in names.keys { sigaddset(&signals, signal) }
        sigprocmask(SIG_BLOCK, &signals, &previous)
        defer { sigprocmask(SIG_SETMASK, &previous, nil) }
        printError("kplan: jumps in \(seconds) s; SIGINT, SIGTERM or SIGHUP calls it off")
        let deadline = ContinuousClock.now + .seconds(Int64(seconds))
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return }
            var time = timespec(
                tv_sec: Int(left.components.seconds),
                tv_nsec: Int(left.components.attoseconds / 1_000_000_000))
            let signal = sigtimedwait(&signals, nil, &time)
            guard signal > 0 else { continue }
            throw .calledOff(by: names[signal] ?? "signal \(signal)")
        }
    }
}

/// Why a jump that was asked for was not made.
enum ExecutionError: Error, Equatable {
    /// A signal called it off.
    case calledOff(by: String)
    /// systemctl could not be run.
    case systemctlNotRun(errno: Int32)
    /// It ended otherwise than by having asked systemd.
    case systemctlFailed(ProcessEnd)
}
