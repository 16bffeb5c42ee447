import Arm64
import Foundation
import FoundationXML
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

private let id = "4f1c9d0a2b7e8c6d5f3a1b0c9e8d7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e"

@Suite("Plans as SVG and HTML")
struct PictureTests {
    /// The picture in docs is that of a golden plan; the page of another is a golden file.
    @Test func goldens() throws {
        let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { "\($0)/\($1)" } + "/Golden"
        for (name, golden) in [
            ("sample-plan", "../../docs/plan.svg"), ("sample-file-load-plan", "picture-file-load.svg"),
        ] {
            let file = try PlanFile<AnyPlan>("\(folder)/\(name).json")
            let picture =
                switch file.plan {
                case .kexecLoad(let plan): PlanPicture(plan, id: file.plan.id, broken: nil).source
                case .kexecFileLoad(let plan): PlanPicture(plan, id: file.plan.id, broken: nil).source
                }
            try ShowGolden.expect(picture, isIn: golden)
        }
    }

    @Test func everythingIsWellFormed() throws {
        for document in try Self.documents(try samplePlan()) {
            let seen = try Seen(document)
            #expect(seen.texts.contains { $0.contains(id.prefix(16)) || $0.contains("same") })
            #expect(document.contains("prefers-color-scheme: dark"))
        }
    }

