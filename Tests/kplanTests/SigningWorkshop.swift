import Foundation
import TestSupport
import Testing

/// A folder with a plan and its inputs, keys of ssh-keygen's, and files of allowed signers.
struct SigningWorkshop {
    let commands: CommandWorkshop
    var folder: TemporaryFolder { commands.folder }

    init() throws {
        commands = try CommandWorkshop.withPlan()
    }

    func kplan(_ arguments: String...) throws -> Kplan.Result {
        try Kplan.run(arguments, in: folder, environment: ["LC_ALL": "C.UTF-8"])
    }

    /// Makes a key without a passphrase.
    func makeKey(_ name: String, type: String = "ed25519") throws {
        _ = try Toolchain.run("ssh-keygen", ["-q", "-t", type, "-N", "", "-f", folder / name], input: [])
    }

    /// What `ssh-keygen -l` says of a key.
    func fingerprint(_ name: String) throws -> String {
        let line = try Toolchain.run("ssh-keygen", ["-l", "-f", folder / name], input: [])
        return String(
            try #require(String(decoding: line, as: UTF8.self).split(separator: " ").dropFirst().first))
    }

    /// Writes a file of allowed signers with one key.
    func allow(_ key: String, _ before: String, in path: String = "allowed") throws {
        let text = String(decoding: try folder.read("\(key).pub"), as: UTF8.self)
        try folder.write(Array("\(before) \(text)".utf8), path)
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: folder / name)
    }
}
