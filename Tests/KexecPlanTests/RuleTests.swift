import Foundation
import KexecPlan
import Testing

@Suite("Every rule has a name, a source, a line in docs/PLAN.md, and a plan that breaks it")
struct RuleTests {
    @Test func names() {
        for rule in Violation.Rule.allCases {
            #expect(rule.rawValue.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(rule)")
            #expect(!rule.source.isEmpty)
        }
    }

    /// The table of docs/PLAN.md: each rule once, in this order, with its source.
    @Test func documented() throws {
        let page = Golden.schema.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "docs/PLAN.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        let header = try #require(lines.firstIndex(of: "| rule | what it demands | where it stands |"))
        let rows = lines[(header + 2)...].prefix { $0.hasPrefix("|") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
        #expect(rows.map(\.count) == rows.map { _ in 3 })
        #expect(
            rows.map { [$0[0], $0[2]] }
                == Violation.Rule.allCases.map { ["`\($0.rawValue)`", $0.source] })
    }

    @Test func everyRuleIsBrokenBySomePlan() {
        var broken = Set(BrokenPlan.all.flatMap { $0.plan.violations() }.map(\.rule))
        broken.formUnion(SampleFileLoadPlan.broken.flatMap { $0.violations() }.map(\.rule))
        #expect(Set(Violation.Rule.allCases).subtracting(broken) == [])
    }
}

extension BrokenPlan {
    /// Every plan that is made to break rules.
    static let all = [
        inputs, machines, segments, booting, deviceTree, purgatory, pageTables, mappings, slots, contracts,
        reports,
    ].flatMap(\.self)
}

extension SampleFileLoadPlan {
    /// Plans for kexec_file_load that break each of the rules that these have alone.
    static let broken: [FileLoadPlan] = {
        func changed(_ plan: FileLoadPlan, _ change: (inout FileLoadPlan) -> Void) -> FileLoadPlan {
            var plan = plan
            change(&plan)
            return plan
        }
        return [
            changed(arm64) { $0.inputs.append(Input(role: .dtb, name: "fdt", size: 1, sha256: .zero)) },
            changed(arm64) { $0.inputs[0].size = 0 },
            changed(arm64) { $0.inputs[0].size = .max },
            changed(arm64) { $0.request.commandLine = "quiet\0" },
            changed(arm64) { $0.request.commandLine = String(repeating: "x", count: 2048) },
            changed(arm64) { $0.request.flags = [.noCMA, .noCMA] },
            changed(arm64) { $0.request.flags = [.forceDTB] },
            changed(x86) { $0.request.commandLine = String(repeating: "x", count: 2048) },
            changed(x86) { plan in
                guard case .x86(var image) = plan.kernel else { return }
                image.loadFlags = 0
                plan.kernel = .x86(image)
            },
        ]
    }()
}
