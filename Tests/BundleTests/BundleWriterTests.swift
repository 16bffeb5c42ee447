import Files
import Foundation
import TestSupport
import Testing

@testable import Bundle

struct BundleWriterTests {
    static let plan = Array("{}\n".utf8)
    static let signature = Array("signed\n".utf8)
    /// Contents around the size of a block; no two bytes beside each other are alike.
    static let inputs: [(name: String, content: [UInt8])] = [
        ("vmlinuz", content(1025)), ("initrd-ü.img", content(512)), ("empty", []), ("Image", content(511)),
    ]

    static func content(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    /// The form of the archive is what users' digests and signatures of it are of.
    @Test func isTheSameEverywhere() throws {
        let bytes = try bundle(plan: Self.plan, signature: Self.signature, inputs: Self.inputs)
        let digest = try Toolchain.run("sha256sum", [], input: bytes).prefix(64)
        #expect(
            String(decoding: digest, as: UTF8.self)
                == "7961b9ce9849b7d2d0dae46c50e51329f08ed08b3106004ed7ceab76b5ca96d6")
        #expect(
            try bundle(plan: Self.plan, signature: Self.signature, inputs: Self.inputs.reversed()) == bytes)
        // A header and its content in whole blocks for each member, and two blocks at the end.
        #expect(bytes.count == 512 * (2 + 2 + 2 + 1 + 2 + 4 + 2))
    }

    @Test func isReadAsItWasWritten() throws {
        var due = [BundleLayout.plan: Self.plan, BundleLayout.signature: Self.signature]
        for (name, content) in Self.inputs { due["inputs/\(name)"] = content }
        #expect(try members(bundle(plan: Self.plan, signature: Self.signature, inputs: Self.inputs)) == due)
        #expect(try members(bundle(plan: Self.plan)) == [BundleLayout.plan: Self.plan])
    }

    /// GNU tar lists the members in their order, and unpacks them.
    @Test func isAnArchiveToOthers() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "n", count: BundleLayout.nameLimit)
        try folder.write(
            bundle(plan: Self.plan, signature: Self.signature, inputs: Self.inputs + [(long, [7])]),
            "plan.tar")
        let list = try Toolchain.run(
            "tar", ["-tvf", folder / "plan.tar", "--quoting-style=literal"], input: [])
        let lines = String(decoding: list, as: UTF8.self).split(separator: "\n")
        #expect(
            lines.map { $0.split(separator: " ").last.map(String.init) } == [
                "plan.json", "plan.json.sig", "inputs/Image", "inputs/empty", "inputs/initrd-ü.img",
                "inputs/\(long)",
                "inputs/vmlinuz",
            ])
        #expect(lines.allSatisfy { $0.hasPrefix("-rw-r--r-- 0/0 ") && $0.contains(" 1970-01-01 00:00 ") })
        _ = try Toolchain.run("tar", ["-xf", folder / "plan.tar", "-C", folder.path], input: [])
        #expect(try folder.read("plan.json") == Self.plan)
        #expect(try folder.read("plan.json.sig") == Self.signature)
        for (name, content) in Self.inputs { #expect(try folder.read("inputs/\(name)") == content) }
    }

    @Test("An error of the file ends it, and is told as it was")
    func stopsAtAnError() {
        let error = FileError.failed(.write, path: "plan.tar", errno: ENOSPC)
        let count = Count()
        // More than one piece.
        let input = BundleWriter.Input(name: "initrd") { sink throws(FileError) in
            try [UInt8](repeating: 1, count: 3 << 20).span.bytes.withUnsafeBytes(sink)
        }
        #expect(throws: error) {
            try BundleWriter.write(plan: Self.plan, signature: nil, inputs: [input, input]) {
                _ throws(FileError) in
                count.calls += 1
                throw error
            }
        }
        #expect(count.calls == 1)
    }

    private final class Count {
        var calls = 0
    }
}