    /// What is in a plan doesn't act, and can be read.
    @Test(arguments: [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'</title></style></svg><b>", "]]>",
        "a\u{0}b\u{1b}[2Jc\u{fffe}d\u{ffff}", "\u{202e}evil\u{2066}", "&amp;&#x3c;", "</td></table>",
        "javascript:alert(1)", "url(http://example.org)",
    ])
    func hostile(text: String) throws {
        var plan = try samplePlan()
        plan.request.commandLine = text
        plan.inputs[0].name = text
        for index in plan.machine.memory.reserved.indices { plan.machine.memory.reserved[index].kind = text }
        plan.deviceTree.edits.append(DeviceTreeEdit(node: text, property: text, change: .text(text)))
        plan.pageTables?.mappings[0].purpose = text
        plan.purgatory.sections[0].name = text
        plan.purgatory.relocations[0].symbol = text
        plan.purgatory.symbols[0].name = text
        plan.runtimeSlots[0].purpose = text
        for document in try Self.documents(plan) {
            let seen = try Seen(document)
            #expect(seen.elements.isSubset(of: Self.elements), "\(seen.elements.subtracting(Self.elements))")
            #expect(
                !seen.attributes.contains {
                    $0.hasPrefix("on") || ["src", "style", "xlink:href"].contains($0)
                })
            #expect(seen.links.allSatisfy { $0.hasPrefix("#") })
            #expect(seen.texts.contains { $0.contains(Style.wide.printable(text)) })
            #expect(
                !document.unicodeScalars.contains {
                    $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
                })
        }
    }

    /// All elements that kplan writes.
    private static let elements: Set<String> = [
        "html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "h1", "h2",
        "small",
        "p", "ul", "li", "a", "div", "table", "thead", "tbody", "tr", "th", "td", "details", "summary",
        "figure",
        "svg", "desc", "defs", "pattern", "g", "rect", "path", "circle", "line", "polygon", "text",
    ]

    @Test("Pages load nothing, by their own policy")
    func policy() throws {
        for document in try Self.documents(try samplePlan()) {
            let outside = document.replacing("http://www.w3.org/2000/svg", with: "").replacing(
                "http://www.w3.org/1999/xhtml", with: "")
            #expect(
                !outside.contains("http:") && !outside.contains("https:") && !outside.contains("@import")
                    && !outside.contains("<script"))
            guard document.hasPrefix("<!DOCTYPE html>") else { continue }
            #expect(
                document.contains(
                    #"<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:"/>"#
                ))
        }
    }

    @Test("Coordinates are decimal with one digit at most, and the same every time")
    func determinism() throws {
        let documents = try Self.documents(try samplePlan())
        #expect(try Self.documents(try samplePlan()) == documents)
        for document in documents {
            for match in document.matches(of: /[ "](x|y|width|height|x1|y1|points|d)="([^"]*)"/) {
                #expect(match.output.2.wholeMatch(of: /[-0-9. ,MLHV%]*/) != nil, "\(match.output.0)")
                #expect(match.output.2.firstMatch(of: /\.[0-9][0-9]/) == nil, "\(match.output.0)")
            }
        }
    }

    @Test("Ten thousand relocations, thousands of ranges: nothing grows without end")
    func large() throws {
        var plan = try samplePlan()
        let relocation = plan.purgatory.relocations[0]
        plan.purgatory.relocations = Array(repeating: relocation, count: 20_000)
        plan.machine.memory.reserved += try (0..<5000).map { index in
            .init(range: try range(0x6000_0000 + index * 0x2000, 0x6000_1000 + index * 0x2000), kind: "<&>")
        }
        for document in try Self.documents(plan) {
            let seen = try Seen(document)
            #expect(document.utf8.count < 4 << 20)
            #expect(seen.shapes < 3000)
        }
        let page = PlanPage.source(plan, id: id, broken: nil)
        #expect(page.contains("10000 more rows, which kplan show prints"))
    }

    @Test("Page tables in hundreds: what isn't drawn is counted")
    func manyTables() throws {
        var plan = try samplePlan()
        let mappings = try (0..<300).map { index in
            let start = 0x8000_0000 + UInt64(index) * 0x20_0000
            return Mapping(
                range: try range(start, start + 0x1000), memory: .normal, access: .readOnly,
                entries: [.init(size: 0x1000, count: 1)], purpose: "many")
        }
        plan.pageTables?.mappings = mappings
        plan.pageTables?.tables = [
            .init(level: .level1, count: 1), .init(level: .level2, count: 1),
            .init(level: .level3, count: 300),
        ]
        plan.segments[4].memorySize = 302 * 0x1000
        plan.segments[4].contentSize = 302 * 0x1000
        let tables = try #require(plan.pageTables)
        let picture = try PageTablePicture.of(tables, PlanDrawing.ofPicture(plan, id: id, width: 100)).get()
        let drawn = picture.drawn
        #expect(picture.tree.count == 302)
        #expect(drawn.leftOut == 300 - 120)
        #expect(Markup(drawn.shapes).source.contains("180 lines more that are not drawn"))
        #expect(PlanPage.source(plan, id: id, broken: nil).contains("180 lines are not drawn"))
    }

    @Test("What a plan has not, and what it must not have, is drawn too")
    func strange() throws {
        var plan = try samplePlan()
        plan.segments = []
        plan.inputs = []
        plan.machine.memory = MemoryMap(ram: [], reserved: [])
        plan.pageTables = nil
        plan.deviceTree = DeviceTreePlan(edits: [])
        plan.purgatory = PurgatoryPlan(sections: [], relocations: [], symbols: [])
        plan.runtimeSlots = []
        for document in try Self.documents(plan) { _ = try Seen(document) }

        var wrong = try samplePlan()
        wrong.segments[4].address = PhysicalAddress(0x4158_e000)
        let svg = PlanPicture(wrong, id: id, broken: "Breaks rules:\n  one of <them>").source
        #expect(svg.contains("page-tables over reserved"))
        #expect(svg.contains("class=\"wrong\""))
        #expect(svg.contains("one of &lt;them&gt;"))
    }

    @Test("No plan is too strange: people edit them by hand")
    func drawsAnything() throws {
        var random = SplitMix64(seed: 21)
        func address() -> UInt64 { random.next() >> (random.next() % 64) }
        for _ in 0..<150 {
            var plan = try samplePlan()
            for index in plan.segments.indices {
                plan.segments[index].address = PhysicalAddress(address())
                plan.segments[index].memorySize = address()
                plan.segments[index].contentSize = address()
            }
            plan.machine.memory = MemoryMap(
                ram: (0..<4).compactMap { _ in
                    AddressRange(start: PhysicalAddress(address()), size: address())
                }
                .map { .init(range: $0, kind: "any") },
                reserved: (0..<12).compactMap { _ in
                    AddressRange(start: PhysicalAddress(address()), size: address())
                }
                .map { .init(range: $0, kind: "any") })
            for document in try Self.documents(plan) { #expect(document.utf8.count < 1 << 20) }
        }
    }

    /// SVG, page, and the page of what differs from the sample.
    private static func documents(_ plan: Plan) throws -> [String] {
        let files = [try samplePlan(), plan].map { PlanFile(plan: AnyPlan.kexecLoad($0), path: "plan.json") }
        let diff = PlanDiff(files[0].plan, files[1].plan)
        return [
            PlanPicture(plan, id: id, broken: nil).source, PlanPage.source(plan, id: id, broken: nil),
            DiffPage(old: files[0], new: files[1], diff: diff).source,
        ]
    }
}

/// What a parser of XML finds in a document.
private final class Seen: NSObject, XMLParserDelegate {
    var elements: Set<String> = []
    var attributes: Set<String> = []
    var links: [String] = []
    var texts: [String] = []
    var shapes = 0
    private var text = ""

    init(_ document: String) throws {
        super.init()
        let body = document.hasPrefix("<!DOCTYPE html>\n") ? String(document.dropFirst(16)) : document
        let parser = XMLParser(data: Data(body.utf8))
        parser.delegate = self
        try #require(
            parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "") at line \(parser.lineNumber)")
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes found: [String: String]
    ) {
        text = ""
        elements.insert(name)
        attributes.formUnion(found.keys)
        if let link = found["href"] { links.append(link) }
        if ["rect", "path", "polygon", "line"].contains(name) { shapes += 1 }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
    ) {
        texts.append(text)
        text = ""
    }
}
