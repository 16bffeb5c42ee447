import TestSupport
import Testing

@Suite(
    .enabled(if: SchemaValidator.isAvailable, "needs python3 with jsonschema (Debian: python3-jsonschema)"))
struct SimulateSchemaTests {
    private static let schema = SchemaValidator.schema("simulate-1.schema.json")

    @Test("The schema takes what simulate prints: the kernel reached, a mismatch, an exception")
    func output() throws {
        #expect(try SchemaValidator.isSchema(Self.schema))
        let workshop = try SimulateWorkshop()
        let runs = [
            ("kernel", ["--json", "--el", "2-e2h"]),
            ("verification_failed", ["--json", "--corrupt", "initrd"]),
            ("exception", ["--json", "--corrupt", "page-tables:0"]),
        ]
        var documents: [[UInt8]] = []
        for (end, options) in runs {
            let output = try Kplan.run(["simulate", "plan.json"] + options, in: workshop.folder).output
            #expect(output.contains("\"end\": \"\(end)\""), "\(output)")
            documents.append(output.utf8.filter { $0 != UInt8(ascii: "\n") })
        }
        let sound = String(decoding: documents[0], as: UTF8.self)
        for key in ["format_version", "good", "end", "boot_checks", "registers", "trace", "instructions"] {
            documents.append(Array(sound.replacing("\"\(key)\":", with: "\"other\":").utf8))
        }
        documents.append(Array(sound.replacing("\"kernel\"", with: "\"moon\"").utf8))
        let due = documents.indices.map { $0 < runs.count }
        #expect(try SchemaValidator.verdicts(documents, schema: Self.schema) == due)
    }
}
