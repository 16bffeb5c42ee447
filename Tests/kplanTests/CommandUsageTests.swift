import TestSupport
import Testing

@Suite("Wrong usage is told from failure")
struct CommandUsageTests {
    /// Status 64, the reason on standard error, no result.
    private func expectUsage(
        _ result: Kplan.Result, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == 64, sourceLocation: sourceLocation)
        #expect(result.output.isEmpty, sourceLocation: sourceLocation)
        #expect(result.errors.hasPrefix("kplan: \(reason)\n"), sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        (["--mem-max", "0x1G"], "The value '0x1G' is invalid for '--mem-max <address>'"),
        (["a\u{1b}[2J\r"], #"Unexpected argument 'a\u{1b}[2J\u{d}'"#),
        (["--frobnicate"], "Unknown option '--frobnicate'"),
        (["--page-size", "8K"], "--page-size must be 4K, 16K or 64K."),
        (["--mem-min", "2G", "--mem-max", "1G"], "--mem-min and --mem-max leave no address."),
        (["--mem-min", "0xffffffffffffffff"], "--mem-min and --mem-max leave no address."),
        (["--mem-min", "17E"], "The value '17E' is invalid for '--mem-min <address>'"),
    ])
    func make(options: [String], reason: String) throws {
        let workshop = try CommandWorkshop()
        expectUsage(try workshop.make(options), reason)
    }

    @Test func kexecToolsOptions() throws {
        let workshop = try CommandWorkshop()
        expectUsage(
            try workshop.kplan("-l", "vmlinuz"),
            "Unknown option '-l' (kexec-tools' options are those of kplan kexec)")
    }

    @Test(
        "What --console can't be, and why, in a line",
        arguments: [
            ("com1", #""com1" is no UART that purgatory can drive"#),
            ("tty0", #""tty0" is no UART that purgatory can drive"#),
            ("hvc0,115200", #""hvc0" is no UART that purgatory can drive"#),
            ("", #""" is no UART that purgatory can drive"#),
            (
                "uart8250,io,0x3f8",
                "arm64 has no I/O ports; give the address of the registers: uart8250,mmio,ADDRESS"
            ),
            ("0x9000000", "an address alone doesn't say how the UART is driven: pl011,ADDRESS, say"),
            ("ttyS0,fast", "is no name of a UART, such as ttyAMA0, with a speed such as ,115200n8 at most"),
            ("pl011,9000000h", #""9000000h" is no address: 0x9000000, say"#),
            ("pl011,0x9g", #""0x9g" is no address: 0x9000000, say"#),
            (
                "pl011,mmio16,0x9000000",
                #""mmio16" is out of place: registers are mmio or mmio32, of pl011 and uart8250"#
            ),
            ("pl011,0x9000000,fast", #""fast" is no speed, such as 115200n8"#),
            ("uart8250,mmio", "the address is missing"),
            ("p\u{1b}[2J", #""p\u{1b}[2J" is no UART that purgatory can drive"#),
        ])
    func consoles(value: String, reason: String) throws {
        let shown = value.replacing("\u{1b}", with: #"\u{1b}"#)
        expect(
            try CommandWorkshop().make(["--console", value]), 64,
            """
            --console "\(shown)": \(reason). It takes ttyAMA0, ttyS0, pl011,ADDRESS, uart8250,mmio,ADDRESS, \
            uart8250,mmio32,ADDRESS, mmio,ADDRESS, mmio32,ADDRESS, raw,ADDRESS, stdout-path, none
            """)
    }

    @Test(arguments: [
        ["--id", "--relocations"], ["--page-tables", "--relocations"], ["--id", "--page-tables"],
    ])
    func showOfTwoThings(options: [String]) throws {
        let workshop = try CommandWorkshop.withPlan()
        expectUsage(
            try Kplan.run(["show", "plan.json"] + options, in: workshop.folder),
            "--id, --json and --page-tables each print only one thing; --relocations goes with none of them.")
    }

    @Test func applyThatJumpsWithoutLoading() throws {
        let workshop = try CommandWorkshop()
        expectUsage(
            try workshop.kplan("apply", "plan.json", "--dry-run", "--exec"),
            "--dry-run and --exec exclude each other.")
    }

    @Test("A command line is never made up: the device tree's is shown")
    func commandLine() throws {
        let workshop = try CommandWorkshop()
        let old = try Fixture.commandLine("2g-el1")
        let result = try workshop.make([], commandLine: [])
        #expect(result.status == 64)
        #expect(result.output.isEmpty)
        #expect(
            result.errors.hasPrefix(
                """
                kplan: the next kernel's command line is not given: use --command-line, or --reuse-cmdline to \
                keep the device tree's ("\(old)
                """))
    }

    @Test("All addresses may be allowed, and the window is kept")
    func wholeWindow() throws {
        let workshop = try CommandWorkshop()
        let result = try workshop.make(
            ["--mem-min", "0x80000000", "--mem-max", "0xffffffffffffffff", "-o", "plan.json"])
        #expect(result.status == 0, "\(result.errors)")
        let plan = try workshop.plan()
        #expect(plan.segments.allSatisfy { $0.address.rawValue >= 0x8000_0000 })
        #expect(plan.request.memoryWindow?.start.rawValue == 0x8000_0000)
    }

    @Test("No command, or none that there is")
    func commands() throws {
        let none = try Kplan.run([])
        #expect(none.status == 64 && none.output.isEmpty)
        #expect(none.errors.hasPrefix("OVERVIEW: ") && none.errors.hasSuffix("kplan: a command is missing\n"))
        for arguments in [["load", "x"], ["help", "load"]] {
            expect(try Kplan.run(arguments), 64, "\"load\": no such command: kplan --help lists them")
        }
        for arguments in [["--help"], ["help"], ["help", "make"], ["--version"], ["make", "--help"]] {
            let help = try Kplan.run(arguments)
            #expect(help.status == 0 && !help.output.isEmpty && help.errors.isEmpty, "\(arguments)")
        }
    }

    @Test func valuesThatBeginWithADash() throws {
        expectUsage(
            try CommandWorkshop().make(["--mem-min", "-1"]),
            "Missing value for '--mem-min <address>' (one that begins with - is given as --mem-min=VALUE)")
    }

    @Test("Files without a name, and standard output as one")
    func names() throws {
        let workshop = try CommandWorkshop()
        let printed = try workshop.make(["-o", "-"])
        #expect(printed.status == 0 && printed.output.hasPrefix("{\n"), "\(printed.errors)")
        #expect(!workshop.folder.names.contains("-"))
        expect(try workshop.make(["-o", ""]), 64, "--output \"\": is the name of no file")
        expect(
            try workshop.kplan("show", ""), 2,
            "\"\", a path without a name: open: No such file or directory (ENOENT)")
    }

    @Test("Help gives defaults as they are typed")
    func help() throws {
        let result = try CommandWorkshop().kplan("make", "--help")
        #expect(result.status == 0)
        let text = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("64K fits every kernel. (default: 64K)"))
        #expect(!text.contains("ByteCount"))
    }
}
