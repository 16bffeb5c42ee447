import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

private let rendererIsAvailable = (try? Toolchain.run("cmark-gfm", ["--version"], input: [])) != nil

@Suite("kplan diff as a comment: nothing in a plan acts in it")
struct MarkdownDiffTests {
    /// What means something in Markdown, in HTML, or to GitHub.
    private static let hostile = [
        "a|b", #"\|"#, #"\\|"#, "`x`", "``` x", "<b>x</b>", "</code></details><img src=x onerror=y>",
        "&lt;&#124;", "a\u{301}\u{301}", "x" + String(repeating: "\u{301}", count: 100_000),
        "@everyone #1 GH-1", "*a* _b_ ~~c~~ [d](e) ![f](g)", "http://example.org www.example.org a@b.c",
        ":smile: $x$", "| --- | --- |", "line\nfeed\r\n\n# heading", "\u{2028}\u{202e}", "</details>",
        "````\n```",
        "é→ü", "\t- item", String(repeating: "x|", count: 3000),
    ]

    private static func report(_ commandLine: String, old: String = "quiet") throws -> DiffReport {
        var plans = [try samplePlan(), try samplePlan()]
        plans[0].request.commandLine = old
        plans[1].request.commandLine = commandLine
        plans[1].deviceTree.edits[0].change = .text(commandLine)
        plans[1].inputs[0].name = commandLine
        let files = plans.map { PlanFile(plan: AnyPlan.kexecLoad($0), path: "a|b`\n.json") }
        return DiffReport(
            old: files[0], new: files[1],
            diff: PlanDiff(files[0].plan, files[1].plan, ignoring: [.initrd, .seeds]))
    }

    /// Every line of a table has its cells, every tag is ours, and the cell says the text.
    @Test(arguments: hostile)
    func tables(text: String) throws {
        let lines = try Self.report(text).markdown.split(
            separator: "\n", omittingEmptySubsequences: false)
        let details = try #require(lines.firstIndex { $0.hasPrefix("<details>") })
        for line in lines[..<details] where line.contains("|") {
            #expect(line.hasPrefix("| ") || line == "|---|---|")
            #expect(line.count { $0 == "|" } == 3, "\(line)")
        }
        for tag in lines[..<details].joined(separator: "\n").split(separator: "<").dropFirst() {
            #expect(["code>", "/code>", "br>"].contains { tag.hasPrefix($0) }, "\(tag)")
        }
        let style = Style(width: 1000, color: false, ascii: false)
        let row = try #require(lines.first { $0.hasPrefix("| command line | ") })
        let said = Self.decoded(
            String(row.dropFirst("| command line | <code>".count).dropLast("</code> |".count)))
        let due = DiffText(style: style).commandLine(try #require(Change<String>(from: "quiet", to: text)))
        #expect(due.unicodeScalars.count > 200 ? said.hasSuffix("…") : said == due)
    }

    /// The block ends where it should, whatever is in it.
    @Test(arguments: hostile)
    func details(text: String) throws {
        let report = try Self.report(text)
        let lines = report.markdown.split(separator: "\n", omittingEmptySubsequences: false)
        let details = try #require(lines.firstIndex { $0.hasPrefix("<details>") })
        let opening = lines[details + 2]
        let fence = opening.prefix { $0 == "`" }
        #expect(fence.count >= 3 && opening == fence + "text")
        #expect(lines.suffix(3) == [fence, "", "</details>"])
        #expect(!lines[(details + 3)...].dropLast(3).contains { $0.contains(fence) })
        let style = Style(width: 1 << 20, color: false, ascii: false)
        let block = lines[(details + 3)...].dropLast(3).joined(separator: "\n")
        #expect(block == report.text(style) || block.hasSuffix(" more lines, which kplan diff prints)"))
    }

    /// GitHub takes 65536 characters.
    @Test func size() throws {
        var plan = try samplePlan()
        plan.request.commandLine = String(repeating: "|", count: 1_000_000)
        for number in 0..<3000 {
            plan.runtimeSlots.append(
                RuntimeSlot(
                    segment: .dtb, offset: 0, length: 1, fill: .random,
                    purpose: String(repeating: "<", count: 500) + "\(number)"))
        }
        let files = [try samplePlan(), plan].map { PlanFile(plan: AnyPlan.kexecLoad($0), path: "p") }
        let text = DiffReport(
            old: files[0], new: files[1], diff: PlanDiff(files[0].plan, files[1].plan)
        ).markdown
        #expect(text.unicodeScalars.count < 65536)
        #expect(text.contains(" more lines, which kplan diff prints)"))
    }

    @Test func samePlans() throws {
        let file = PlanFile(plan: AnyPlan.kexecLoad(try samplePlan()), path: "p")
        let report = DiffReport(old: file, new: file, diff: PlanDiff(file.plan, file.plan))
        #expect(report.markdown == "**The plans are the same**: <code>\(file.plan.id)</code>")
    }

    /// What GitHub's own renderer makes of it.
    @Test(.enabled(if: rendererIsAvailable, "needs cmark-gfm"), arguments: hostile)
    func rendered(text: String) throws {
        let markdown = try Self.report(text).markdown
        let html = String(
            decoding: try Toolchain.run(
                "cmark-gfm", ["--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough"],
                input: Array(markdown.utf8)), as: UTF8.self)
        #expect(html.components("<table>") == 2 && html.components("<details>") == 1)
        #expect(html.components("</details>") == 1 && html.components("<pre>") == 1)
        for tag in ["<b>", "<img", "<em>", "<strong>x", "<h1>", "<del>", "<hr", "<li>"] {
            #expect(!html.contains(tag), "\(tag)")
        }
    }

    /// The text that numeric character references stand for.
    private static func decoded(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.range(of: "&#"), let end = rest[start.upperBound...].firstIndex(of: ";"),
            let scalar = UInt32(rest[start.upperBound..<end]).flatMap(Unicode.Scalar.init)
        {
            result += rest[..<start.lowerBound] + String(Character(scalar))
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}

extension String {
    /// How often a text is in it.
    fileprivate func components(_ text: String) -> Int {
        var count = 0
        var rest = self[...]
        while let range = rest.range(of: text) {
            count += 1
            rest = rest[range.upperBound...]
        }
        return count
    }
}
