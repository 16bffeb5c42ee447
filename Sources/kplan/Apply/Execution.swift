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

    /// Jumps. Returns where systemd has taken it over: it shuts the system down first.
    func perform(_ options: ExecutionOptions) throws(Failure) {
        if let seconds = options.execDelay, seconds > 0 { try wait(seconds) }
        try explaining("is loaded, but not executed", status: .notExecuted) {
            // systemctl would load a kernel of its own choice where none is.
            try jump.check()
            guard !options.force, access(systemd, F_OK) == 0 else { return try jump.perform() }
            sync()
            try shutDown()
        }
    }

    private func shutDown() throws(Failure) {
        func failure(_ how: String) -> Failure {
            Failure("systemctl kexec \(how); --force jumps without systemd", status: .notExecuted)
        }
        let end: ProcessEnd
        do throws(SpawnError) {
            end = try run(systemctl, ["kexec"])
        } catch {
            throw failure("could not be run: \(Messages.text(errno: error.errno))")
        }
        switch end {
        case .exited(0): printError("kplan: systemd shuts this system down, and jumps then")
        case .exited(let status): throw failure("ended with status \(status)")
        case .killed(let signal): throw failure("was ended by signal \(signal)")
        }
    }

    /// Waits; fails where a signal calls it off.
    private func wait(_ seconds: UInt32) throws(Failure) {
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
            throw Failure(
                "called off by \(names[signal] ?? "signal \(signal)"): is loaded, but not executed",
                status: .notExecuted)
        }
    }
}
