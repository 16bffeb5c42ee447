import KexecPlan

/// What differs between two plans, for people: causes first, and apart from them what follows.
struct PlanDiffDrawing {
    let comparison: PlanComparison
    let style: Style

    /// How many differences of one subject are shown.
    private static let shown = 20

    var lines: [String] {
        let causes = rows(comparison.causes)
        let consequences = rows(comparison.consequences)
        var lines = [style.paint("What changed", .heading)]
        lines +=
            causes.isEmpty
            ? [
                "  nothing in files, request or machine: a plan was edited, or made by another version of kplan"
            ]
            : table(causes, unchanged: equalities)
        lines += ["", style.paint("What follows from it", .heading)]
        lines += table(consequences, unchanged: subjects)
        return lines
    }

    /// What both plans have, in the order of the segments: what is said to be unchanged where nothing else is.
    private var subjects: [String] {
        if case .kexecLoad(let old) = comparison.old, case .kexecLoad(let new) = comparison.new {
            return SegmentRole.allCases.filter { old.segment($0) != nil || new.segment($0) != nil }
                .map(\.rawValue)
        }
        return []
    }

    /// Of plans of two kinds, what is the same in both.
    private var equalities: [String] {
        guard comparison.old.method != comparison.new.method else { return [] }
        let isThere = { (role: InputRole) in comparison.old.inputs.contains { $0.role == role } }
        let changed = Set(comparison.causes.map { DiffText(style: style).subject($0) })
        return ["kernel", "initrd", "command line"].filter { subject in
            !changed.contains(subject) && (subject != "initrd" || isThere(.initrd))
        }
    }

    private struct Row {
        let subject: String
        var texts: [String]
    }

    /// The differences by subject, in the order of their first one.
    private func rows(_ differences: [PlanDifference]) -> [Row] {
        let text = DiffText(style: style)
        var rows: [Row] = []
        for (subject, texts) in summarized(differences, text) {
            if let index = rows.firstIndex(where: { $0.subject == subject }) {
                rows[index].texts += texts
            } else {
                rows.append(Row(subject: subject, texts: texts))
            }
        }
        return rows
    }

    /// Another purgatory has hundreds of other relocations, which say nothing one by one.
    private func summarized(
        _ differences: [PlanDifference], _ text: DiffText
    ) -> [(subject: String, texts: [String])] {
        let relocations = differences.compactMap { difference -> Change<PlannedRelocation>? in
            if case .relocation(let change) = difference { change } else { nil }
        }
        guard relocations.count > Self.shown else {
            return differences.map { (text.subject($0), text.texts($0)) }
        }
        let removed = relocations.count { $0.new == nil }
        let added = relocations.count { $0.old == nil }
        let summary =
            "\(relocations.count) relocations: \(relocations.count - removed - added) changed, \(added) new, "
            + "\(removed) gone"
        var isSaid = false
        return differences.compactMap { difference in
            guard case .relocation = difference else {
                return (text.subject(difference), text.texts(difference))
            }
            defer { isSaid = true }
            return isSaid ? nil : (text.subject(difference), [summary])
        }
    }

    private func table(_ rows: [Row], unchanged: [String]) -> [String] {
        var table = TextTable([.left, .left])
        for row in rows {
            var texts = Array(row.texts.prefix(Self.shown))
            if row.texts.count > Self.shown { texts.append("and \(row.texts.count - Self.shown) more") }
            for (index, text) in texts.enumerated() {
                table.add(.init(index == 0 ? row.subject : "", .faint), .init(text))
            }
        }
        for subject in unchanged where !rows.contains(where: { $0.subject == subject }) {
            table.add(.init(subject, .faint), .init("unchanged", .faint))
        }
        return table.lines(style)
    }
}
