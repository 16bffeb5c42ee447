import Testing

@testable import kplan

@Suite("Markup: no text gets out of its place")
struct MarkupTests {
    @Test(arguments: [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        (#"a"b'c&d"#, "a&quot;b&#39;c&amp;d"), ("]]>&lt;", "]]&gt;&amp;lt;"),
        ("a\u{0}b\tc\nd\u{1b}e\u{7f}", #"a\u{0}b\u{9}c\u{a}d\u{1b}e\u{7f}"#),
        ("a\u{202e}b\u{2066}c\u{200f}", #"a\u{202e}b\u{2066}c\u{200f}"#),
        ("\u{fffe}\u{ffff}\u{e000}\u{2028}", #"\u{fffe}\u{ffff}\u{e000}\u{2028}"#),
        ("größer 内核 →", "größer 内核 →"), ("", ""),
    ])
    func escapes(text: String, due: String) {
        #expect(Markup.text(text).source == due)
        #expect(Markup.element("td", [:], text).source == "<td>\(due)</td>")
        #expect(Markup.element("g", ["class": text], []).source.hasPrefix("<g class=\"\(due)\">"))
    }

    @Test func cutsWhatIsTooLong() {
        let source = Markup.text(String(repeating: "<", count: 1_000_000)).source
        #expect(source == String(repeating: "&lt;", count: 4096) + "… (995904 more characters)")
        // As one character it would be as long as it likes.
        let marks = Markup.text("x" + String(repeating: "\u{301}", count: 100_000)).source
        #expect(marks.unicodeScalars.count < 4200)
    }

    @Test func lengthsAreDecimal() {
        #expect(
            [0, 5, 10, 125, -5, -125, 96_000].map(Shape.length) == [
                "0", "0.5", "1", "12.5", "-0.5", "-12.5", "9600",
            ])
        #expect(Shape.length(.min) == "-922337203685477580.8")
    }

    @Test func shortensByColumns() {
        #expect(Shape.shortened("reserved", columns: 8) == "reserved")
        #expect(Shape.shortened("reserved", columns: 5) == "rese…")
        #expect(Shape.shortened("内核内核", columns: 6) == "内核…")
        #expect(Shape.columns("0x1–0x2") == 7)
        #expect(Shape.shortened("abc", columns: -3) == "…")
    }
}
