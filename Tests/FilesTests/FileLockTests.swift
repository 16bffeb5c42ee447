import Foundation
import TestSupport
import Testing

@testable import Files

/// A lock is a process's: another one that holds it is a child.
@Suite struct FileLockTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func heldAndNoted() throws {
        guard case .held(let lock) = try FileLock.attempt(folder / "lock", note: "apply of plan 1") else {
            Issue.record("nobody has the lock")
            return
        }
        let note = String(decoding: try folder.read("lock"), as: UTF8.self)
        withExtendedLifetime(lock) {
            #expect(note == "\(getpid()) apply of plan 1\n")
            var status = stat()
            #expect(stat(folder / "lock", &status) == 0 && status.st_mode & 0o777 == 0o600)
        }
    }

    /// A python process takes the lock, says so, and holds it until its standard input ends.
    private static let holder = """
        import fcntl, os, sys
        file = open(sys.argv[1], "r+")
        fcntl.lockf(file, fcntl.LOCK_EX)
        if len(sys.argv) > 2: file.truncate(0); file.write(f"{os.getpid()} {sys.argv[2]}\\n"); file.flush()
        print(os.getpid(), flush=True)
        sys.stdin.read()
        """

    @Test("Who holds it is named; what it does only where the note is its own", arguments: ["a plan", nil])
    func taken(note: String?) throws {
        _ = try folder.write(Array("1 an earlier one\n".utf8), "lock")
        let holder = Process()
        let (input, output) = (Pipe(), Pipe())
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        holder.arguments =
            ["python3", "-c", Self.holder, folder / "lock"] + [note].compactMap(\.self)
        (holder.standardInput, holder.standardOutput) = (input, output)
        try holder.run()
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let process = try #require(Int32(said.split(separator: "\n").first ?? ""))
        guard case .taken(let by, let told) = try FileLock.attempt(folder / "lock", note: "mine") else {
            Issue.record("a lock that another process holds was given")
            return
        }
        #expect(by == process && told == note)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        guard case .held = try FileLock.attempt(folder / "lock", note: "mine") else {
            Issue.record("the lock did not go with its process")
            return
        }
    }

    @Test func cannotBeMade() throws {
        #expect(throws: FileError.failed(.open, path: folder / "no/lock", errno: ENOENT)) {
            _ = try FileLock.attempt(folder / "no/lock", note: "")
        }
    }

    @Test("What killed writers left goes; what they wrote stays")
    func leftovers() throws {
        try AtomicFile.write([1], to: folder / "loaded.json", mode: 0o644)
        _ = try folder.write([2], ".kplan-123")
        try AtomicFile.removeLeftovers(in: folder.path)
        #expect(folder.names == ["loaded.json"])
    }

    @Test func modeWhateverTheMaskIs() throws {
        // The usual mask, 022, would take a bit of it.
        try AtomicFile.write([1], to: folder / "loaded.json", mode: 0o622)
        var status = stat()
        #expect(stat(folder / "loaded.json", &status) == 0 && status.st_mode & 0o777 == 0o622)
    }
}
