import Foundation
import TestSupport
import Testing

@testable import Bundle

@Suite("What isn't a bundle is refused by name")
struct BundleContentsTests {
    private static let plan = Array("{}".utf8)

    /// Expects an error of an archive.
    private func expect(
        _ error: BundleError, sourceLocation: SourceLocation = #_sourceLocation,
        _ add: (inout Archive) -> Void
    ) {
        var archive = Archive()
        archive.add("plan.json", Self.plan)
        add(&archive)
        #expect(throws: error, sourceLocation: sourceLocation) { try members(archive.finished) }
    }

    @Test func isReadInAnyOrder() throws {
        var archive = Archive()
        archive.add("inputs/", type: "5")
        archive.add("inputs/b", [2])
        archive.add("plan.json.sig", [3])
        archive.add("plan.json", Self.plan)
        archive.add("inputs/a", [1])
        #expect(
            try members(archive.finished) == [
                "plan.json": Self.plan, "plan.json.sig": [3], "inputs/a": [1], "inputs/b": [2],
            ])
    }

    @Test(
        "Only the names of a bundle",
        arguments: [
            "/plan.json", "./plan.json", "../plan.json", "inputs/../plan.json", "inputs/a/b", "inputs/.",
            "inputs/..",
            "inputs", "/inputs/a", "inputs//a", "Inputs/a", "plan.json2", "plan.JSON", "readme",
            "readme\u{1b}[2J",
        ])
    func names(_ name: String) {
        expect(.unknownMember(name)) { $0.add(name, [1]) }
    }

    @Test func folders() {
        expect(.unknownMember("inputs/more")) { $0.add("inputs/more", type: "5") }
        expect(.unknownMember("./")) { $0.add("./", type: "5") }
    }

    @Test func repetitions() {
        expect(.repeated("plan.json")) { $0.add("plan.json", Self.plan) }
        expect(.repeated("inputs/a")) {
            $0.add("inputs/a", [1])
            $0.add("inputs/a", [1])
        }
        expect(.repeated("plan.json.sig")) {
            $0.add("plan.json.sig", [])
            $0.add("plan.json.sig", [1])
        }
    }

    @Test func whatIsNoFile() {
        expect(.link("inputs/a")) { $0.add("inputs/a", type: "1", link: "plan.json") }
        expect(.link("inputs/a")) { $0.add("inputs/a", type: "2", link: "/etc/shadow") }
        for type in ["3", "4", "6"] as [Character] {
            expect(.special("inputs/a")) { $0.add("inputs/a", type: type) }
        }
    }

    @Test func tooMuch() {
        expect(.tooManyMembers(limit: BundleLayout.memberLimit)) { archive in
            for index in 0..<BundleLayout.memberLimit { archive.add("inputs/\(index)") }
        }
        let limit = BundleLayout.signatureLimit
        expect(.signatureTooLarge(limit: limit)) {
            $0.add("plan.json.sig", [UInt8](repeating: 1, count: limit + 1))
        }
    }

    @Test func noPlan() {
        var archive = Archive()
        archive.add("inputs/a", [1])
        #expect(throws: BundleError.noPlan) { try members(archive.finished) }
    }

    @Test("What pax headers say counts, and nothing else")
    func extendedHeaders() throws {
        var archive = Archive()
        archive.addPax(("path", "plan.json"), ("mtime", "1.5"))
        archive.add("inputs/a", Self.plan)
        #expect(try members(archive.finished) == ["plan.json": Self.plan])
        expect(.unknownMember("/etc/passwd")) {
            $0.addPax(("path", "/etc/passwd"))
            $0.add("inputs/a", [1])
        }
        expect(.repeated("plan.json")) {
            $0.addPax(("path", "plan.json"))
            $0.add("inputs/a", [1])
        }
        expect(.link("inputs/a")) {
            $0.addPax(("linkpath", "plan.json"))
            $0.add("inputs/a", type: "1", link: "x")
        }
    }

    /// What a header says in a second way is what libarchive goes by, as GNU tar does.
    @Test func sizesOfExtendedHeaders() throws {
        var archive = Archive()
        archive.add("plan.json", Self.plan)
        archive.addPax(("size", "3"))
        archive.add("inputs/a", [1, 2, 3], size: 0)
        #expect(try members(archive.finished)["inputs/a"] == [1, 2, 3])
        for size in ["4096", "99999999999", "9223372036854775807", "-1", "18446744073709551616"] {
            var archive = Archive()
            archive.add("plan.json", Self.plan)
            archive.addPax(("size", size))
            archive.add("inputs/a", [1, 2, 3])
            #expect(throws: BundleError.self, "\(size)") { try members(archive.finished) }
        }
    }

    @Test("Sparse files of every form that GNU tar writes", arguments: ["gnu", "0.0", "0.1", "1.0"])
    func sparse(form: String) throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("inputs")
        try folder.write(Self.plan, "plan.json")
        try folder.write([1], "inputs/a")
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: folder / "inputs/a"))
        try file.seek(toOffset: 3 << 20)
        try file.write(contentsOf: [2])
        try file.close()
        let format = form == "gnu" ? ["--format=gnu"] : ["--format=pax", "--sparse-version=\(form)"]
        _ = try Toolchain.run(
            "tar", ["-C", folder.path, "-cSf", folder / "plan.tar"] + format + ["plan.json", "inputs"],
            input: [])
        let bytes = try folder.read("plan.tar")
        try #require(bytes.count < 1 << 20)
        #expect(throws: BundleError.sparse("inputs/a")) { try members(bytes) }
    }

    @Test("A bundle that GNU tar has made", arguments: ["gnu", "ustar", "pax", "posix"])
    func othersArchives(format: String) throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder("inputs")
        try folder.write(Self.plan, "plan.json")
        let long = String(repeating: "n", count: format == "ustar" ? 90 : 200)
        let content = BundleWriterTests.content(70_001)
        try folder.write(content, "inputs/\(long)")
        _ = try Toolchain.run(
            "tar",
            ["-C", folder.path, "--format=\(format)", "-cf", folder / "plan.tar", "plan.json", "inputs"],
            input: [])
        #expect(
            try members(folder.read("plan.tar")) == ["plan.json": Self.plan, "inputs/\(long)": content])
    }

    @Test func theEnd() throws {
        let bytes = try bundle(plan: Self.plan, inputs: [("a", [1])])
        let zeros = [UInt8](repeating: 0, count: 512)
        let due = try members(bytes)
        // A tape's blocks.
        for count in [1, 512, 10240] {
            #expect(try members(bytes + [UInt8](repeating: 0, count: count)) == due)
        }
        #expect(throws: BundleError.trailingBytes(offset: bytes.count)) { try members(bytes + [1]) }
        #expect(throws: BundleError.trailingBytes(offset: bytes.count + 512)) {
            try members(bytes + zeros + [1])
        }
        // Another archive behind the end, which tar --concatenate would have joined.
        #expect(throws: BundleError.trailingBytes(offset: bytes.count)) { try members(bytes + bytes) }
        // A single block of zeros, and none.
        #expect(throws: BundleError.truncated) { try members(Array(bytes.dropLast(512))) }
        #expect(throws: BundleError.truncated) { try members(Array(bytes.dropLast(1024))) }
        let one = Array(bytes.dropLast(512))
        #expect(throws: BundleError.trailingBytes(offset: one.count)) { try members(one + Self.plan + zeros) }
    }
}

