import KexecPlan

/// A plan as one SVG: what it is, its memory, its page tables, purgatory.
struct PlanPicture {
    private var shapes: [Markup] = []
    private var width = 9600
    private var y = 0
    private let left = 100
    private let description: String
    private let title: String

    /// - Parameter broken: the rules that the plan breaks; nil where it keeps them.
    init(_ plan: Plan, id: String, broken: String?) {
        let columns = 128
        let drawing = PlanDrawing.ofPicture(plan, id: id, width: columns)
        title = "kexec plan \(id.prefix(16))"
        let memory = MemoryPicture(drawing)
        description = memory?.description ?? "a plan without memory"
        head(id, broken)
        add(drawing.summaryTable)
        heading("Inputs")
        add(plan.inputs.table(drawing.style))
        heading("Memory", drawing.totals(plan.memoryPieces))
        if let memory { add(memory.shapes, memory.width, memory.height) }
        heading("Page tables", drawing.pageTableHeading)
        if let tables = plan.pageTables {
            switch PageTablePicture.of(tables, drawing) {
            case .success(let picture):
                let drawn = picture.drawn
                add(drawn.shapes, drawn.width, drawn.height)
            case .failure(let failure): add(TextTable(paragraph: failure.text))
            }
            add(drawing.registers(tables))
            gap()
            add(drawing.mappings(tables))
        }
        heading("Purgatory", drawing.purgatorySummary)
        for table in [drawing.sectionTable, drawing.relocationTypeTable, drawing.symbolTable]
        where !table.isEmpty {
            add(table)
            gap()
        }
        heading("Device tree", drawing.editSummary)
        add(drawing.editTable)
        heading("Filled on the machine", plan.runtimeSlots.isEmpty ? "nothing" : "")
        if !plan.runtimeSlots.isEmpty { add(drawing.slotTable) }
    }

    /// - Parameter broken: the rules that the plan breaks; nil where it keeps them.
    init(_ plan: FileLoadPlan, id: String, broken: String?) {
        let drawing = FileLoadDrawing(
            plan: plan, id: id,
            options: ShowOptions(width: 128, color: false, ascii: false, relocations: false))
        title = "kexec plan \(id.prefix(16))"
        let flow = FileLoadPicture(plan: plan)
        description = flow.description
        head(id, broken)
        add(drawing.summaryTable)
        heading("Inputs")
        add(plan.inputs.table(drawing.style))
        heading("Left to the running kernel")
        add(flow.shapes, flow.width, flow.height)
        add(drawing.decisionTable)
        heading("Between the two kernels")
        add(drawing.betweenTable)
    }

    var source: String {
        let ground = Markup.element("rect", ["class": "ground", "width": "100%", "height": "100%"])
        return Shape.picture(
            "plan", width: width, height: y + 200, title: title, description: description,
            [.style(Palette.sheet), Palette.patterns, ground] + shapes
        ).source
    }

    private mutating func head(_ id: String, _ broken: String?) {
        y = 380
        shapes.append(Shape.text(left, y, "Plan", "title"))
        shapes.append(Shape.text(left + 700, y, id))
        y += 300
        for line in broken?.split(separator: "\n") ?? [] {
            shapes.append(Shape.text(left, y, Shape.shortened(String(line), columns: 126), "wrong"))
            y += 170
        }
    }

    private mutating func heading(_ title: String, _ summary: String = "") {
        y += 380
        shapes.append(Shape.text(left, y, title, "heading"))
        shapes.append(
            Shape.text(
                left + (title.count + 2) * 95, y, Shape.shortened(summary, columns: 100), "faint"))
        y += 260
    }

    private mutating func add(_ table: TextTable) {
        let drawn = table.drawn(x: left, y: y, columns: 126)
        shapes += drawn.shapes
        y = drawn.bottom
    }

    private mutating func add(_ picture: [Markup], _ width: Int, _ height: Int) {
        shapes.append(
            .element("g", ["transform": "translate(0 \(Shape.length(y - 100)))"], picture))
        self.width = max(self.width, width)
        y += height
    }

    private mutating func gap() { y += 130 }
}

extension PlanDrawing {
    /// A drawing for a picture of so many columns of characters.
    static func ofPicture(_ plan: Plan, id: String, width: Int) -> PlanDrawing {
        PlanDrawing(
            plan: plan, id: id,
            options: ShowOptions(width: width, color: false, ascii: false, relocations: true))
    }

    /// What the page tables are, or why there are none.
    var pageTableHeading: String {
        plan.pageTables.map(summary) ?? "none; \(Messages.mmuOff(plan.mmuOff))"
    }
}

extension PageTablePicture {
    /// The picture of a plan's page tables, made from it; a failure where they can't be made.
    static func of(_ tables: PageTablePlan, _ drawing: PlanDrawing) -> Result<PageTablePicture, Failure> {
        do throws(Failure) {
            let bytes = try Verification.pageTableBytes(of: drawing.plan)
            guard let segment = drawing.plan.segment(.pageTables),
                let tree = PageTableTree(bytes, at: segment.address, of: tables)
            else { throw Failure("there is no segment for them, or TCR_EL1 asks for no walk") }
            return .success(
                PageTablePicture(tree: tree, plan: drawing.plan, tables: tables, style: drawing.style))
        } catch {
            return .failure(error)
        }
    }
}

extension TextTable {
    /// A text of its own.
    init(paragraph text: String) {
        self.init([.left])
        add(Cell(text))
    }
}
