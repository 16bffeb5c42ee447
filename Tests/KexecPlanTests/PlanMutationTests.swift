import KexecPlan
import Testing

@testable import PlanJSON

/// A plan's file with one thing changed, at every place.
@Suite struct PlanMutationTests {
    /// Every field that there is, few of each: it is read some 30000 times.
    private static let plan: Plan = {
        var plan = SamplePlan.full
        plan.inputs.removeSubrange(1...)
        plan.segments.removeSubrange(1...)
        plan.deviceTree.edits.removeSubrange(1..<3)
        plan.deviceTree.edits.append(chosen("linux,initrd-end", .number(0x53b3_f123)))
        plan.pageTables?.tables.removeSubrange(1...)
        plan.pageTables?.mappings.removeSubrange(1...)
        plan.purgatory.sections.removeSubrange(1...)
        plan.purgatory.relocations.removeSubrange(..<2)
        plan.purgatory.symbols.removeSubrange(9..<15)
        plan.purgatory.symbols.removeSubrange(..<7)
        plan.runtimeSlots.removeSubrange(1..<3)
        return plan
    }()

    private static let encoded = PlanJSON.encode(plan)

    @Test func everyTruncation() {
        // Without its last byte, the newline, it is the same plan.
        for length in 0..<(Self.encoded.count - 1) {
            #expect(throws: PlanDecodingError.self, "length \(length)") {
                try PlanJSON.decode(Array(Self.encoded[..<length]))
            }
        }
        #expect(throws: Never.self) { try PlanJSON.decode(Self.encoded.dropLast()) }
    }

    /// Each bit of each byte flipped, and the byte replaced by what means something to JSON.
    @Test func everyByte() throws {
        let whiteSpace = Set(" \t\r\n".utf8)
        // Another minor version is the same plan.
        let minorOffset = try #require(Self.encoded.firstIndex(of: UInt8(ascii: "."))) + 1
        var bytes = Self.encoded
        for offset in bytes.indices {
            let original = bytes[offset]
            let others = Set((0..<8).map { original ^ 1 << $0 } + Array("\"\\{0 ".utf8)).subtracting([
                original
            ])
            for other in others {
                bytes[offset] = other
                if let plan = try? PlanJSON.decode(bytes), plan == .kexecLoad(Self.plan) {
                    let isBetweenTokens = whiteSpace.contains(original) && whiteSpace.contains(other)
                    #expect(
                        isBetweenTokens || offset == minorOffset,
                        "byte \(offset) from \(original) to \(other) is the same plan")
                }
            }
            bytes[offset] = original
        }
    }

    /// Each key removed, each key twice, each value of another type: the error names that place.
    @Test(arguments: [(encoded, 300), (PlanJSON.encode(.kexecFileLoad(SampleFileLoadPlan.x86)), 50)])
    func everyField(of encoded: [UInt8], expecting least: Int) throws {
        let document = try JSONText.parse(encoded, maximumDepth: PlanJSON.maximumDepth)
        var count = 0
        for mutation in document.mutations() {
            let error = Self.error(of: JSONWriter.lines(mutation.document))
            #expect(error?.path == mutation.path, "\(mutation.kind) at \(mutation.path)")
            #expect(mutation.agrees(with: error?.reason), "\(mutation.kind) at \(mutation.path)")
            count += 1
        }
        #expect(count > least)
    }

    /// Why the bytes are no plan; nil where they are one.
    private static func error(of bytes: [UInt8]) -> PlanDecodingError? {
        do throws(PlanDecodingError) {
            _ = try PlanJSON.decode(bytes)
            return nil
        } catch {
            return error
        }
    }
}

/// A document with one thing changed.
struct Mutation {
    enum Kind {
        case removed
        case repeated
        case otherType
    }

    var kind: Kind
    var path: String
    var document: JSONValue

    func agrees(with reason: PlanDecodingError.Reason?) -> Bool {
        switch (kind, reason) {
        case (.removed, .missing), (.repeated, .duplicateKey), (.otherType, .unexpected): true
        default: false
        }
    }
}

extension JSONValue {
    /// All documents that differ from this one in one key that is removed or repeated, or in the type of one value.
    func mutations(path: String = "") -> [Mutation] {
        var mutations = [Mutation(kind: .otherType, path: path, document: ofOtherType)]
        switch self {
        case .object(let members, let layout):
            for (index, member) in members.enumerated() {
                let path = path.isEmpty ? member.key : "\(path).\(member.key)"
                var removed = members
                removed.remove(at: index)
                mutations.append(Mutation(kind: .removed, path: path, document: .object(removed, layout)))
                mutations.append(
                    Mutation(kind: .repeated, path: path, document: .object(members + [member], layout)))
                mutations += member.value.mutations(path: path).map { mutation in
                    var changed = members
                    changed[index].value = mutation.document
                    return Mutation(
                        kind: mutation.kind, path: mutation.path, document: .object(changed, layout))
                }
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                mutations += element.mutations(path: "\(path)[\(index)]").map { mutation in
                    var changed = elements
                    changed[index] = mutation.document
                    return Mutation(kind: mutation.kind, path: mutation.path, document: .array(changed))
                }
            }
        case .null, .boolean, .integer, .number, .string: break
        }
        return mutations
    }

    /// A value of a type that can't stand here.
    private var ofOtherType: JSONValue {
        switch self {
        case .string: .integer(1)
        case .integer: .string("0x1")
        case .array, .object: .boolean(false)
        case .null, .boolean, .number: .array([])
        }
    }
}
