import Foundation
import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("A plan's inputs are found by name, or by what is in them")
struct InputPlacesTests {
    private let folder: TemporaryFolder
    private let content: [UInt8] = Array("an initrd".utf8)

    init() throws { folder = try TemporaryFolder() }

    private var input: Input {
        Input(role: .initrd, name: "initrd", size: UInt64(content.count), sha256: digest(content))
    }

    private func digest(_ bytes: [UInt8]) -> SHA256Digest {
        bytes.withUnsafeBytes { SHA256Digest(hashing: $0) }
    }

    private func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: folder / name, withDestinationPath: target)
    }

    @Test("The recorded name comes first, and nothing else is looked at")
    func byName() throws {
        try folder.write(content, "initrd")
        try folder.write(content, "another")
        let places = InputPlaces(in: folder.path)
        #expect(try places.file(input, .reading).path == folder / "initrd")
        #expect(places.digests.count == 1)
    }

    @Test("Of what has another name, only files of its size are hashed, each once for all roles")
    func byDigest() throws {
        try folder.write(content.reversed(), "a")
        try folder.write(content + [0], "b")
        try folder.write(content, "c")
        try folder.write(content, "d")
        try folder.makeFolder("folder")
        try link("e", to: folder / "nothing")
        let places = InputPlaces(in: folder.path)
        for opening in [InputOpening.mapping, .reading, .loading(.sealed), .loading(.original)] {
            let found = try places.file(input, opening)
            #expect(found.path == folder / "c" && found.input.hasContent(of: input))
        }
        var other = input
        other.role = .kernel
        other.sha256 = digest(content.reversed())
        #expect(try places.file(other, .mapping).path == folder / "a")
        #expect(places.digests.count == 2)
    }

    @Test("The recorded name has another file: what has the digest is taken, and else that one is shown")
    func anotherFileOfThatName() throws {
        let places = InputPlaces(in: folder.path)
        for other in [content.reversed(), content + [0]] {
            try folder.write(other, "initrd")
            let found = try InputPlaces(in: folder.path).file(input, .mapping)
            #expect(found.path == folder / "initrd" && found.input.sha256 == digest(other))
        }
        try folder.write(content, "x")
        #expect(try places.file(input, .mapping).path == folder / "x")
    }

    @Test(
        "Links are followed to regular files; pipes, folders and devices are left alone",
        .timeLimit(.minutes(1)))
    func kinds() throws {
        _ = try Toolchain.run("mkfifo", [folder / "initrd", folder / "pipe"], input: [])
        try link("device", to: "/dev/zero")
        try link("loop", to: "loop")
        #expect(throws: Failure.self) { try InputPlaces(in: folder.path).file(input, .mapping) }
        let elsewhere = try TemporaryFolder()
        try elsewhere.write(content, "bytes")
        try link("link", to: elsewhere / "bytes")
        #expect(try InputPlaces(in: folder.path).file(input, .reading).path == folder / "link")
    }

    @Test("What is given is taken as it is")
    func given() throws {
        try folder.write(content, "initrd")
        try folder.write([1], "given")
        let path = folder / "given"
        let places = InputPlaces(in: folder.path) { $0 == .initrd ? path : nil }
        #expect(try places.file(input, .mapping).input.size == 1)
    }

    @Test("Nothing is found by having nothing in it")
    func empty() throws {
        try folder.write([], "empty")
        var input = input
        (input.size, input.sha256) = (0, digest([]))
        #expect(throws: Failure.self) { try InputPlaces(in: folder.path).file(input, .mapping) }
    }

    @Test("Every command finds inputs whose names have changed, and says by which name")
    func commands() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.folder.makeFolder("store")
        for name in ["Image", "fdt", "iomem"] {
            _ = try Toolchain.run(
                "mv", [workshop.folder / name, workshop.folder / "store/\(name)-1"], input: [])
        }
        let result = try workshop.kplan("verify", "plan.json", "--inputs", "store")
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("store/Image-1: as recorded, SHA-256 "))
        let emitted = try workshop.kplan("emit", "plan.json", "--inputs", "store", "-o", "out")
        #expect(emitted.status == 0, "\(emitted.errors)")
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "other"), 2,
            """
            ./Image: open: No such file or directory (ENOENT), and no other file in . has its size and SHA-256: say where it is \
            with --kernel FILE or --inputs FOLDER
            """)
    }
}
