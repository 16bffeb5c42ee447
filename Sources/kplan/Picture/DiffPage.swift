import KexecPlan

/// What differs between two plans, as a page of HTML.
struct DiffPage {
    let old: PlanFile<AnyPlan>
    let new: PlanFile<AnyPlan>
    let diff: PlanDiff

    /// The differences that are written one by one.
    private static let most = 10_000

    var source: String {
        var plans = TextTable([.left, .left, .left])
        for (name, file) in [("old", old), ("new", new)] {
            plans.add(.init(name, .faint), .init(file.plan.id), .init(file.path))
        }
        let title = "\(old.plan.id.prefix(16)) → \(new.plan.id.prefix(16))"
        var page = Page(
            title: "kexec plans \(title)", head: [.element("h1", [:], "What differs"), plans.html()])
        guard !diff.isSame else {
            page.head.append(.element("p", [:], "The plans are the same."))
            return page.source
        }
        let rows = DiffRows(diff, style: .wide)
        let drawing = PlanDiffDrawing(rows: rows, style: .wide)
        page.add(
            "causes", "What changed", "",
            (rows.withoutCauses.map { [Markup.element("p", [:], $0)] } ?? []) + [drawing.causes.html()])
        page.add("memory", "Memory", "old and new on one scale", memory)
        page.add("consequences", "What follows from it", "", [drawing.consequences.html()])
        if !rows.ignored.isEmpty { page.add("ignored", "Ignored", "", [drawing.ignored.html()]) }
        page.add("all", "Everything that differs", "", everything)
        return page.source
    }

    private var memory: [Markup] {
        guard case .kexecLoad(let old) = old.plan, case .kexecLoad(let new) = new.plan else {
            return [
                .element(
                    "p", [:],
                    "There is nothing to draw: with kexec_file_load the running kernel decides where everything goes."
                )
            ]
        }
        guard let picture = MemoryDiffPicture(old, new) else { return [] }
        let segments = [("Old segments", old), ("New segments", new)].map { title, plan in
            let drawing = PlanDrawing.ofPicture(plan, id: "", width: Style.wide.width)
            return Page.folded(title, [drawing.segmentTable(digits: 16).html()])
        }
        return [
            Page.figure(
                "memory", picture.width, picture.height, title: "Memory of both plans",
                description: picture.description, picture.shapes)
        ] + segments
    }

    private var everything: [Markup] {
        let text = DiffText(style: .wide)
        let differences = diff.comparison.differences
        return [("causes", true), ("consequences", false)].map { name, isCause in
            let entries = differences.filter { $0.isCause == isCause }
            var table = TextTable([.left, .left])
            for difference in entries.prefix(Self.most) {
                for line in text.texts(difference) {
                    table.add(.init(difference.field.rawValue, .faint), .init(line))
                }
            }
            return Page.folded("\(entries.count) \(name)", [table.html(limit: Self.most)])
        }
    }
}
