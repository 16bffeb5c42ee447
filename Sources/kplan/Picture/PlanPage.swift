import KexecPlan

/// A plan as a page of HTML.
enum PlanPage {
    /// - Parameter broken: the rules that the plan breaks; nil where it keeps them.
    static func source(_ plan: Plan, id: String, broken: String?) -> String {
        let drawing = PlanDrawing.ofPicture(plan, id: id, width: Style.wide.width)
        var page = Page(title: "kexec plan \(id.prefix(16))", head: head(id, broken, drawing.summaryTable))
        page.add("inputs", "Inputs", "", [plan.inputs.table(drawing.style).html()])
        page.add("memory", "Memory", drawing.totals(plan.memoryPieces), memory(drawing))
        page.add(
            "segments", "Segments", plan.segments.isEmpty ? "none" : "",
            [drawing.segmentTable(digits: 16).html()])
        page.add("page-tables", "Page tables", drawing.pageTableHeading, pageTables(drawing))
        page.add("device-tree", "Device tree", drawing.editSummary, [drawing.editTable.html()])
        page.add("purgatory", "Purgatory", drawing.purgatorySummary, purgatory(drawing))
        page.add(
            "slots", "Filled on the machine", plan.runtimeSlots.isEmpty ? "nothing" : "",
            plan.runtimeSlots.isEmpty ? [] : [drawing.slotTable.html()])
        return page.source
    }

    /// - Parameter broken: the rules that the plan breaks; nil where it keeps them.
    static func source(_ plan: FileLoadPlan, id: String, broken: String?) -> String {
        let drawing = FileLoadDrawing(
            plan: plan, id: id,
            options: ShowOptions(width: Style.wide.width, color: false, ascii: false, relocations: false))
        let flow = FileLoadPicture(plan: plan)
        var page = Page(title: "kexec plan \(id.prefix(16))", head: head(id, broken, drawing.summaryTable))
        page.add("inputs", "Inputs", "", [plan.inputs.table(drawing.style).html()])
        let figure = Page.figure(
            "flow", flow.width, flow.height, title: "From the files to the next kernel",
            description: flow.description, flow.shapes)
        page.add("decisions", "Left to the running kernel", "", [figure, drawing.decisionTable.html()])
        page.add("between", "Between the two kernels", "", [drawing.betweenTable.html()])
        return page.source
    }

    private static func head(_ id: String, _ broken: String?, _ summary: TextTable) -> [Markup] {
        var head: [Markup] = [
            .element("h1", [:], "Plan"), .element("p", ["class": "id"], id),
        ]
        if let broken {
            let lines = broken.split(separator: "\n").map(String.init)
            head += [
                .element("p", ["class": "wrong"], lines[0]),
                .element("ul", ["class": "wrong"], lines.dropFirst().map { .element("li", [:], $0) }),
            ]
        }
        return head + [summary.html()]
    }

    private static func memory(_ drawing: PlanDrawing) -> [Markup] {
        var content: [Markup] = []
        if let picture = MemoryPicture(drawing) {
            content.append(
                Page.figure(
                    "memory", picture.width, picture.height, title: "Memory",
                    description: picture.description,
                    picture.shapes))
        }
        let pieces = drawing.plan.memoryPieces
        return content + [
            Page.folded("All \(pieces.count) pieces of memory", [drawing.pieceTable.html()])
        ]
    }

    private static func pageTables(_ drawing: PlanDrawing) -> [Markup] {
        guard let tables = drawing.plan.pageTables else { return [] }
        var content: [Markup] = []
        switch PageTablePicture.of(tables, drawing) {
        case .success(let picture):
            let drawn = picture.drawn
            content.append(
                Page.figure(
                    "tables", drawn.width, drawn.height, title: "Page tables",
                    description: "\(picture.tree.count) tables: \(drawing.summary(of: tables))", drawn.shapes)
            )
            if drawn.leftOut > 0 {
                content.append(
                    .element(
                        "p", ["class": "faint"],
                        "\(drawn.leftOut) lines are not drawn; kplan show --page-tables prints them all."))
            }
        case .failure(let failure): content.append(.element("p", ["class": "wrong"], failure.text))
        }
        return content + [drawing.mappings(tables).html(), drawing.registers(tables).html()]
    }

    private static func purgatory(_ drawing: PlanDrawing) -> [Markup] {
        let purgatory = drawing.plan.purgatory
        return [
            drawing.sectionTable.html(),
            Page.folded("\(purgatory.symbols.count) values", [drawing.symbolTable.html()]),
            Page.folded(
                "\(purgatory.relocations.count) relocations",
                [drawing.relocationTypeTable.html(), drawing.relocationTable.html(limit: 10_000)]),
        ]
    }
}

extension PlanDrawing {
    /// A row for each piece of memory.
    var pieceTable: TextTable {
        var table = TextTable([.left, .left, .left, .right], header: ["first", "last", "what", "size"])
        for piece in plan.memoryPieces {
            let ink = piece.segments.first.map(Style.Ink.role)
            table.add(
                .init("\(piece.range.start)"), .init("\(piece.range.last)"),
                .init(piece.name(style), piece.isWrong ? .wrong : ink), .init(piece.range.size.humanSize))
        }
        return table
    }
}
