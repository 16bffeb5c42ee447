import Arm64
import KexecPlan

extension PlanDrawing {
    /// How purgatory is linked and patched.
    var purgatory: [String] {
        let purgatory = plan.purgatory
        let count = purgatory.relocations.count
        let summary =
            "\(purgatory.sections.count) sections, \(count) relocations, "
            + "\(purgatory.symbols.count) values"
            + (purgatory.contract == .kplan ? "" : ", contract of \(purgatory.contract.rawValue)")
        let parts = [sections, relocations ? allRelocations : relocationTypes, values].filter { !$0.isEmpty }
        return heading("Purgatory", summary) + Array(parts.joined(separator: [""]))
    }

    private var sections: [String] {
        guard !plan.purgatory.sections.isEmpty else { return [] }
        var table = TextTable([.left, .left, .right, .left], header: ["section", "address", "size", "may"])
        for section in plan.purgatory.sections {
            table.add(
                .init(style.printable(section.name)), .init("\(section.address)"), .init(section.size.hex),
                .init(section.access.letters))
        }
        return table.lines(style)
    }

    private var relocationTypes: [String] {
        let counts = Dictionary(grouping: plan.purgatory.relocations, by: \.type).mapValues(\.count)
        guard !counts.isEmpty else { return [] }
        var table = TextTable([.left, .right], header: ["relocation", "count"])
        for (type, count) in counts.sorted(by: { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) })
        {
            table.add(.init(type.name), .init("\(count)"))
        }
        return table.lines(style)
    }

    private var allRelocations: [String] {
        guard !plan.purgatory.relocations.isEmpty else { return [] }
        var table = TextTable(
            [.left, .left, .left, .left], header: ["site", "relocation", "value", "symbol"])
        for relocation in plan.purgatory.relocations {
            let addend = relocation.addend
            let sign = addend < 0 ? "-" : "+"
            let sum = addend == 0 ? "" : " \(sign) \(UInt64(addend.magnitude).hex)"
            table.add(
                .init("\(relocation.site)"), .init(relocation.type.name), .init(relocation.value.hex),
                .init(style.printable(relocation.symbol) + sum))
        }
        return table.lines(style)
    }

    private var values: [String] {
        guard !plan.purgatory.symbols.isEmpty else { return [] }
        var table = TextTable([.left, .left, .left, .left], header: ["symbol", "address", "value", ""])
        for symbol in plan.purgatory.symbols {
            let (value, note) = text(symbol.value)
            table.add(
                .init(style.printable(symbol.name)), .init("\(symbol.address)"), .init(value),
                .init(note, .faint))
        }
        return table.lines(style)
    }

    private func text(_ value: SymbolPatch.Value) -> (value: String, note: String) {
        switch value {
        case .number(let number):
            let segment = plan.segments.first { $0.address.rawValue == number }
            return (number.hex, segment?.role.rawValue ?? "")
        case .regionTable: return ("table", "of what purgatory checks")
        case .ownDigest: return ("digest", "of purgatory itself")
        case .sha256Regions: return ("table", "of what purgatory checks")
        case .sha256Digest: return ("digest", "of all that it checks")
        }
    }
}
