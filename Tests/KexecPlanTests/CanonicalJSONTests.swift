import Testing

@testable import PlanJSON

@Suite("RFC 8785: its own examples")
struct CanonicalJSONTests {
    private func canonical(_ text: String) throws -> String {
        let bytes = Array(text.utf8)
        try JSONScanner.check(bytes, maximumDepth: 8)
        return String(
            decoding: JSONWriter.canonical(try JSONText.parse(bytes, maximumDepth: 8)), as: UTF8.self)
    }

    /// Section 3.2.2.
    @Test func primitives() throws {
        let text = #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#
        #expect(
            try canonical(text)
                == #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
                + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#)
    }

    /// Section 3.2.3: keys by UTF-16 code units, so that U+1F600, which has surrogates, comes before U+FB33.
    @Test func sorting() throws {
        let text = #"""
            {
              "\u20ac": "Euro Sign",
              "\r": "Carriage Return",
              "\ufb33": "Hebrew Letter Dalet With Dagesh",
              "1": "One",
              "\ud83d\ude00": "Emoji: Grinning Face",
              "\u0080": "Control",
              "\u00f6": "Latin Small Letter O With Diaeresis"
            }
            """#
        #expect(
            try canonical(text)
                == #"{"\r":"Carriage Return","1":"One","\#u{80}":"Control","ö":"Latin Small Letter O With Diaeresis","#
                + #""€":"Euro Sign","😀":"Emoji: Grinning Face","\#u{fb33}":"Hebrew Letter Dalet With Dagesh"}"#
        )
    }

    /// Appendix B: the double with these bits, and its text.
    @Test(
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
            (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xc340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
            (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"),
            (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
            (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
            (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
            (0x41b3_de43_5555_5553, "333333333.3333332"), (0x41b3_de43_5555_5554, "333333333.33333325"),
            (0x41b3_de43_5555_5555, "333333333.3333333"), (0x41b3_de43_5555_5556, "333333333.3333334"),
            (0x41b3_de43_5555_5557, "333333333.33333343"),
            (0xbecb_f647_612f_3696, "-0.0000033333333333333333"),
            (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
        ] as [(UInt64, String)])
    func numbers(bits: UInt64, text: String) {
        #expect(CanonicalNumber.text(Double(bitPattern: bits)) == text)
    }

    /// The rest of appendix B: JSON has no such numbers.
    @Test func noNumbers() throws {
        #expect(CanonicalNumber.text(Double(bitPattern: 0x7fff_ffff_ffff_ffff)) == nil)
        #expect(CanonicalNumber.text(Double(bitPattern: 0x7ff0_0000_0000_0000)) == nil)
        #expect(throws: PlanDecodingError.self) { try canonical("[NaN]") }
        // RFC 8785 wants an error here; no plan gets so far.
        #expect(try canonical("[1e400]") == "[1e400]")
    }

    /// Integers as doubles have them.
    @Test(arguments: [
        ("9007199254740992", "9007199254740992"), ("9007199254740993", "9007199254740992"),
        ("-9007199254740993", "-9007199254740992"), ("4294967295", "4294967295"), ("-0", "0"), ("-0.0", "0"),
        ("1e0", "1"), ("123456789012345678", "123456789012345680"),
    ])
    func integers(text: String, due: String) throws {
        #expect(try canonical(text) == due)
    }

    @Test(
        "A canonical form is that of itself",
        arguments: [0x3ff1_2345_6789_abcd, 0x0010_0000_0000_0000, 0x7fe0_0000_0000_0001] as [UInt64])
    func idempotent(bits: UInt64) throws {
        let text = try #require(CanonicalNumber.text(Double(bitPattern: bits)))
        #expect(try canonical(text) == text)
        #expect(Double(text)?.bitPattern == bits)
    }
}
