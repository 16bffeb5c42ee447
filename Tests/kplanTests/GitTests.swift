import TestSupport
import Testing

private let gitIsAvailable = (try? Toolchain.run("git", ["--version"], input: [])) != nil

@Suite("Plans in git, by the lines in docs/COMMANDS.md", .enabled(if: gitIsAvailable, "needs git"))
struct GitTests {
    /// A repository with a plan in its first commit and another one in its second.
    private struct Repository {
        let workshop: MakeWorkshop
        var folder: TemporaryFolder { workshop.folder }

        init() throws {
            workshop = try MakeWorkshop("2g-el1")
            try git("init", "-q")
            try git("config", "user.name", "A")
            try git("config", "user.email", "a@example.org")
            let kplan = try TestSupport.Kplan.path
            try git("config", "diff.kplan.textconv", "\(kplan) show")
            try folder.write(Array("plan.json diff=kplan\n".utf8), ".gitattributes")
            try make("console=ttyAMA0 quiet")
            try commit()
            try make("console=ttyAMA0 loglevel=7")
            try commit()
        }

        func make(_ commandLine: String) throws {
            let inputs = MakeWorkshop.inputs().map { $0.hasPrefix("console=") ? commandLine : $0 }
            let result = try TestSupport.Kplan.run(
                inputs + ["--purgatory", "purgatory.o", "-o", "plan.json"], in: folder)
            try #require(result.status == 0, "\(result.errors)")
        }

        func commit() throws {
            try git("add", ".gitattributes", "plan.json")
            try git("commit", "-q", "-m", "plan")
        }

        @discardableResult
        func git(_ arguments: String...) throws -> String {
            let environment = [
                "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_PAGER=cat", "LC_ALL=C.UTF-8",
            ]
            return String(
                decoding: try Toolchain.run(
                    "env", environment + ["git", "-C", folder.path] + arguments, input: []),
                as: UTF8.self)
        }
    }

    @Test func textconv() throws {
        let repository = try Repository()
        for diff in [
            try repository.git("diff", "HEAD~1"), try repository.git("log", "-p", "-1"),
            try repository.git("show"),
        ] {
            #expect(diff.contains("\n-  command line  console=ttyAMA0 quiet\n"))
            #expect(diff.contains("\n+  command line  console=ttyAMA0 loglevel=7\n"))
            #expect(!diff.contains("\"command_line\""))
            // Files that git makes for it have other names every time.
            #expect(!diff.contains("/tmp/"))
        }
        #expect(try repository.git("diff", "--no-textconv", "HEAD~1").contains("\"command_line\""))
        // What is applied as a patch is the file itself.
        #expect(try repository.git("format-patch", "--stdout", "-1").contains("\"command_line\""))
    }

    @Test("What is no plan ends git diff, and can be seen without textconv")
    func noPlan() throws {
        let repository = try Repository()
        try repository.folder.write(Array("{\n".utf8), "plan.json")
        #expect(throws: Toolchain.Failure.self) { try repository.git("diff") }
        #expect(try repository.git("diff", "--no-textconv").contains("\n {\n-  \"format_version\""))
    }

    @Test func difftool() throws {
        let repository = try Repository()
        let kplan = try TestSupport.Kplan.path
        let output = try repository.git("difftool", "-y", "-x", "\(kplan) diff", "HEAD~1", "--", "plan.json")
        #expect(output.contains("What changed\n  command line  \"quiet\" → \"loglevel=7\"\n"))
    }
}
