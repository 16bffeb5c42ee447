import KexecPlan

/// What differs between two plans in words, by what it is about: causes first, and apart from them what follows.
struct DiffRows {
    /// What is said of one field.
    struct Row {
        let field: DiffField
        var texts: [String]
    }

    /// What changed in files, request and machine, in the order of its first difference.
    let causes: [Row]
    /// What follows from that.
    let consequences: [Row]
    /// What is the same, of what one would look for among the causes, or among the consequences.
    let unchangedCauses: [Row]
    let unchangedConsequences: [Row]
    /// What there is instead of causes; nil where there are some.
    let withoutCauses: String?
    /// What was ignored, by field.
    let ignored: [Row]

    /// How many differences of one field are said.
    private static let shown = 20

    init(_ diff: PlanDiff, style: Style) {
        let comparison = diff.comparison
        let text = DiffText(comparison, style: style)
        var causes = Self.rows(comparison.causes, text)
        if let reason = diff.treeReason { Self.add([reason], to: .dtb, of: &causes) }
        let consequences = Self.rows(comparison.consequences, text)
        self.causes = causes
        self.consequences = consequences
        let fields = diff.ignored.map(\.field)
        unchangedCauses = Self.equalities(comparison).filter { field in
            !fields.contains(field) && !causes.contains { $0.field == field }
        }.map { Row(field: $0, texts: ["unchanged"]) }
        unchangedConsequences = SegmentRole.allCases.filter { role in
            comparison.hasSegment(role) && !fields.contains(DiffField(role))
                && !consequences.contains { $0.field == DiffField(role) }
        }.map { role in
            Row(field: DiffField(role), texts: [text.changedFiles[role] == nil ? "unchanged" : "not moved"])
        }
        withoutCauses =
            !causes.isEmpty || !unchangedCauses.isEmpty
            ? nil
            : diff.ignoresCauses
                ? "nothing but what is ignored"
                : "nothing in files, request or machine: a plan was edited, or made by another version of kplan"
        ignored = diff.ignored.map { field, count in
            Row(
                field: field,
                texts: [count == 0 ? "no difference" : UInt64(clamping: count).counted("difference")])
        }
    }

    /// Of plans of two kinds, what may be the same in both.
    private static func equalities(_ comparison: PlanComparison) -> [DiffField] {
        guard comparison.old.method != comparison.new.method else { return [] }
        let hasInitrd = comparison.old.inputs.contains { $0.role == .initrd }
        return [.kernel] + (hasInitrd ? [.initrd] : []) + [.commandLine]
    }

    /// The differences by field, in the order of their first one.
    private static func rows(_ differences: [PlanDifference], _ text: DiffText) -> [Row] {
        var rows: [Row] = []
        for (field, texts) in summarized(differences, text) where !texts.isEmpty {
            add(texts, to: field, of: &rows)
        }
        return rows.map { row in
            guard row.texts.count > shown else { return row }
            let rest = "and \(row.texts.count - shown) more"
            return Row(field: row.field, texts: row.texts.prefix(shown) + [rest])
        }
    }

    private static func add(_ texts: [String], to field: DiffField, of rows: inout [Row]) {
        if let index = rows.firstIndex(where: { $0.field == field }) {
            rows[index].texts += texts
        } else {
            rows.append(Row(field: field, texts: texts))
        }
    }

    /// Another purgatory has hundreds of other relocations, which say nothing one by one.
    private static func summarized(
        _ differences: [PlanDifference], _ text: DiffText
    ) -> [(field: DiffField, texts: [String])] {
        let relocations = differences.compactMap { difference -> Change<PlannedRelocation>? in
            if case .relocation(let change) = difference { change } else { nil }
        }
        guard relocations.count > shown else {
            return differences.map { ($0.field, text.texts($0)) }
        }
        let removed = relocations.count { $0.new == nil }
        let added = relocations.count { $0.old == nil }
        let summary =
            "\(relocations.count) relocations: \(relocations.count - removed - added) changed, \(added) new, "
            + "\(removed) gone"
        var isSaid = false
        return differences.compactMap { difference in
            guard case .relocation = difference else {
                return (difference.field, text.texts(difference))
            }
            defer { isSaid = true }
            return isSaid ? nil : (difference.field, [summary])
        }
    }
}

extension DiffText {
    /// With what needs not be said twice of these two plans.
    fileprivate init(_ comparison: PlanComparison, style: Style) {
        self.init(style: style)
        for case .input(let role, let change) in comparison.differences {
            guard let segment = SegmentRole(rawValue: role.rawValue) else { continue }
            changedFiles[segment] = change
        }
        if case .kexecLoad(let old) = comparison.old, case .kexecLoad(let new) = comparison.new {
            editedPaths = Set(old.deviceTree.edits.map(\.path))
                .intersection(new.deviceTree.edits.map(\.path))
        }
    }
}

extension PlanComparison {
    /// Whether one of two plans for kexec_load has a segment.
    fileprivate func hasSegment(_ role: SegmentRole) -> Bool {
        guard case .kexecLoad(let old) = old, case .kexecLoad(let new) = new else { return false }
        return old.segment(role) != nil || new.segment(role) != nil
    }
}
