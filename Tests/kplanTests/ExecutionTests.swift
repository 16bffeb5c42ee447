import Foundation
import TestSupport
import Testing

@testable import Executor
@testable import kplan

@Suite struct ExecutionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for path in ["root/sys/kernel", "systemd"] {
            try FileManager.default.createDirectory(
                atPath: folder / path, withIntermediateDirectories: true)
        }
        try folder.write(Array("1\n".utf8), "root/sys/kernel/kexec_loaded")
    }

    private func execution(systemd: String = "systemd", jumps: @escaping () -> Void = {}) -> Execution {
        Execution(
            systemd: folder / systemd, systemctl: folder / "systemctl",
            jump: Jump(root: folder / "root", synchronize: {}) {
                jumps()
                return EPERM
            })
    }

    private func options(_ arguments: String...) throws -> ExecutionOptions {
        try ExecutionOptions.parse(["--exec"] + arguments)
    }

    private func writeSystemctl(_ script: String) throws {
        try Toolchain.writeProgram(script, folder / "systemctl")
    }

    @Test("Where systemd runs, it is asked, and nothing jumps beside it")
    func systemd() throws {
        try writeSystemctl("echo \"$@\" > '\(folder / "asked")'")
        try execution { Issue.record("it jumped") }.perform(try options(), of: "p")
        #expect(try folder.read("asked") == Array("kexec\n".utf8))
        for (script, how) in [("exit 5", "ended with status 5"), ("kill -9 $$", "was ended by signal 9")] {
            try writeSystemctl(script)
            #expect(
                throws: Failure(
                    "p: is loaded, but not executed: systemctl kexec \(how); --force jumps without systemd",
                    status: .notExecuted)
            ) { try execution { Issue.record("it jumped") }.perform(try options(), of: "p") }
        }
        try FileManager.default.removeItem(atPath: folder / "systemctl")
        #expect(
            throws: Failure(
                """
                p: is loaded, but not executed: systemctl kexec could not be run: No such file or directory (ENOENT); --force jumps without systemd
                """, status: .notExecuted)
        ) { try execution { Issue.record("it jumped") }.perform(try options(), of: "p") }
    }

    @Test(
        "Without systemd, and by force, it jumps itself", arguments: [("none", []), ("systemd", ["--force"])])
    func direct(systemd: String, more: [String]) throws {
        try writeSystemctl("echo asked > '\(folder / "asked")'")
        var jumps = 0
        #expect(
            throws: Failure(
                "p: is loaded, but not executed: reboot failed: Operation not permitted (EPERM)",
                status: .notExecuted)
        ) {
            try execution(systemd: systemd) { jumps += 1 }.perform(
                try ExecutionOptions.parse(["--exec"] + more), of: "p")
        }
        #expect(jumps == 1 && !folder.names.contains("asked"))
    }

    @Test("systemd would load a kernel of its own where none is: it isn't asked")
    func nothingLoaded() throws {
        try folder.write(Array("0\n".utf8), "root/sys/kernel/kexec_loaded")
        try writeSystemctl("echo asked > '\(folder / "asked")'")
        #expect(throws: Failure.self) { try execution().perform(try options(), of: "p") }
        #expect(!folder.names.contains("asked"))
    }

    @Test func delay() throws {
        var jumped: ContinuousClock.Instant?
        let begin = ContinuousClock.now
        #expect(throws: Failure.self) {
            try execution(systemd: "none") { jumped = .now }.perform(
                try options("--exec-delay", "1"), of: "p")
        }
        #expect(try #require(jumped) - begin >= .seconds(1))
    }

    @Test("A signal calls it off, and the message says what is loaded")
    func calledOff() throws {
        // For this thread alone: it is pending when the wait begins.
        var signals = sigset_t()
        var previous = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGHUP)
        pthread_sigmask(SIG_BLOCK, &signals, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        pthread_kill(pthread_self(), SIGHUP)
        #expect(
            throws: Failure("p: is loaded, but not executed: called off by SIGHUP", status: .notExecuted)
        ) {
            try execution { Issue.record("it jumped") }.perform(
                try options("--exec-delay", "60"), of: "p")
        }
    }

    @Test(arguments: [
        (["--force"], "--force goes with --exec."),
        (["--exec-delay", "3"], "--exec-delay goes with --exec."),
    ])
    func wrongUsage(arguments: [String], text: String) throws {
        let result = try Kplan.run(["apply", "plan.json"] + arguments)
        #expect(result.status == 64 && result.errors.hasPrefix("kplan: \(text)\n"))
    }
}
