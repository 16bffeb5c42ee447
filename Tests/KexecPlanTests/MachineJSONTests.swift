import Base64
import KexecPlan
import TestSupport
import Testing

@testable import PlanJSON

/// machine.json, and a file of it with one thing changed, at every place.
@Suite struct MachineJSONTests {
    private static let capture = SampleCapture.full
    private static let encoded = MachineJSON.encode(capture)

    @Test func whatIsWrittenIsReadAgain() throws {
        #expect(try MachineJSON.decode(Self.encoded) == Self.capture)
        let empty = MachineCapture(
            architecture: .x86, kernel: RunningKernel(), processors: Processors(), memory: nil,
            deviceTree: nil,
            consoles: Consoles(), interrupts: Interrupts(), firmware: Firmware(usesEFI: false),
            kexec: KexecState(), crash: CrashFacts(), security: SecurityFacts(), zeroed: [], redacted: nil,
            unreadable: [])
        #expect(try MachineJSON.decode(MachineJSON.encode(empty)) == empty)
    }

    @Test func everyTruncation() {
        for length in 0..<(Self.encoded.count - 1) {
            #expect(throws: PlanDecodingError.self, "length \(length)") {
                try MachineJSON.decode(Array(Self.encoded[..<length]))
            }
        }
    }

    @Test func everyByte() throws {
        let whiteSpace = Set(" \t\r\n".utf8)
        let minorOffset = try #require(Self.encoded.firstIndex(of: UInt8(ascii: "."))) + 1
        var bytes = Self.encoded
        for offset in bytes.indices {
            let original = bytes[offset]
            for other in [original ^ 1, original ^ 0x20, UInt8(ascii: "\""), UInt8(ascii: "0"), 0]
            where other != original {
                bytes[offset] = other
                if let capture = try? MachineJSON.decode(bytes), capture == Self.capture {
                    #expect(
                        offset == minorOffset || whiteSpace.contains(original) && whiteSpace.contains(other),
                        "byte \(offset) from \(original) to \(other) is the same capture")
                }
            }
            bytes[offset] = original
        }
    }

    /// Each key removed, each key twice, each value of another type: the error names that place.
    @Test func everyField() throws {
        let document = try JSONText.parse(Self.encoded, maximumDepth: MachineJSON.maximumDepth)
        var count = 0
        for mutation in document.mutations() {
            var error: PlanDecodingError?
            do throws(PlanDecodingError) {
                _ = try MachineJSON.decode(JSONWriter.lines(mutation.document))
            } catch let thrown {
                error = thrown
            }
            #expect(error?.path == mutation.path, "\(mutation.kind) at \(mutation.path)")
            #expect(mutation.agrees(with: error?.reason), "\(mutation.kind) at \(mutation.path)")
            count += 1
        }
        #expect(count > 200)
    }

    @Test func anotherMajorVersionIsRefusedAndAMinorOneIsNot() throws {
        let text = String(decoding: Self.encoded, as: UTF8.self)
        let later = text.replacing("\"1.0\"", with: "\"1.7\"").replacing(
            "\"efi\":", with: "\"new\": 1, \"efi\":")
        #expect(try MachineJSON.decode(Array(later.utf8)) == Self.capture)
        #expect(
            throws: PlanDecodingError(
                path: "format_version", reason: .otherMajorVersion("2.0", known: "1.0"))
        ) {
            try MachineJSON.decode(Array(text.replacing("\"1.0\"", with: "\"2.0\"").utf8))
        }
    }

    @Test func base64HasOneForm() {
        var random = SplitMix64(seed: 7)
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        // RFC 4648, section 10.
        #expect(
            Base64.encode(Array("foobar".utf8)) == "Zm9vYmFy" && Base64.encode(Array("fo".utf8)) == "Zm8=")
        for wrong in ["Zg", "Zg=", "Zh==", "Zm9=", "Z===", "=Zg=", "Zg==Zg==", "Zm9v\n", "Zm-v"] {
            #expect(Base64.decode(wrong) == nil, "\(wrong)")
        }
    }
}

/// The published schema, read by python3's jsonschema, which we did not write.
@Suite(
    .enabled(if: SchemaValidator.isAvailable, "needs python3 with jsonschema (Debian: python3-jsonschema)"))
struct MachineSchemaTests {
    private static let schema = SchemaValidator.schema("machine-1.schema.json")

    @Test func schemaIsOneItself() throws {
        #expect(try SchemaValidator.isSchema(Self.schema))
    }

    @Test func schemaAndReaderAgree() throws {
        let document = try JSONText.parse(
            MachineJSON.encode(SampleCapture.full), maximumDepth: MachineJSON.maximumDepth)
        let mutations =
            [Mutation(kind: .removed, path: "", document: document)]
            + document.mutations().filter { $0.kind != .repeated } + document.respellings()
        let documents = mutations.map { JSONWriter.canonical($0.document) }
        let verdicts = try SchemaValidator.verdicts(documents, schema: Self.schema)
        try #require(verdicts.count == documents.count)
        #expect(verdicts.first == true)
        for (index, isValid) in verdicts.enumerated() {
            let isRead = (try? MachineJSON.decode(documents[index])) != nil
            #expect(
                isRead == isValid,
                "\(mutations[index].path): \(String(decoding: documents[index], as: UTF8.self))")
        }
        #expect(verdicts.count { !$0 } > 400)
    }
}
