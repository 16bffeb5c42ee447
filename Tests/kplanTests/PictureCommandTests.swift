import TestSupport
import Testing

@testable import kplan

@Suite("kplan show --svg, --html, kplan diff --html")
struct PictureCommandTests {
    @Test func writesFiles() throws {
        let workshop = try CommandWorkshop.withPlan()
        for (option, start) in [("--svg", "<svg xmlns="), ("--html", "<!DOCTYPE html>\n")] {
            let shown = try workshop.kplan("show", "plan.json", option)
            #expect(shown.status == 0 && shown.errors.isEmpty && shown.output.hasPrefix(start))
            let written = try workshop.kplan("show", "plan.json", option, "-o", "picture")
            #expect(written.status == 0 && written.output.isEmpty && written.errors.isEmpty)
            #expect(try workshop.folder.read("picture") == Array(shown.output.utf8))
        }
    }

    @Test("A plan that breaks rules is drawn, and says so")
    func brokenRules() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { $0.segments[0].memorySize += 1 }
        for option in ["--svg", "--html"] {
            let result = try workshop.kplan("show", "plan.json", option)
            #expect(result.status == 0 && result.output.contains("Breaks rules"))
        }
    }

    @Test func diffStatus() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.folder.write(try workshop.folder.read("plan.json"), "old.json")
        let same = try workshop.kplan("diff", "old.json", "plan.json", "--html")
        #expect(same.status == 0 && same.output.contains("The plans are the same."))
        try workshop.edit { $0.request.commandLine = "<b>loud</b>" }
        let other = try workshop.kplan("diff", "old.json", "plan.json", "--html", "-o", "page.html")
        #expect(other.status == 1 && other.output.isEmpty && other.errors.isEmpty)
        let page = String(decoding: try workshop.folder.read("page.html"), as: UTF8.self)
        #expect(page.contains("&lt;b&gt;loud&lt;/b&gt;") && !page.contains("<b>"))
        let ignored = try workshop.kplan(
            "diff", "old.json", "plan.json", "--html", "--ignore", "command-line")
        #expect(ignored.status == 1 && ignored.output.contains("1 difference"))
        #expect(try workshop.kplan("diff", "old.json", "none.json", "--html").status == 2)
    }

    @Test func doesNotOverwriteAPlan() throws {
        let workshop = try CommandWorkshop.withPlan()
        let plan = try workshop.folder.read("plan.json")
        let message = "plan.json: would overwrite the input plan.json: write somewhere else"
        expect(try workshop.kplan("show", "plan.json", "--svg", "-o", "plan.json"), 64, message)
        expect(try workshop.kplan("diff", "plan.json", "plan.json", "--html", "-o", "plan.json"), 64, message)
        #expect(try workshop.folder.read("plan.json") == plan)
    }

    @Test(arguments: [
        ["show", "plan.json", "--svg", "--html"], ["show", "plan.json", "--svg", "--id"],
        ["show", "plan.json", "--html", "--page-tables"], ["show", "plan.json", "--svg", "--width", "80"],
        ["show", "plan.json", "-o", "file"], ["diff", "plan.json", "plan.json", "-o", "file"],
        ["diff", "plan.json", "plan.json", "--html", "--format", "json"],
    ])
    func usage(arguments: [String]) throws {
        let workshop = try CommandWorkshop.withPlan()
        let result = try Kplan.run(arguments, in: workshop.folder)
        #expect(result.status == 64 && result.output.isEmpty && !result.errors.isEmpty)
        #expect(!workshop.folder.names.contains("file"))
    }
}
