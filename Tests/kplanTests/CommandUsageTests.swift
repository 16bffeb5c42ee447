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
        #expect(result.errors.hasPrefix("Error: \(reason)\n"), sourceLocation: sourceLocation)
    }

    @Test(arguments: [
        (["--console", "com1"], "The value 'com1' is invalid for '--console <uart>'"),
        (["--console", "pl011,9000000h"], "The value 'pl011,9000000h' is invalid for '--console <uart>'"),
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

    @Test("Help gives defaults as they are typed")
    func help() throws {
        let result = try CommandWorkshop().kplan("make", "--help")
        #expect(result.status == 0)
        let text = result.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(text.contains("64K fits every kernel. (default: 64K)"))
        #expect(!text.contains("ByteCount"))
    }
}
