/// A page of HTML: everything in it, nothing from elsewhere, no script.
struct Page {
    let title: String
    /// What stands above the sections.
    var head: [Markup]
    var sections: [Section] = []

    /// A part of the page that can be linked to.
    struct Section {
        /// Its identity in links.
        let name: String
        let title: String
        let summary: String
        let content: [Markup]
    }

    /// What forbids the browser to load, to run, or to send anything.
    private static let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

    var source: String {
        let head = Markup.element(
            "head", [:],
            [
                .element("meta", ["charset": "utf-8"]),
                .element("meta", ["http-equiv": "Content-Security-Policy", "content": Self.policy]),
                .element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
                .element("meta", ["name": "referrer", "content": "no-referrer"]),
                .element("title", [:], title), .style(Palette.sheet), .style(Palette.page),
            ])
        let links = sections.map { Markup.element("a", ["href": "#\($0.name)"], $0.title) }
        let patterns = Markup.element(
            "svg", ["class": "defs", "width": "0", "height": "0", "aria-hidden": "true"], [Palette.patterns])
        let body = Markup.element(
            "body", [:],
            [
                patterns, .element("header", [:], self.head), .element("nav", ["aria-label": "Parts"], links),
                .element("main", [:], sections.map(\.markup)),
            ])
        let page = Markup.element(
            "html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"], [head, body])
        return "<!DOCTYPE html>\n\(page.source)"
    }

    mutating func add(_ name: String, _ title: String, _ summary: String = "", _ content: [Markup]) {
        sections.append(Section(name: name, title: title, summary: summary, content: content))
    }

    /// Something that is unfolded by a click.
    static func folded(_ summary: String, _ content: [Markup]) -> Markup {
        .element("details", [:], [.element("summary", [:], summary)] + content)
    }

    /// A picture in a page.
    static func figure(
        _ name: String, _ width: Int, _ height: Int, title: String, description: String, _ shapes: [Markup]
    ) -> Markup {
        .element(
            "figure", [:],
            [
                Shape.picture(
                    name, width: width, height: height, title: title, description: description, shapes)
            ])
    }
}

extension Page.Section {
    fileprivate var markup: Markup {
        var heading = [Markup.text(title)]
        if !summary.isEmpty { heading.append(.element("small", [:], summary)) }
        return .element("section", ["id": name], [.element("h2", [:], heading)] + content)
    }
}
