import Glibc
import Testing

@testable import Executor

struct LoadLogTests {
    private let old = "6,1,100,-;Linux version\n"
    private let new = [
        "5,339,12345678,-;Lockdown: kplan: kexec of unsigned images is restricted",
        " SUBSYSTEM=none", "30,340,12345679,-;systemd[1]: not the kernel",
        "3,341,60000000000,-,caller=T1;kexec: Can't kexec: CPUs are stuck in the kernel.", "nonsense", ";",
    ].joined(separator: "\n")

    private func append(_ text: String, _ path: String) throws {
        let file = try #require(fopen(path, "a"))
        defer { fclose(file) }
        fputs(text, file)
    }

    @Test func readsWhatCameSince() throws {
        let folder = try MachineFolder(["dev/kmsg": old])
        let log = LoadLog(root: folder.path)
        #expect(log.lines(limit: 10) == .read([], left: 0))
        try append(new, folder.path + "/dev/kmsg")
        #expect(
            log.lines(limit: 10)
                == .read(
                    [
                        "[12.345678] Lockdown: kplan: kexec of unsigned images is restricted",
                        "[60000.000000] kexec: Can't kexec: CPUs are stuck in the kernel.",
                    ], left: 0))
        #expect(log.lines(limit: 10) == .read([], left: 0))
    }

    @Test func keepsTheLastLines() throws {
        let folder = try MachineFolder(["dev/kmsg": ""])
        let log = LoadLog(root: folder.path)
        try append((0..<50).map { "6,\($0),\($0),-;line \($0)\n" }.joined(), folder.path + "/dev/kmsg")
        #expect(log.lines(limit: 2) == .read(["[0.000048] line 48", "[0.000049] line 49"], left: 48))
    }

    @Test func readsAPipeWithoutWaiting() throws {
        let folder = try MachineFolder(["dev/other": ""])
        let path = folder.path + "/dev/kmsg"
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let log = LoadLog(root: folder.path)
        #expect(log.lines(limit: 10) == .read([], left: 0))
        let writer = open(path, O_WRONLY | O_NONBLOCK)
        defer { close(writer) }
        #expect(write(writer, old, old.utf8.count) == old.utf8.count)
        #expect(log.lines(limit: 10) == .read(["[0.000100] Linux version"], left: 0))
        #expect(log.lines(limit: 10) == .read([], left: 0))
    }

    @Test func saysWhatCantBeRead() throws {
        let folder = try MachineFolder()
        #expect(
            LoadLog(root: folder.path).lines(limit: 10)
                == .unreadable(.failed(.open, path: folder.path + "/dev/kmsg", errno: ENOENT)))
    }

    @Test func settlesWhatIsBehindARefusal() throws {
        let request = LoadRequest(entry: .zero, segments: [])
        let state = try machine(["sys/kernel/security/lockdown": nil, "proc/self/status": nil])
        let without = LoadFailure(errno: EPERM, request: request, state: state)
        #expect(without.causes.map(\.certainty) == [.possible, .possible, .possible])
        let failure = LoadFailure(
            errno: EPERM, request: request, state: state,
            log: [
                "[1.000000] Lockdown: kplan: kexec of unsigned images is restricted; see man kernel_lockdown.7"
            ])
        #expect(failure.causes.map(\.reason) == [.lockedDown(mode: nil)])
        #expect(failure.causes.map(\.certainty) == [.certain])
    }
}
