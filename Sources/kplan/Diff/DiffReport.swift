import KexecPlan
import PlanJSON

/// The answer of `kplan diff`, in each of its forms.
struct DiffReport {
    let old: PlanFile<AnyPlan>
    let new: PlanFile<AnyPlan>
    let diff: PlanDiff

    /// For people.
    func text(_ style: Style) -> String {
        func title(_ name: String, _ file: PlanFile<AnyPlan>) -> String {
            "\(style.paint(name, .heading))  \(file.plan.id)  \(style.printable(file.path))"
        }
        let lines = diff.lines(style) ?? ["The plans are the same."]
        return ([title("Old", old), title("New", new), ""] + lines).joined(separator: "\n")
    }

    /// For programs: `schemas/diff-1.schema.json`.
    var json: [UInt8] {
        let text = DiffText(style: .wide)
        func entries(_ differences: [PlanDifference]) -> [DiffDocument.Entry] {
            differences.map { .init(field: $0.field.name, difference: $0, texts: text.texts($0)) }
        }
        return DiffDocument.encode(
            old: .init(plan: old.plan.id, file: old.path), new: .init(plan: new.plan.id, file: new.path),
            isSame: diff.isSame, causes: entries(diff.comparison.causes),
            consequences: entries(diff.comparison.consequences),
            ignored: diff.ignored.map { ($0.field.name, $0.count) },
            notes: [diff.treeReason].compactMap { $0 }.map { (DiffField.dtb.name, $0) })
    }

    /// For a comment on a pull request.
    var markdown: String {
        MarkdownDiff(
            old: old.plan.id, new: new.plan.id, rows: diff.isSame ? nil : DiffRows(diff, style: .wide),
            details: text(.wide)
        ).text
    }
}

extension Style {
    /// For what no terminal shows: lines of any width, all characters, no colour.
    static let wide = Style(width: 1 << 20, color: false, ascii: false)
}

/// The forms in which `kplan diff` answers.
enum DiffFormat: String, CaseIterable {
    case text
    case json
    case markdown
}
