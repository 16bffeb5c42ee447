import KexecPlan
import TestSupport
import Testing

@Suite("The next kernel's command line")
struct CommandLineTests {
    @Test("The device tree's is kept, and added to", arguments: Fixture.machines)
    func reused(machine: String) throws {
        let workshop = try CommandWorkshop(machine: machine)
        let old = try Fixture.commandLine(machine)
        for (more, due) in [
            (["--reuse-cmdline"], old),
            (["--command-line", old], old),
            (["--reuse-cmdline", "--append", "x=1"], old + (old.hasSuffix(" ") ? "x=1" : " x=1")),
        ] {
            let result = try workshop.make(["-o", "plan.json"], commandLine: more)
            try #require(result.status == 0, "\(result.errors)")
            let plan = try workshop.plan()
            #expect(plan.request.commandLine == due)
            #expect(
                plan.deviceTree.edits.contains {
                    $0.property == "bootargs" && $0.change == .text(due)
                })
            #expect(try workshop.kplan("emit", "plan.json", "-o", "out").status == 0)
        }
    }

    @Test("What a kernel would cut off is refused")
    func tooLong() throws {
        let workshop = try CommandWorkshop()
        let longest = String(repeating: "x", count: 2047)
        #expect(try workshop.make(["-o", "p"], commandLine: ["--command-line", longest]).status == 0)
        expect(
            try workshop.make([], commandLine: ["--command-line", longest + "x"]), 2,
            "the command line has 2048 bytes; arm64 kernels keep 2047 and drop the rest (COMMAND_LINE_SIZE)")
    }

    @Test("Bytes that are no text are refused, not replaced")
    func notUTF8() throws {
        let workshop = try CommandWorkshop()
        let script = """
            cd "$1" && "$0" make --kernel Image --dtb fdt --memory-map iomem --command-line $'root=\\xff' 2>&1
            echo $?
            """
        let lines = String(
            decoding: try Toolchain.run(
                "bash", ["-c", script, try Kplan.path, workshop.folder.path], input: []), as: UTF8.self
        ).split(separator: "\n")
        #expect(lines == ["kplan: argument 9, \"root=\u{FFFD}\", is not UTF-8", "64"])
    }
}
