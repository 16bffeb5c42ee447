import KexecPlan

/// One thing that was checked, and what came of it.
struct Check: Equatable {
    /// What was checked, in a word.
    let name: String
    let result: Result
    /// The rules that are broken, where rules were checked.
    private(set) var violations: [Violation] = []

    /// What came of a check.
    enum Result: Equatable {
        /// It is as it should be; what that is.
        case ok(String)
        /// It keeps nothing from being done, and may not be what was meant.
        case note(String)
        /// It is not: everything that was found, at least one.
        case no([String])
        /// It can't be told, because something could not be done.
        case failed(String)
        /// It was not looked at, and why.
        case skipped(String)
    }

    init(_ name: String, _ result: Result) {
        self.name = name
        self.result = result
    }

    /// All is well without findings.
    init(_ name: String, ok text: String, findings: [String]) {
        self.init(name, findings.isEmpty ? .ok(text) : .no(findings))
    }

    /// The rules of a plan.
    init(rules violations: [Violation]) {
        self.init("rules", ok: "none is broken", findings: violations.map { Messages.text(for: $0) })
        self.violations = violations
    }

    /// A failure: an answer where it is one.
    init(_ name: String, _ failure: Failure) {
        self.init(name, failure.status == .no ? .no([failure.text]) : .failed(failure.text))
    }

    /// The result's name.
    var word: String {
        switch result {
        case .ok: "ok"
        case .note: "note"
        case .no: "no"
        case .failed: "failed"
        case .skipped: "skipped"
        }
    }

    /// The result's texts.
    var texts: [String] {
        switch result {
        case .ok(let text), .note(let text), .failed(let text), .skipped(let text): [text]
        case .no(let findings): findings
        }
    }
}

extension [Check] {
    /// No for any finding, even where something else could not be told. What was not looked at may hold one.
    var status: ExitStatus {
        if contains(where: { $0.word == "no" }) { return .no }
        return contains { $0.word == "failed" || $0.word == "skipped" } ? .failed : .done
    }

    /// A line for each text, with the result and what was checked before it. A check with very many findings shows
    /// the first ones: one cause may have thousands.
    func lines(_ style: Style) -> [String] {
        let shown = 20
        var table = TextTable([.left, .left, .left])
        for check in self {
            var texts = check.texts.prefix(shown).map { $0 }
            if check.texts.count > shown {
                texts.append("and \(check.texts.count - shown) more, which --json lists")
            }
            let isGood = ["ok", "note", "skipped"].contains(check.word)
            for text in texts {
                // One line each, so that they can be counted and searched for.
                table.add(
                    .init(check.word, isGood ? .faint : .wrong), .init(check.name),
                    .init(style.sentence(text.split(whereSeparator: \.isNewline).joined(separator: " "))))
            }
        }
        return table.lines(style)
    }
}
