import Foundation
import KexecPlan
import Testing

@testable import PlanJSON

/// The published schema, read by python3's jsonschema, which we did not write.
@Suite(
    .enabled(if: SchemaValidator.isAvailable, "needs python3 with jsonschema (Debian: python3-jsonschema)"))
struct PlanSchemaTests {
    @Test func schemaIsOneItself() throws {
        #expect(try SchemaValidator.python("--check-schema", Golden.schema.path) == "valid\n")
    }

    @Test func plansAreValid() throws {
        let golden = try Data(contentsOf: Golden.samplePlan)
        let samples = [SamplePlan.full, SamplePlan.bare, SamplePlan.foreign, SamplePlan.series2017]
        #expect(
            try SchemaValidator.verdicts(samples.map(PlanJSON.canonical))
                == samples.map { _ in true })
        #expect(try SchemaValidator.verdicts([golden.filter { $0 != 0x0a }]) == [true])
    }

    /// A schema sees what is missing, what has another type, and what has another form.
    @Test func schemaAndReaderAgree() throws {
        let document = try JSONText.parse(
            PlanJSON.encode(SamplePlan.full), maximumDepth: PlanJSON.maximumDepth)
        let mutations = document.mutations().filter { $0.kind != .repeated } + document.respellings()
        let documents = mutations.map { JSONWriter.canonical($0.document) }
        let verdicts = try SchemaValidator.verdicts(documents)
        #expect(verdicts.count == documents.count)
        var refused = 0
        for (index, isValid) in verdicts.enumerated() {
            let isRead = (try? PlanJSON.decode(documents[index])) != nil
            #expect(
                isRead == isValid,
                "\(mutations[index].path): \(String(decoding: documents[index], as: UTF8.self))")
            refused += isValid ? 0 : 1
        }
        #expect(refused > 2000)
    }
}

extension JSONValue {
    /// All documents that differ from this one in one string or integer that has another form.
    func respellings(path: String = "") -> [Mutation] {
        var values: [JSONValue] = []
        switch self {
        case .string:
            values = ["", "0x", "0X1", "0x01", "0xF", "1", "-0x1", "nonsense", "0x10000000000000000"]
        case .integer:
            values = [.integer(-1), .integer(1 << 32), .number("0.5"), .boolean(true)]
        case .null, .boolean, .number, .array, .object: break
        }
        var mutations = values.map { Mutation(kind: .otherType, path: path, document: $0) }
        switch self {
        case .object(let members, let layout):
            for (index, member) in members.enumerated() {
                mutations += member.value.respellings(path: "\(path).\(member.key)").map { mutation in
                    var changed = members
                    changed[index].value = mutation.document
                    return Mutation(kind: .otherType, path: mutation.path, document: .object(changed, layout))
                }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                mutations += element.respellings(path: "\(path)[\(index)]").map { mutation in
                    var changed = elements
                    changed[index] = mutation.document
                    return Mutation(kind: .otherType, path: mutation.path, document: .array(changed))
                }
            }
        case .null, .boolean, .integer, .number, .string: break
        }
        return mutations
    }
}

/// python3's jsonschema in a process of its own.
enum SchemaValidator {
    static let isAvailable = (try? python("--check-import")) == "available\n"

    /// Whether the schema takes each of these documents of one line.
    static func verdicts(
        _ documents: [some Collection<UInt8>], schema: URL = Golden.schema
    ) throws -> [Bool] {
        let file = FileManager.default.temporaryDirectory.appending(path: "kplan-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(documents.joined(separator: [0x0a])).write(to: file)
        return try python("--validate", schema.path, file.path).split(separator: "\n").map {
            $0 == "valid"
        }
    }

    /// What the program prints.
    static func python(_ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: text, as: UTF8.self) : ""
    }

    private static let program = """
        import json, sys
        from jsonschema import Draft202012Validator as Validator
        def load(path):
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        if sys.argv[1] == "--check-import":
            print("available")
        elif sys.argv[1] == "--check-schema":
            Validator.check_schema(load(sys.argv[2]))
            print("valid")
        else:
            validator = Validator(load(sys.argv[2]))
            with open(sys.argv[3], encoding="utf-8") as file:
                for line in file:
                    print("valid" if validator.is_valid(json.loads(line)) else "invalid")
        """
}
