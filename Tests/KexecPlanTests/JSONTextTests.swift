import Foundation
import PlanJSON
import Testing

/// Texts that are no JSON, and what the reader says: some that json-c takes, some that it refuses.
@Suite struct JSONTextTests {
    @Test(
        arguments: [
            // json-c takes these.
            ("{\"a\": 'b'}", "a", .unexpectedByte(0x27, offset: 6)),
            ("{'a': 1}", "", .unexpectedByte(0x27, offset: 1)),
            ("{\"a\": NaN}", "a", .unexpectedByte(0x4e, offset: 6)),
            ("{\"a\": [1, Infinity]}", "a[1]", .unexpectedByte(0x49, offset: 10)),
            ("{\"a\": -Infinity}", "a", .unexpectedByte(0x49, offset: 7)),
            ("{\"a\": -01}", "a", .unexpectedByte(0x31, offset: 8)),
            ("{\"a\": 1.}", "a", .unexpectedByte(0x7d, offset: 8)),
            ("{\"a\": \"\u{1}\"}", "a", .unexpectedByte(1, offset: 7)),
            ("{\"a\": \"\n\"}", "a", .unexpectedByte(10, offset: 7)),
            (#"{"a": "\ud800"}"#, "a", .unpairedSurrogate(offset: 7)),
            (#"{"a": "\udc00\ud800"}"#, "a", .unpairedSurrogate(offset: 7)),
            (#"{"a": "\ud800\u0041"}"#, "a", .unpairedSurrogate(offset: 7)),
            (#"{"a": "\ud800\n"}"#, "a", .unpairedSurrogate(offset: 7)),
            (#"{"a\u0000b": 1}"#, "a\u{0}b", .zeroInKey(offset: 1)),
            (#"{"a": 1, "a": 2}"#, "a", .duplicateKey),
            (#"{"a": 1, "b": {}, "\u0061": 2}"#, "a", .duplicateKey),
            (#"[{"": 1, "": 2}]"#, "[0].", .duplicateKey),
            (#"{"/": 1, "\/": 2}"#, "/", .duplicateKey),
            ("{\"é\": 1, \"\\u00e9\": 2}", "é", .duplicateKey),
            // Tokens that nobody takes.
            (#"{"a": 01}"#, "a", .unexpectedByte(0x31, offset: 7)),
            (#"{"a": +1}"#, "a", .unexpectedByte(0x2b, offset: 6)),
            (#"{"a": .5}"#, "a", .unexpectedByte(0x2e, offset: 6)),
            (#"{"a": 1e}"#, "a", .unexpectedByte(0x7d, offset: 8)),
            (#"{"a": 1e+}"#, "a", .unexpectedByte(0x7d, offset: 9)),
            (#"{"a": -}"#, "a", .unexpectedByte(0x7d, offset: 7)),
            (#"{"a": 0x1}"#, "a", .unexpectedByte(0x78, offset: 7)),
            (#"{"a": True}"#, "a", .unexpectedByte(0x54, offset: 6)),
            (#"{"a": truE}"#, "a", .unexpectedByte(0x45, offset: 9)),
            (#"{"a": nulll}"#, "a", .unexpectedByte(0x6c, offset: 10)),
            (#"{"a": "\x"}"#, "a", .unexpectedByte(0x78, offset: 8)),
            (#"{"a": "\u12g4"}"#, "a", .unexpectedByte(0x67, offset: 11)),
            (#"{"a": 1} // why"#, "", .unexpectedByte(0x2f, offset: 9)),
            (#"{"a": /* 1 */ 2}"#, "a", .unexpectedByte(0x2f, offset: 6)),
            ("{\u{b}}", "", .unexpectedByte(0x0b, offset: 1)),
            ("\u{feff}{}", "", .unexpectedByte(0xef, offset: 0)),
            ("{} \u{0}", "", .unexpectedByte(0, offset: 3)),
            // Ends.
            ("", "", .unexpectedEnd(offset: 0)),
            (" \n", "", .unexpectedEnd(offset: 2)),
            ("{", "", .unexpectedEnd(offset: 1)),
            ("[1", "", .unexpectedEnd(offset: 2)),
            (#"{"a": tru"#, "a", .unexpectedEnd(offset: 9)),
            (#"{"a": -"#, "a", .unexpectedEnd(offset: 7)),
            (#"{"a": "b"#, "a", .unexpectedEnd(offset: 8)),
            (#"{"a": "b\"#, "a", .unexpectedEnd(offset: 9)),
            (#"{"a": "b\u00"#, "a", .unexpectedEnd(offset: 12)),
            // Grammar, which is json-c's.
            ("{} {}", "", .unexpectedByte(0x7b, offset: 3)),
            ("{}]", "", .unexpectedByte(0x5d, offset: 2)),
            ("1 1", "", .unexpectedByte(0x31, offset: 2)),
            ("{]", "", .unexpectedByte(0x5d, offset: 1)),
            ("[1,]", "", .unexpectedByte(0x5d, offset: 3)),
            ("[,1]", "", .unexpectedByte(0x2c, offset: 1)),
            ("[1 2]", "", .unexpectedByte(0x32, offset: 3)),
            ("[1:2]", "[0]", .unexpectedByte(0x3a, offset: 2)),
            (#"{"a":1,}"#, "", .unexpectedByte(0x7d, offset: 7)),
            (#"{"a" 1}"#, "", .unexpectedByte(0x31, offset: 5)),
            (#"{"a":}"#, "", .unexpectedByte(0x7d, offset: 5)),
            (#"{"a":1 "b":2}"#, "", .unexpectedByte(0x22, offset: 7)),
            ("{1 :2}", "", .unexpectedByte(0x31, offset: 1)),
            (",", "", .unexpectedByte(0x2c, offset: 0)),
            // JSON, and no plan.
            ("1", "", .unexpected(.integer(1), due: .object)),
            ("[]", "", .unexpected(.array, due: .object)),
            ("null", "", .unexpected(.null, due: .object)),
            ("{}", "format_version", .missing),
        ] as [(String, String, PlanDecodingError.Reason)])
    func wrongText(_ text: String, path: String, reason: PlanDecodingError.Reason) {
        #expect(throws: PlanDecodingError(path: path, reason: reason)) {
            try PlanJSON.decode(Array(text.utf8))
        }
    }

    /// Lone continuation bytes, cut sequences, overlong forms, surrogates, values past U+10FFFF.
    @Test(
        arguments: [
            [0x80], [0xc3], [0xe2, 0x82], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff],
        ] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) {
        let inValue = Array(#"{"a": [0, ""#.utf8) + bytes + Array(#""]}"#.utf8)
        #expect(throws: PlanDecodingError(path: "a[1]", reason: .notUTF8(offset: 10))) {
            try PlanJSON.decode(inValue)
        }
        let inKey = Array(#"{""#.utf8) + bytes + Array(#"": 1}"#.utf8)
        #expect(throws: PlanDecodingError(path: "", reason: .notUTF8(offset: 1))) {
            try PlanJSON.decode(inKey)
        }
        #expect(throws: PlanDecodingError(path: "", reason: .unexpectedByte(bytes[0], offset: 2))) {
            try PlanJSON.decode(Array("{}".utf8) + bytes)
        }
    }

    @Test func depth() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)).utf8)
        }
        #expect(throws: PlanDecodingError(path: "", reason: .unexpected(.array, due: .object))) {
            try PlanJSON.decode(nested(32))
        }
        #expect(
            throws: PlanDecodingError(
                path: String(repeating: "[0]", count: 32), reason: .tooDeep(limit: 32))
        ) { try PlanJSON.decode(nested(33)) }
    }

    /// All texts of up to five of JSON's tokens: Foundation's parser finds the same ones to be JSON.
    @Test func everyOrderOfTokens() {
        var texts = [""]
        var last = texts
        for _ in 0..<5 {
            last = last.flatMap { text in
                ["{", "}", "[", "]", ",", ":", "\"a\"", "1 ", "true "].map { text + $0 }
            }
            texts += last
        }
        for text in texts {
            // Foundation takes a comma before a bracket, which RFC 8259 doesn't have.
            let isJSON =
                (try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) != nil
                && !text.contains(",]")
            switch reason(text) {
            case .unexpectedByte, .unexpectedEnd: #expect(!isJSON, "\(text)")
            case .duplicateKey: break
            default: #expect(isJSON, "\(text)")
            }
        }
    }

    private func reason(_ text: String) -> PlanDecodingError.Reason? {
        do throws(PlanDecodingError) {
            _ = try PlanJSON.decode(Array(text.utf8))
            return nil
        } catch {
            return error.reason
        }
    }

    @Test func size() {
        let limit = PlanJSON.maximumSize
        #expect(throws: PlanDecodingError(path: "", reason: .tooLarge(size: limit + 1, limit: limit))) {
            try PlanJSON.decode([UInt8](repeating: 0x20, count: limit + 1))
        }
    }
}
