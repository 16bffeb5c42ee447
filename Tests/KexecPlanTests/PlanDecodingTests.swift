import Arm64
import KexecPlan
import PlanJSON
import Testing

/// A text in the place of another one in the sample's file, and what the reader says.
struct Misspelling: Sendable, CustomTestStringConvertible {
    let find: String
    let replacement: String
    let path: String
    let reason: PlanDecodingError.Reason

    var testDescription: String { "\(path): \(replacement)" }

    init(_ find: String, _ replacement: String, at path: String, _ reason: PlanDecodingError.Reason) {
        self.find = find
        self.replacement = replacement
        self.path = path
        self.reason = reason
    }
}

@Suite struct PlanDecodingTests {
    private static let text = String(decoding: PlanJSON.encode(SamplePlan.full), as: UTF8.self)

    @Test(arguments: misspellings) func misspelling(_ misspelling: Misspelling) throws {
        let place = try #require(Self.text.firstRange(of: misspelling.find))
        let text = Self.text.replacingCharacters(in: place, with: misspelling.replacement)
        #expect(throws: PlanDecodingError(path: misspelling.path, reason: misspelling.reason)) {
            try PlanJSON.decode(Array(text.utf8))
        }
    }

    private static let counts: ClosedRange<Int64> = 0...0xffff_ffff
    private static let kernelDigest = String(repeating: "11", count: 32)
    private static let roles = ["kernel", "initrd", "dtb", "purgatory", "page-tables"]
    private static let consoles = ["pl011", "uart8250,mmio", "uart8250,mmio32", "raw"]

    static let misspellings: [Misspelling] = [
        // The version, before all else.
        .init(#""1.0""#, #""2.0""#, at: "format_version", .otherMajorVersion("2.0", known: "1.0")),
        .init(#""1.0""#, #""10.0""#, at: "format_version", .otherMajorVersion("10.0", known: "1.0")),
        .init(#""1.0""#, #""1""#, at: "format_version", .unexpected(.string("1"), due: .version)),
        .init(#""1.0""#, #""1.01""#, at: "format_version", .unexpected(.string("1.01"), due: .version)),
        .init(#""1.0""#, #""1.""#, at: "format_version", .unexpected(.string("1."), due: .version)),
        .init(#""1.0""#, "1.0", at: "format_version", .unexpected(.number("1.0"), due: .version)),
        .init(
            #""arm64""#, #""x86""#, at: "architecture", .unexpected(.string("x86"), due: .oneOf(["arm64"]))),
        .init(#""normal""#, #""crash""#, at: "type", .unexpected(.string("crash"), due: .oneOf(["normal"]))),
        .init(
            #""kexec_load""#, #""kexec""#, at: "method",
            .unexpected(.string("kexec"), due: .oneOf(["kexec_load", "kexec_file_load"]))),
        // Another method is another kind of plan, which this one is not.
        .init(#""kexec_load""#, #""kexec_file_load""#, at: "request.flags", .missing),

        // Wrong types.
        .init(
            #""0x54003000","#, "1409298432,", at: "entry",
            .unexpected(.integer(1_409_298_432), due: .hexNumber)),
        .init(#""0x54003000","#, "true,", at: "entry", .unexpected(.boolean(true), due: .hexNumber)),
        .init(#""0x54003000","#, "null,", at: "entry", .unexpected(.null, due: .hexNumber)),
        .init(#""0x54003000","#, "[],", at: "entry", .unexpected(.array, due: .hexNumber)),
        .init(#""0x54003000","#, "{},", at: "entry", .unexpected(.object, due: .hexNumber)),
        .init(#""0x54003000","#, "1e3,", at: "entry", .unexpected(.number("1e3"), due: .hexNumber)),
        .init(
            #""input_address_bits": 39"#, #""input_address_bits": 39.0"#,
            at: "page_tables.input_address_bits", .unexpected(.number("39.0"), due: .integer(0...64))),
        .init(
            #""input_address_bits": 39"#, #""input_address_bits": "0x27""#,
            at: "page_tables.input_address_bits", .unexpected(.string("0x27"), due: .integer(0...64))),
        .init(#""vmlinuz""#, "7", at: "inputs[0].name", .unexpected(.integer(7), due: .string)),

        // Hex numbers.
        .init(
            #""0x1a09fc0""#, #""0x01a09fc0""#, at: "inputs[0].size",
            .unexpected(.string("0x01a09fc0"), due: .hexNumber)),
        .init(
            #""0x1a09fc0""#, #""0x1A09FC0""#, at: "inputs[0].size",
            .unexpected(.string("0x1A09FC0"), due: .hexNumber)),
        .init(
            #""0x1a09fc0""#, #""0X1a09fc0""#, at: "inputs[0].size",
            .unexpected(.string("0X1a09fc0"), due: .hexNumber)),
        .init(
            #""0x1a09fc0""#, #""1a09fc0""#, at: "inputs[0].size",
            .unexpected(.string("1a09fc0"), due: .hexNumber)),
        .init(#""0x1a09fc0""#, #""0x""#, at: "inputs[0].size", .unexpected(.string("0x"), due: .hexNumber)),
        .init(
            #""0x1a09fc0""#, #""0x+1""#, at: "inputs[0].size", .unexpected(.string("0x+1"), due: .hexNumber)),
        .init(
            #""0x1a09fc0""#, #""-0x1""#, at: "inputs[0].size", .unexpected(.string("-0x1"), due: .hexNumber)),
        .init(
            #""0x1a09fc0""#, #""0x10000000000000000""#, at: "inputs[0].size",
            .unexpected(.string("0x10000000000000000"), due: .hexNumber)),
        .init(
            #""addend": "-0x8""#, #""addend": "-0x0""#, at: "purgatory.relocations[2].addend",
            .unexpected(.string("-0x0"), due: .signedHexNumber)),
        .init(
            #""addend": "-0x8""#, #""addend": "0x8000000000000000""#, at: "purgatory.relocations[2].addend",
            .unexpected(.string("0x8000000000000000"), due: .signedHexNumber)),
        .init(
            #""addend": "-0x8""#, #""addend": "-0x8000000000000001""#, at: "purgatory.relocations[2].addend",
            .unexpected(.string("-0x8000000000000001"), due: .signedHexNumber)),
        .init(
            #""size": "0x80" }"#, #""size": "0x8000000000000000" }"#, at: "device_tree.edits[4].size",
            .unexpected(.string("0x8000000000000000"), due: .hexNumber)),

        // Integers out of range.
        .init(
            #""level": 3"#, #""level": 4"#, at: "page_tables.tables[2].level",
            .unexpected(.integer(4), due: .integer(0...3))),
        .init(
            #""count": 4"#, #""count": -1"#, at: "page_tables.tables[2].count",
            .unexpected(.integer(-1), due: .integer(counts))),
        .init(
            #""count": 4"#, #""count": 4294967296"#, at: "page_tables.tables[2].count",
            .unexpected(.integer(4_294_967_296), due: .integer(counts))),
        .init(
            #""count": 4"#, #""count": 99999999999999999999"#, at: "page_tables.tables[2].count",
            .unexpected(.integer(.max), due: .integer(counts))),
        .init(
            #""count": 176"#, #""count": -99999999999999999999"#,
            at: "page_tables.mappings[1].entries[1].count",
            .unexpected(.integer(.min), due: .integer(counts))),

        // Digests, words, ranges.
        .init(
            "11\"", "1\"", at: "inputs[0].sha256",
            .unexpected(.string(String(kernelDigest.dropLast())), due: .digest)),
        .init(
            "11\"", "\"", at: "inputs[0].sha256",
            .unexpected(.string(String(kernelDigest.dropLast(2))), due: .digest)),
        .init(
            "11\"", "1A\"", at: "inputs[0].sha256",
            .unexpected(.string(kernelDigest.dropLast(2) + "1A"), due: .digest)),
        .init(
            #""granule": "4K""#, "\"granule\": \"4\u{212a}\"", at: "request.granule",
            .unexpected(.string("4\u{212a}"), due: .oneOf(["4K", "16K", "64K"]))),
        .init(
            #""segment": "dtb""#, #""segment": "memory-map""#, at: "runtime_slots[0].segment",
            .unexpected(.string("memory-map"), due: .oneOf(roles))),
        .init(
            #""fill": "random""#, #""fill": "zero""#, at: "runtime_slots[0].fill",
            .unexpected(.string("zero"), due: .oneOf(["random", "segments-digest", "report", "digest"]))),
        .init(#""fill": "random""#, #""fill": "digest""#, at: "runtime_slots[0].of", .missing),
        .init(
            #""change": "text", "value""#, #""change": "text", "size""#, at: "device_tree.edits[0].value",
            .missing),
        .init(
            #""change": "delete""#, #""change": "remove""#, at: "device_tree.edits[5].change",
            .unexpected(.string("remove"), due: .oneOf(["text", "number", "zeros", "delete"]))),
        .init(
            #""own-digest""#, #""digest""#, at: "purgatory.symbols[8].value",
            .unexpected(
                .string("digest"),
                due: .hexNumberOr(["region-table", "own-digest", "sha256-regions", "sha256-digest"]))),
        .init(
            #""own-digest""#, "1", at: "purgatory.symbols[8].value",
            .unexpected(
                .integer(1),
                due: .hexNumberOr(["region-table", "own-digest", "sha256-regions", "sha256-digest"]))),
        .init(
            "R_AARCH64_PREL64", "R_AARCH64_GOTREL64", at: "purgatory.relocations[2].type",
            .unexpected(.string("R_AARCH64_GOTREL64"), due: .oneOf(RelocationType.allCases.map(\.name)))),
        .init(
            "pl011,0x9000000", "pl011", at: "request.console",
            .unexpected(.string("pl011"), due: .console(kinds: consoles))),
        .init(
            "pl011,0x9000000", "uart,0x9000000", at: "request.console",
            .unexpected(.string("uart,0x9000000"), due: .console(kinds: consoles))),
        .init(
            "pl011,0x9000000", "pl011,9000000", at: "request.console",
            .unexpected(.string("pl011,9000000"), due: .console(kinds: consoles))),
        .init(
            #""end": "0xc0000000""#, #""end": "0x40000000""#, at: "machine.memory[0].end",
            .unexpected(.string("0x40000000"), due: .hexNumberAbove(0x4000_0000))),
        .init(
            #""start": "0x0""#, #""start": "0x1000000000001""#, at: "request.memory_window.end",
            .unexpected(.string("0x1000000000000"), due: .hexNumberAbove(0x1_0000_0000_0001))),

        // Keys.
        .init(#""entry""#, #""entrance""#, at: "entry", .missing),
        .init(#""entry""#, #""type": "normal", "entry""#, at: "type", .duplicateKey),
        .init(#""entry""#, #""\u0074ype": "normal", "entry""#, at: "type", .duplicateKey),
        .init(
            #""entry""#, #""new": { "a": [ 0, { "b": 1, "b": 1 } ] }, "entry""#, at: "new.a[1].b",
            .duplicateKey),
        .init(
            #""address": "0x51c00000""#, #""address": "0x51c00000", "address": "0x51c00000""#,
            at: "segments[1].address", .duplicateKey),
    ]
}
