import Arm64
import KexecPlan

/// The page tables as a tree from left to right: a box for each table, with the descriptors that are used in it, and a
/// line for each row of descriptors that map memory.
struct PageTablePicture {
    let tree: PageTableTree
    let plan: Plan
    let tables: PageTablePlan
    let style: Style

    /// The lines that are drawn; the rest is counted.
    private static let most = 120
    private static let row = 220
    private static let boxHeight = 560
    private static let left = 100
    private static let top = 100

    /// Wide enough for a name and an address.
    private var boxWidth: Int { 1300 + Shape.columns("\(tree.lastAddress)") * Shape.character }
    private var column: Int { boxWidth + 240 }

    /// What is drawn, and how far down it goes.
    private struct Drawn {
        var shapes: [Markup] = []
        var y = PageTablePicture.top
        var rows = 0
        var leftOut = 0
        var right = 0
    }

    /// The picture's shapes, its size, and what is not drawn.
    var drawn: (shapes: [Markup], width: Int, height: Int, leftOut: Int) {
        var drawn = Drawn()
        _ = draw(tree.root, depth: 0, &drawn)
        if drawn.leftOut > 0 {
            drawn.shapes.append(
                Shape.text(
                    Self.left, drawn.y + 200,
                    "\(UInt64(clamping: drawn.leftOut).counted("line")) more that \(drawn.leftOut == 1 ? "is" : "are") not drawn",
                    "strong"))
            drawn.y += 300
        }
        return (drawn.shapes, max(9600, drawn.right + Self.left), drawn.y + 60, drawn.leftOut)
    }

    /// Draws a table with all that is in it; where its middle is. nil where there is no more room.
    private func draw(_ table: PageTableTree.Table, depth: Int, _ drawn: inout Drawn) -> Int? {
        guard drawn.rows < Self.most else {
            drawn.leftOut += lines(of: table)
            return nil
        }
        let x = Self.left + depth * column
        let top = drawn.y
        var ends: [Int] = []
        drawn.rows += table.children.isEmpty ? 1 : 0
        for child in table.children {
            switch child {
            case .table(let table):
                if let end = draw(table, depth: depth + 1, &drawn) { ends.append(end) }
            case .memory(let entry):
                guard drawn.rows < Self.most else {
                    drawn.leftOut += 1
                    continue
                }
                ends.append(drawn.y + Self.row / 2)
                drawn.shapes.append(leaf(entry, x: x + column, y: drawn.y, &drawn.right))
                drawn.y += Self.row
                drawn.rows += 1
            }
        }
        drawn.y = max(drawn.y, top + Self.boxHeight + 100)
        let middle = ((ends.first ?? top) + (ends.last ?? drawn.y)) / 2
        let centre = min(max(middle, top + Self.boxHeight / 2), drawn.y - Self.boxHeight / 2 - 50)
        drawn.shapes += ends.map { edge(from: x + boxWidth, centre, to: x + column, $0) }
        drawn.shapes.append(box(table, x: x, y: centre - Self.boxHeight / 2))
        return centre
    }

    private func lines(of table: PageTableTree.Table) -> Int {
        table.children.reduce(table.children.isEmpty ? 1 : 0) { count, child in
            switch child {
            case .table(let table): count + lines(of: table)
            case .memory: count + 1
            }
        }
    }

    private func edge(from x1: Int, _ y1: Int, to x2: Int, _ y2: Int) -> Markup {
        let middle = Shape.length((x1 + x2) / 2)
        let data =
            "M\(Shape.length(x1)) \(Shape.length(y1))H\(middle)V\(Shape.length(y2))H\(Shape.length(x2 - 20))"
        return .element("path", ["class": "edge", "d": data])
    }

    /// A table: its name, its address, and which of its descriptors are used.
    private func box(_ table: PageTableTree.Table, x: Int, y: Int) -> Markup {
        let name = table.level.kernelName(root: tree.root.level)
        let count = 1 << (tree.geometry.granule.shift - 3)
        let strip = (x: x + 100, y: y + 450, width: boxWidth - 200)
        func place(_ index: Int) -> Int { strip.width * min(index, count) / count }
        var shapes = [
            Shape.rectangle(x, y, boxWidth, Self.boxHeight, "table"),
            Shape.text(x + 100, y + 170, "\(name) (level \(table.level.rawValue))", "strong"),
            Shape.text(x + boxWidth - 100, y + 170, "\(table.address)", "end"),
            Shape.text(x + 100, y + 350, "\(table.usedCount) of \(count) entries", "faint"),
            Shape.rectangle(strip.x, strip.y, strip.width, 50, "unused"),
        ]
        for used in table.used {
            let start = place(used.lowerBound)
            shapes.append(
                Shape.rectangle(strip.x + start, strip.y, max(15, place(used.upperBound) - start), 50, "used")
            )
        }
        return Shape.group(
            "\(name) at \(table.address), for \(table.input): \(table.usedCount) of \(count) entries", shapes)
    }

    private func leaf(_ entry: PageTableWalk.Entry, x: Int, y: Int, _ right: inout Int) -> Markup {
        guard case .memory(let output, let attributes) = entry.content else { return Markup([]) }
        let text = LeafText(entry, output, attributes, tables, tree.geometry, style)
        let role = plan.segments.first { $0.range?.overlaps(entry.input) ?? false }?.role
        let purposes = tables.mappings.filter { $0.range.overlaps(entry.input) }.map(\.purpose)
        let purpose = Shape.shortened(style.printable(purposes.joined(separator: ", ")), columns: 30)
        let line = "\(text.descriptors)  \(text.range)  \(text.memory) \(text.rights)"
        let end = x + 240 + (Shape.columns(line) + 2) * Shape.character
        right = max(right, end + Shape.columns(purpose) * Shape.character)
        return Shape.group(
            "\(line) \(purpose)",
            [
                Shape.rectangle(x, y + 40, 160, 140, "\(role?.rawValue ?? "hole") swatch"),
                Shape.text(x + 240, y + 150, line),
                Shape.text(end, y + 150, purpose, "faint"),
            ])
    }
}
