import KexecPlan
import PlanJSON
import TestSupport
import Testing

@Suite struct LoadRecordTests {
    private func plan(_ number: UInt8) throws -> LoadedPlan {
        let id = try #require(SHA256Digest(bytes: [UInt8](repeating: number, count: 32)))
        return LoadedPlan(
            id: id, path: "/etc/kplan/\(number)\u{1b}.json", method: .kexecFileLoad, type: .crash)
    }

    private func record(_ candidates: [LoadedPlan], mayBeOther: Bool = false) -> LoadRecord {
        LoadRecord(bootID: "boot", candidates: candidates, mayBeOther: mayBeOther)
    }

    @Test("A load in progress may be either plan, or what was there")
    func replacing() throws {
        let (first, second) = (try plan(1), try plan(2))
        #expect(record([]).replacing(with: first) == record([first]))
        #expect(record([first]).replacing(with: second) == record([first, second]))
        #expect(record([first]).replacing(with: first) == record([first]))
        #expect(record([], mayBeOther: true).replacing(with: first) == record([first], mayBeOther: true))
        var long = record([])
        for number in UInt8(0)..<16 { long = long.replacing(with: try plan(number)) }
        #expect(long.candidates.count == 16 && !long.mayBeOther)
        long = long.replacing(with: try plan(16))
        #expect(long.candidates == (try (1...16).map { try plan($0) }) && long.mayBeOther)
    }

    @Test func origin() throws {
        let (first, second) = (try plan(1), try plan(2))
        func origin(_ record: LoadRecord?, boot: String? = "boot") -> LoadOrigin {
            LoadOrigin(record: record, bootID: boot)
        }
        #expect(origin(record([first])) == .plan(first))
        #expect(origin(record([first], mayBeOther: true)) == .interrupted([first], mayBeOther: true))
        #expect(origin(record([first, second])) == .interrupted([first, second], mayBeOther: false))
        // Of no boot, of another one, and of nothing.
        for origin in [
            origin(nil), origin(record([first]), boot: "other"), origin(record([first]), boot: nil),
            origin(record([])),
        ] { #expect(origin == .unrecorded) }
    }

    @Test("A record is read as it was written, and nothing else is read")
    func file() throws {
        let whole = record([try plan(1), try plan(2)], mayBeOther: true)
        let bytes = LoadRecordJSON.encode(whole)
        #expect(try LoadRecordJSON.decode(bytes) == whole)
        for end in 0..<(bytes.count - 1) {
            #expect(throws: PlanDecodingError.self) { try LoadRecordJSON.decode(Array(bytes[..<end])) }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in [
            ("\"1.0\"", "\"2.0\""), ("\"1.0\"", "1"), ("01010101", "0101010"), ("kexec_file_load", "kexec"),
            ("true", "1"), ("crash", "x"),
        ] {
            #expect(throws: PlanDecodingError.self) {
                try LoadRecordJSON.decode(Array(text.replacing(old, with: new).utf8))
            }
        }
        let large = [UInt8](repeating: 0x20, count: LoadRecordJSON.maximumSize + 1)
        #expect(
            throws: PlanDecodingError(
                path: "", reason: .tooLarge(size: large.count, limit: LoadRecordJSON.maximumSize))
        ) { try LoadRecordJSON.decode(large) }
    }
}
