/// Shapes of SVG. All coordinates are in tenths of a pixel: whole numbers are written the same everywhere.
enum Shape {
    /// The width that a character of the pictures' monospaced text takes at most, at 12 pixels.
    static let character = 74

    /// A length as SVG has it: `12`, `12.5`.
    static func length(_ tenths: Int) -> String {
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
    }

    /// How many columns a text takes at most.
    static func columns(_ text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + columns($1) } }

    /// East Asian letters and signs beyond the first plane are wide.
    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1100...0x11ff, 0x2e80...0xd7ff, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xffe6, 0x1_0000...:
            2
        default: 1
        }
    }

    /// A text in at most so many columns.
    static func shortened(_ text: String, columns: Int) -> String {
        guard self.columns(text) > columns else { return text }
        var result = String.UnicodeScalarView()
        var room = max(0, columns - 1)
        for scalar in text.unicodeScalars {
            room -= self.columns(scalar)
            guard room >= 0 else { break }
            result.append(scalar)
        }
        return String(result) + "…"
    }

    static func rectangle(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ style: String) -> Markup {
        .element(
            "rect",
            [
                "class": style, "x": length(x), "y": length(y), "width": length(width),
                "height": length(height),
            ])
    }

    static func line(_ x1: Int, _ y1: Int, _ x2: Int, _ y2: Int, _ style: String) -> Markup {
        .element(
            "line", ["class": style, "x1": length(x1), "y1": length(y1), "x2": length(x2), "y2": length(y2)])
    }

    static func polygon(_ points: [(x: Int, y: Int)], _ style: String) -> Markup {
        .element(
            "polygon",
            [
                "class": style,
                "points": points.map { "\(length($0.x)),\(length($0.y))" }.joined(separator: " "),
            ])
    }

    /// A text that begins (or, with a class `end` or `middle`, ends or has its middle) at a place on its base line.
    static func text(_ x: Int, _ y: Int, _ text: String, _ style: String = "") -> Markup {
        .element("text", ["class": style, "x": length(x), "y": length(y)], text)
    }

    /// Shapes with a text for those who point at them.
    static func group(_ title: String, _ shapes: [Markup]) -> Markup {
        .element("g", [:], [.element("title", [:], title)] + shapes)
    }

    /// An SVG of its own or within a page.
    ///
    /// - Parameters:
    ///   - name: what the identities of title and description begin with.
    ///   - description: what it shows, for those who don't see it.
    static func picture(
        _ name: String, width: Int, height: Int, title: String, description: String, _ shapes: [Markup]
    ) -> Markup {
        .element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(length(width)) \(length(height))",
                "width": length(width), "height": length(height), "role": "img",
                "aria-labelledby": "\(name)-title \(name)-description",
            ],
            [
                .element("title", ["id": "\(name)-title"], title),
                .element("desc", ["id": "\(name)-description"], description),
            ] + shapes)
    }
}
