import Arm64
import Foundation
import KexecPlan
import TestSupport
import Testing

@Suite(
    "A plan that was edited into one that breaks rules is refused, with each rule's name and where it stands")
struct BrokenRuleCommandTests {
    private let workshop: CommandWorkshop
    private let rule = "segment-overlap"
    private let source = "kernel/kexec_core.c, sanity_check_segment_list()"

    /// The device tree's segment put where purgatory's is.
    init() throws {
        workshop = try CommandWorkshop.withPlan()
        try workshop.edit { plan in
            let dtb = try #require(plan.segments.firstIndex { $0.role == .dtb })
            plan.segments[dtb].address = try #require(plan.segment(.purgatory)).address
        }
    }

    @Test func apply() throws {
        let root = try SavedRoot("2g-el1")
        let result = try workshop.kplan("apply", "plan.json", "--dry-run", "--root", root.path)
        expectRefusal(result)
        #expect(result.output.isEmpty)
    }

    @Test(arguments: [["emit", "-o", "out"], ["simulate"]])
    func bytes(_ command: [String]) throws {
        expectRefusal(
            try Kplan.run([command[0], "plan.json"] + command.dropFirst(), in: workshop.folder))
        #expect(!workshop.folder.names.contains("out"))
    }

    private func expectRefusal(_ result: Kplan.Result) {
        #expect(result.status == 1)
        #expect(
            result.errors.hasPrefix("kplan: plan.json: the plan breaks rules; make it anew, or correct it:\n")
        )
        let lines = result.errors.split(separator: "\n")
        #expect(
            lines.contains { $0.hasPrefix("  \(rule): the segments ") && $0.hasSuffix(" (\(source))") },
            "\(result.errors)")
    }

    @Test("verify says them as lines, and as data")
    func verify() throws {
        let text = try workshop.kplan("verify", "plan.json")
        #expect(text.status == 1 && text.output.contains("no       rules        \(rule): the segments "))
        let result = try workshop.kplan("verify", "plan.json", "--json")
        #expect(result.status == 1)
        let document = try #require(
            JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let checks = try #require(document["checks"] as? [[String: Any]])
        let rules = try #require(checks[0]["rules"] as? [[String: String]])
        let texts = try #require(checks[0]["texts"] as? [String])
        #expect(texts == rules.map { "\($0["rule"] ?? ""): \($0["text"] ?? "") (\($0["source"] ?? ""))" })
        #expect(rules.contains { $0["rule"] == rule && $0["source"] == source })
        #expect(checks.dropFirst().allSatisfy { $0["rules"] == nil })
    }

    @Test("verify tells programs of a plan that can't be read, too")
    func unreadable() throws {
        try workshop.folder.write(Array("{".utf8), "plan.json")
        let result = try workshop.kplan("verify", "plan.json", "--json")
        #expect(result.status == 2)
        #expect(result.errors == "kplan: plan.json: is truncated: the JSON is not complete after 1 bytes\n")
        #expect(result.output.contains("\"plan\": null") && result.output.contains("\"verified\": false"))
    }

    @Test(
        "The schema takes both",
        .enabled(
            if: SchemaValidator.isAvailable, "needs python3 with jsonschema (Debian: python3-jsonschema)"))
    func schema() throws {
        let broken = try workshop.kplan("verify", "plan.json", "--json").output
        try workshop.folder.write([], "plan.json")
        let unreadable = try workshop.kplan("verify", "plan.json", "--json").output
        let wrong = broken.replacing("\"\(rule)\"", with: "\"\"")
        #expect(wrong != broken)
        let documents = [broken, unreadable, wrong].map { $0.utf8.filter { $0 != UInt8(ascii: "\n") } }
        let schema = SchemaValidator.schema("verify-1.schema.json")
        #expect(try SchemaValidator.isSchema(schema))
        #expect(try SchemaValidator.verdicts(documents, schema: schema) == [true, true, false])
    }
}
