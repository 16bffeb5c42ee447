import Foundation
import KexecPlan
import TestSupport
import Testing

@testable import PlanJSON

/// The published schema, read by python3's jsonschema, which we did not write.
@Suite(
    .enabled(if: SchemaValidator.isAvailable, "needs python3 with jsonschema (Debian: python3-jsonschema)"))
struct PlanSchemaTests {
    @Test func schemaIsOneItself() throws {
        #expect(try SchemaValidator.isSchema(Golden.schema))
    }

    @Test func plansAreValid() throws {
        let golden = try Data(contentsOf: Golden.samplePlan)
        let samples =
            [
                SamplePlan.full, SamplePlan.bare, SamplePlan.foreign, SamplePlan.series2017,
                SamplePlan.machines, SamplePlan.live,
            ].map(
                AnyPlan.kexecLoad)
            + SampleFileLoadPlan.all.map(AnyPlan.kexecFileLoad)
        #expect(
            try SchemaValidator.verdicts(samples.map(PlanJSON.canonical), schema: Golden.schema)
                == samples.map { _ in true })
        #expect(try SchemaValidator.verdicts([golden.filter { $0 != 0x0a }], schema: Golden.schema) == [true])
    }

    /// What breaks rules is a plan all the same, in the one form that plans have; what isn't is no plan to the reader either.
    @Test func brokenPlansAreValid() throws {
        let broken =
            BrokenPlan.all.map { AnyPlan.kexecLoad($0.plan) }
            + SampleFileLoadPlan.broken.map(AnyPlan.kexecFileLoad)
        let documents = broken.map(PlanJSON.canonical)
        let verdicts = try SchemaValidator.verdicts(documents, schema: Golden.schema)
        #expect(verdicts.count == documents.count)
        for (document, isValid) in zip(documents, verdicts) {
            let isRead = (try? PlanJSON.decode(document)) != nil
            #expect(isRead == isValid, "\(String(decoding: document, as: UTF8.self))")
        }
        #expect(verdicts.count(where: \.self) > 100)
    }

    /// The schema is what version 1.0 writes: a key that it doesn't have is none, in any object. A reader ignores it.
    @Test(arguments: [
        AnyPlan.kexecLoad(SamplePlan.full), .kexecFileLoad(SampleFileLoadPlan.arm64),
        .kexecFileLoad(SampleFileLoadPlan.x86),
    ])
    func schemaIsClosed(for plan: AnyPlan) throws {
        let document = try JSONText.parse(PlanJSON.encode(plan), maximumDepth: PlanJSON.maximumDepth)
        let documents = document.withAnotherKey().map { JSONWriter.canonical($0) }
        #expect(documents.count > 3)
        for document in documents { #expect(try PlanJSON.decode(document) == plan) }
        #expect(
            try SchemaValidator.verdicts(documents, schema: Golden.schema) == documents.map { _ in false })
    }

    /// A schema sees what is missing, what has another type, and what has another form.
    @Test(arguments: [
        (AnyPlan.kexecLoad(SamplePlan.full), 2000), (.kexecLoad(SamplePlan.live), 2000),
        (.kexecFileLoad(SampleFileLoadPlan.arm64), 150),
        (.kexecFileLoad(SampleFileLoadPlan.x86), 150),
    ])
    func schemaAndReaderAgree(on plan: AnyPlan, expecting least: Int) throws {
        let document = try JSONText.parse(PlanJSON.encode(plan), maximumDepth: PlanJSON.maximumDepth)
        let mutations = document.mutations().filter { $0.kind != .repeated } + document.respellings()
        let documents = mutations.map { JSONWriter.canonical($0.document) }
        let verdicts = try SchemaValidator.verdicts(documents, schema: Golden.schema)
        #expect(verdicts.count == documents.count)
        var refused = 0
        for (index, isValid) in verdicts.enumerated() {
            let isRead = (try? PlanJSON.decode(documents[index])) != nil
            #expect(
                isRead == isValid,
                "\(mutations[index].path): \(String(decoding: documents[index], as: UTF8.self))")
            refused += isValid ? 0 : 1
        }
        #expect(refused > least)
    }
}

extension JSONValue {
    /// All documents that differ from this one in one object with a key more.
    func withAnotherKey() -> [JSONValue] {
        switch self {
        case .object(let members, let layout):
            let own = JSONValue.object(members + [Member(key: "another", value: .null)], layout)
            return [own]
                + members.indices.flatMap { index in
                    members[index].value.withAnotherKey().map { value in
                        var changed = members
                        changed[index].value = value
                        return .object(changed, layout)
                    }
                }
        case .array(let elements):
            return elements.indices.flatMap { index in
                elements[index].withAnotherKey().map { value in
                    var changed = elements
                    changed[index] = value
                    return .array(changed)
                }
            }
        case .null, .boolean, .integer, .number, .string: return []
        }
    }

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
