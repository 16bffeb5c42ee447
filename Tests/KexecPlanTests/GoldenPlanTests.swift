import Foundation
import KexecPlan
import PlanJSON
import Testing

@Suite("Every golden plan is read, and written again to the byte")
struct GoldenPlanTests {
    /// The plans of Tests/Golden. Those of captured machines leave out what differs between assemblers (MakeGoldenTests).
    private static let names =
        (try? FileManager.default.contentsOfDirectory(
            atPath: Golden.samplePlan.deletingLastPathComponent().path))?
        .filter { $0.hasSuffix(".json") && !$0.hasPrefix("machine-") }.sorted() ?? []

    @Test func thereAreSome() { #expect(Self.names.count >= 12) }

    @Test(arguments: names) func roundTrip(_ name: String) throws {
        let url = Golden.samplePlan.deletingLastPathComponent().appending(path: name)
        let text = try String(contentsOf: url, encoding: .utf8)
            .replacing(": SIZE", with: #": "0x1""#)
            .replacing(": DIGEST", with: ": \"\(String(repeating: "0", count: 64))\"")
        let bytes = Array(text.utf8)
        let plan = try PlanJSON.decode(bytes)
        #expect(PlanJSON.encode(plan) == bytes)
        #expect(try PlanJSON.decode(PlanJSON.canonical(plan)) == plan)
    }
}