@Suite("No archive is a trap")
struct BundleDamageTests {
    private static let parts = (
        plan: Array("{\"a\": 1}".utf8), signature: Array("signed".utf8), input: BundleWriterTests.content(700)
    )

    private func archive() throws -> [UInt8] {
        try bundle(plan: Self.parts.plan, signature: Self.parts.signature, inputs: [("a", Self.parts.input)])
    }

    /// Members of a small bundle in all forms of headers.
    private func forms() throws -> [[UInt8]] {
        var pax = Archive()
        pax.addPax(("path", "plan.json"), ("size", "2"), ("mtime", "1.5"))
        pax.add("x", Array("{}".utf8))
        pax.addPax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.realsize", "4"))
        pax.add("inputs/a", Array("1\n0\n4\n".utf8) + [UInt8](repeating: 0, count: 506) + [1, 2, 3, 4])
        var gnu = Archive()
        gnu.add("././@LongLink", Array("plan.json\0".utf8), type: "L")
        gnu.add("x", Array("{}".utf8))
        gnu.add("inputs/", type: "5")
        gnu.add("inputs/a", [1], type: "2", link: "b")
        return [try archive(), pax.finished, gnu.finished]
    }

    @Test func truncations() throws {
        let bytes = try archive()
        for count in 0..<bytes.count {
            #expect(throws: BundleError.self, "\(count)") { try members(Array(bytes.prefix(count))) }
        }
        for bytes in try forms() {
            for count in 0..<bytes.count { _ = try? members(Array(bytes.prefix(count))) }
        }
    }

    /// What is still read has the parts that it had, under the names that it had; but for an input's name and what is in the
    /// parts, which the plan's digests and its signature are there for.
    @Test func changedBytes() throws {
        let bytes = try archive()
        let due = try members(bytes)
        var (refused, read) = (0, 0)
        var index = 0
        bytes.forEachChangedByte { changed in
            index += 1
            guard let found = try? members(changed) else {
                refused += 1
                return
            }
            read += 1
            let isContent = found.keys == due.keys && found.mapValues(\.count) == due.mapValues(\.count)
            #expect(isContent, "change \(index): \(found.mapValues(\.count))")
        }
        #expect(refused > 512 && read > 512)
    }

    @Test func changedBytesOfOtherForms() throws {
        for bytes in try forms().dropFirst() {
            bytes.forEachChangedByte { changed in _ = try? members(changed) }
        }
    }

    @Test func noise() throws {
        var random = SplitMix64(seed: 7)
        let bytes = try archive()
        for _ in 0..<20_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(
                    in: 0...255, using: &random)
            }
            _ = try? members(changed)
        }
    }
}
