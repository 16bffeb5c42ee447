import Foundation
import KexecPlan
import TestSupport
import Testing

@testable import kplan

/// A root that stands for a machine whose kernel takes and loses images, and where kplan may end at any moment.
@Suite struct LoadSessionTests {
    private let folder: TemporaryFolder
    private static let boot = "3e4ddcb7-a6ff-43fb-a366-e82f5c7c3b87"

    init() throws {
        folder = try TemporaryFolder()
        for path in ["run", "sys/kernel", "proc/sys/kernel/random"] {
            try FileManager.default.createDirectory(
                atPath: folder / path, withIntermediateDirectories: true)
        }
        try setLoaded(false)
        try folder.write(Array("\(Self.boot)\n".utf8), "proc/sys/kernel/random/boot_id")
    }

    private func setLoaded(_ isLoaded: Bool, _ type: KexecType = .normal) throws {
        let name = type == .crash ? "kexec_crash_loaded" : "kexec_loaded"
        try folder.write(Array((isLoaded ? "1\n" : "0\n").utf8), "sys/kernel/\(name)")
    }

    private func plan(_ number: UInt8, _ type: KexecType = .normal) throws -> LoadedPlan {
        let id = try #require(SHA256Digest(bytes: [UInt8](repeating: number, count: 32)))
        return LoadedPlan(id: id, path: "/\(number).json", method: .kexecLoad, type: type)
    }

    private func status() throws -> KexecStatus {
        var hidden: Failure?
        return try KexecStatus(root: folder.path, hidden: &hidden)
    }

    /// Loads a plan, all of it.
    private func load(_ plan: LoadedPlan) throws {
        let session = try LoadSession(plan, root: folder.path)
        try session.load { () throws(Failure) in
            try explaining("test") { try setLoaded(true, plan.type) }
        }
        #expect(session.notes.isEmpty)
    }

    @Test func loadReplaceUnload() throws {
        try load(try plan(1))
        #expect(try status().origin == .plan(try plan(1)))
        try load(try plan(2))
        #expect(try status().origin == .plan(try plan(2)))
        try load(try plan(3, .crash))
        #expect(
            try status().origin == .plan(try plan(2)) && status().crashOrigin == .plan(try plan(3, .crash)))
        try LoadSession(unloading: .normal, root: folder.path).unload { () throws(Failure) in
            try explaining("test") { try setLoaded(false) }
        }
        #expect(try status().origin == nil && status().crashOrigin == .plan(try plan(3, .crash)))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder / "run/kplan").sorted() == [
                "crash.json", "lock",
            ])
    }

    @Test("While it loads, either may be loaded; whoever dies then leaves the truth")
    func interrupted() throws {
        let (first, second) = (try plan(1), try plan(2))
        try LoadSession(first, root: folder.path).load { () throws(Failure) in
            try explaining("test") {
                // Before the call, nothing is loaded; after it, nothing but this plan.
                let before = try status().origin
                try setLoaded(true)
                let after = try status().origin
                #expect(before == nil && after == .plan(first))
            }
        }
        try LoadSession(second, root: folder.path).load { () throws(Failure) in
            try explaining("test") {
                let origin = try status().origin
                #expect(origin == .interrupted([first, second], mayBeOther: false))
            }
        }
        #expect(try status().origin == .plan(second))
    }

    @Test("What was refused changes nothing, but for a crash kernel, which goes first")
    func refused() throws {
        let refusal = Failure("no")
        #expect(throws: refusal) {
            try LoadSession(try plan(1), root: folder.path).load { () throws(Failure) in throw refusal }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder / "run/kplan") == ["lock"])
        try load(try plan(1))
        #expect(throws: refusal) {
            try LoadSession(try plan(2), root: folder.path).load { () throws(Failure) in throw refusal }
        }
        #expect(try status().origin == .plan(try plan(1)))
        try load(try plan(3, .crash))
        #expect(throws: refusal) {
            try LoadSession(try plan(4, .crash), root: folder.path).load { () throws(Failure) in
                try explaining("test") { try setLoaded(false, .crash) }
                throw refusal
            }
        }
        #expect(try status().crashOrigin == nil)
        #expect(!FileManager.default.fileExists(atPath: folder / "run/kplan/crash.json"))
    }

    @Test("What another loader has loaded is no plan of ours, in this boot and after it")
    func others() throws {
        try setLoaded(true)
        #expect(try status().origin == .unrecorded)
        try LoadSession(try plan(1), root: folder.path).load { () throws(Failure) in
            try explaining("test") {
                let (origin, first) = (try status().origin, try plan(1))
                #expect(origin == .interrupted([first], mayBeOther: true))
            }
        }
        #expect(try status().origin == .plan(try plan(1)))
        try folder.write(Array("another boot\n".utf8), "proc/sys/kernel/random/boot_id")
        #expect(try status().origin == .unrecorded)
        try folder.write(Array("{".utf8), "run/kplan/loaded.json")
        guard case .unreadable(let path, _) = try status().origin else {
            Issue.record("a record that is none was read")
            return
        }
        #expect(path == folder / "run/kplan/loaded.json")
        // It is no obstacle to the next load.
        try load(try plan(2))
        #expect(try status().origin == .plan(try plan(2)))
    }

    @Test("Without /run, or without the boot's identity, it loads and says what won't be known")
    func withoutRecord() throws {
        try load(try plan(1))
        try folder.write([], "proc/sys/kernel/random/boot_id")
        try FileManager.default.removeItem(atPath: folder / "proc/sys/kernel/random/boot_id")
        let session = try LoadSession(try plan(2), root: folder.path)
        try session.load {}
        #expect(session.notes.count == 1)
        // What it said of before would be wrong now.
        #expect(!FileManager.default.fileExists(atPath: folder / "run/kplan/loaded.json"))
        try FileManager.default.removeItem(atPath: folder / "run")
        let other = try LoadSession(try plan(2), root: folder.path)
        try other.load {}
        #expect(
            other.notes == [
                """
                \(folder / "run"): open: No such file or directory (ENOENT): another kplan is not kept out, and kplan \
                status won't know what is loaded
                """
            ])
    }

    @Test("What a killed kplan left is removed by the next")
    func leftovers() throws {
        try load(try plan(1))
        try folder.write([1], "run/kplan/.kplan-0123456789abcdef")
        try load(try plan(2))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder / "run/kplan").sorted() == [
                "loaded.json", "lock",
            ])
    }
}
