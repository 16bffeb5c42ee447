import Files
import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("Commands that take a plan say what is wrong with it")
struct PlanCommandErrorTests {
    /// A change of the text of a plan's file, and what is said of it.
    struct Misspelling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let change: @Sendable (String) -> String

        init(_ description: String, _ message: String, change: @escaping @Sendable (String) -> String) {
            testDescription = description
            self.message = message
            self.change = change
        }
    }

    static let misspellings: [Misspelling] = [
        .init("empty", "is empty") { _ in "" },
        .init("truncated", "is truncated: the JSON is not complete after 40 bytes") {
            String($0.prefix(40))
        },
        .init("another kind of file", "is no JSON: `#` at byte 0 is out of place") { _ in "#!/bin/sh\n" },
        .init("something behind the end", "is no JSON: `x` at byte 4 is out of place") { _ in "{}\n x" },
        .init("an empty object", "format_version: is missing") { _ in "{}" },
        .init(
            "another major version",
            """
            format_version: the plan has version "2.0", and this kplan reads "1.0" and what is compatible with \
            it: use the kplan that made it, or make it anew
            """
        ) {
            $0.replacing(#""format_version": "1.0""#, with: #""format_version": "2.0""#, maxReplacements: 1)
        },
        .init(
            "a number for an address",
            #"entry: found the number 5, due is a string such as "0x40200000" (lower case, no leading zeros)"#
        ) { $0.replacing(/"entry": "0x[0-9a-f]+"/, with: #""entry": 5"#) },
        .init("another method", #"method: found "kexec", due is "kexec_load" or "kexec_file_load""#) {
            $0.replacing(#""kexec_load""#, with: #""kexec""#)
        },
        .init("a key twice", "entry: the key is there twice") {
            $0.replacing(/"entry": "0x[0-9a-f]+",/) { "\($0.output) \($0.output)" }
        },
    ]

    @Test(arguments: misspellings)
    func unreadable(_ misspelling: Misspelling) throws {
        let workshop = try CommandWorkshop.withPlan()
        let text = String(decoding: try workshop.folder.read("plan.json"), as: UTF8.self)
        try workshop.folder.write(Array(misspelling.change(text).utf8), "plan.json")
        let message = "plan.json: \(misspelling.message)"
        expect(try workshop.kplan("show", "plan.json"), 2, message)
        expect(try workshop.kplan("apply", "plan.json", "--dry-run"), 2, message)
        let names = workshop.folder.names
        expect(try workshop.kplan("emit", "plan.json", "-o", "out"), 2, message)
        #expect(workshop.folder.names == names)
    }

    @Test func planThatIsNoFile() throws {
        let workshop = try CommandWorkshop()
        expect(try workshop.kplan("show", "."), 2, ".: is a folder")
        expect(
            try workshop.kplan("show", "plan.json"), 2,
            "plan.json: open: No such file or directory (ENOENT)")
    }

    @Test("A plan that was edited into one that breaks rules names them all, with their sources")
    func brokenRules() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit {
            $0.machine.pageSize = 0x2000
            $0.kernel.textOffset = 0x1000
        }
        let address = try #require(try workshop.plan().segment(.kernel)).address
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 1,
            """
            plan.json: the plan breaks rules; make it anew, or correct it:
              machine-page-size: the machine's page size, 8 KiB (0x2000), is none of 4K, 16K and 64K (Arm ARM (DDI 0487), \
            translation granules)
              kernel-alignment: the kernel at \(address) is not text_offset (0x1000) past a multiple of 2 MiB (booting.rst, Call \
            the kernel image)
            """)
        #expect(!workshop.folder.names.contains("out"))
    }

    @Test("Of a plan that breaks very many rules, the first 20 are named")
    func manyBrokenRules() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { plan in
            let range = try #require(plan.segment(.kernel)?.range)
            plan.deviceTree.removedReservations = Array(repeating: range, count: 1000)
        }
        let result = try workshop.kplan("emit", "plan.json", "-o", "out")
        let lines = result.errors.split(separator: "\n")
        #expect(result.status == 1)
        #expect(lines.count == 22)
        #expect(lines.dropFirst().prefix(20).allSatisfy { $0.hasSuffix("is removed twice (docs/PLAN.md)") })
        #expect(lines.last == "  and 979 more")
    }

    @Test("An input that changed after the plan was made")
    func changedInput() throws {
        let workshop = try CommandWorkshop.withPlan()
        let planned = try #require(try workshop.plan().input(.kernel))
        var kernel = try workshop.folder.read("Image")
        kernel[kernel.count - 1] ^= 1
        try workshop.folder.write(kernel, "Image")
        let found = try InputFile.mapping(workshop.folder / "Image", as: .kernel).input
        #expect(found.sha256 != planned.sha256)
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 1,
            """
            ./Image: is not the kernel that plan.json was made from: 27236288 bytes with SHA-256 \
            \(found.sha256.hex), planned were 27236288 bytes with \(planned.sha256.hex). Make the plan anew, or \
            give the file that it was made from.
            """)
        #expect(!workshop.folder.names.contains("out"))
    }

    @Test("The purgatory of another build of kplan")
    func otherPurgatory() throws {
        let workshop = try CommandWorkshop.withPlan()
        let index = try #require(try workshop.plan().inputs.firstIndex { $0.role == .purgatory })
        let own = try workshop.plan().inputs[index]
        try workshop.edit { $0.inputs[index].sha256 = .zero }
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 1,
            """
            kplan's own purgatory: is not the purgatory that plan.json was made from: \(own.size) bytes with \
            SHA-256 \(own.sha256.hex), planned were \(own.size) bytes with \(SHA256Digest.zero.hex). The plan was \
            made by a kplan with another purgatory: make it anew with this one.
            """)
    }

    @Test("A segment that comes out as other bytes than the plan says")
    func otherBytes() throws {
        let workshop = try CommandWorkshop.withPlan()
        let plan = try workshop.plan()
        let index = try #require(plan.segments.firstIndex { $0.role == .pageTables })
        try workshop.edit { $0.segments[index].sha256 = .zero }
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 1,
            """
            plan.json: the page-tables segment comes out with SHA-256 \(plan.segments[index].sha256.hex), but the \
            plan says \(SHA256Digest.zero.hex): the plan was edited, or made by another version of kplan. Make it \
            anew.
            """)
        #expect(!workshop.folder.names.contains("out"))
    }

    @Test("A name in a plan can't act on the terminal, nor begin a line")
    func hostileName() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { $0.inputs[0].name = "a\u{1b}[2J\nkplan: fine" }
        _ = try Toolchain.run("rm", [workshop.folder / "Image"], input: [])
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 2,
            #"""
            ./a\u{1b}[2J\u{a}kplan: fine: open: No such file or directory (ENOENT), and no other file in . has its size and \#
            SHA-256: say where it is with --kernel FILE or --inputs FOLDER
            """#)
    }

    @Test(
        "A file for an input that the plan hasn't is wrong usage",
        arguments: [["emit", "-o", "out"], ["verify"], ["simulate"]])
    func inputsThatArePlannedNot(_ command: [String]) throws {
        let workshop = try CommandWorkshop.withPlan()
        for role in ["machine", "initrd"] {
            let result = try Kplan.run(
                [command[0], "plan.json", "--\(role)", "iomem"] + command.dropFirst(), in: workshop.folder)
            expect(
                result, 64,
                "--\(role): plan.json has no such input; it was made from kernel, dtb, memory-map, purgatory")
        }
    }

    @Test func emitsIntoFoldersOnly() throws {
        let workshop = try CommandWorkshop.withPlan()
        let names = workshop.folder.names
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "iomem"), 2, "iomem: is there, and is no folder")
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "/dev/null"), 2,
            "/dev/null: is there, and is no folder")
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "iomem/out"), 2,
            "iomem/out: mkdir: Not a directory (ENOTDIR)")
        #expect(workshop.folder.names == names)
    }

    @Test("Folders are made")
    func emitsIntoNewFolders() throws {
        let workshop = try CommandWorkshop.withPlan()
        for _ in 0..<2 {
            let result = try workshop.kplan("emit", "plan.json", "-o", "new/sub/out/")
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
            #expect(FileKind.size(workshop.folder / "new/sub/out/dtb.bin") != nil)
        }
    }

    @Test(
        "A result that can't be written is a failure; who reads no more needs no message",
        arguments: ["show", "verify", "--help", "--version"])
    func standardOutput(_ command: String) throws {
        let workshop = try CommandWorkshop.withPlan()
        let arguments = command.hasPrefix("-") ? [command] : [command, workshop.folder / "plan.json"]
        // `:` reads nothing, and is gone when kplan writes.
        let script = #"""
            "$0" "$@" 2>&1 >/dev/full; echo $?
            exec 3>&1
            { sleep 0.3; "$0" "$@" 2>&3; echo $? >&3; } | :
            """#
        let output = try Toolchain.run("bash", ["-c", script, try Kplan.path] + arguments, input: [])
        #expect(
            String(decoding: output, as: UTF8.self) == """
                kplan: standard output: can't be written: No space left on device (ENOSPC)
                2
                2

                """)
    }
}
