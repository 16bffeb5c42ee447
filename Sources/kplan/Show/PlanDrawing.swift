import KexecPlan

/// A plan that is being drawn. Each part is a property, in a file of its own: lines without their ends.
struct PlanDrawing {
    let plan: Plan
    let id: String
    let relocations: Bool
    let style: Style

    init(plan: Plan, id: String, options: ShowOptions) {
        self.plan = plan
        self.id = id
        relocations = options.relocations
        style = Style(width: max(options.width, 40), color: options.color, ascii: options.ascii)
    }

    /// A part's heading, and beside it what it is in short.
    func heading(_ title: String, _ summary: String = "") -> [String] {
        guard !summary.isEmpty else { return [style.paint(title, .heading)] }
        let indent = title.count + 2
        let lines = style.wrapped(style.printable(summary), indent: indent)
        return lines.enumerated().map { index, line in
            (index == 0 ? style.paint(title, .heading) + "  " : String(repeating: " ", count: indent)) + line
        }
    }
}
