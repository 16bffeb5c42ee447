import Arm64
import KexecPlan

extension PlanDrawing {
    /// How purgatory is linked and patched.
    var purgatory: [String] {
        let tables = [sectionTable, relocations ? relocationTable : relocationTypeTable, symbolTable]
        let parts = tables.filter { !$0.isEmpty }.map { $0.lines(style) }
        return heading("Purgatory", purgatorySummary) + Array(parts.joined(separator: [""]))
    }

    /// How much there is to link.
    var purgatorySummary: String {
        let purgatory = plan.purgatory
        return "\(purgatory.sections.count) sections, \(purgatory.relocations.count) relocations, "
            + "\(purgatory.symbols.count) values"
            + (purgatory.contract == .kplan ? "" : ", contract of \(purgatory.contract.rawValue)")
    }

    /// Where the sections go.
    var sectionTable: TextTable {
        var table = TextTable([.left, .left, .right, .left], header: ["section", "address", "size", "may"])
        for section in plan.purgatory.sections {
            table.add(
                .init(style.printable(section.name)), .init("\(section.address)"), .init(section.size.hex),
                .init(section.access.letters))
        }
        return table
    }

    /// How many relocations there are of each type.
    var relocationTypeTable: TextTable {
        let counts = Dictionary(grouping: plan.purgatory.relocations, by: \.type).mapValues(\.count)
        var table = TextTable([.left, .right], header: ["relocation", "count"])
        for (type, count) in counts.sorted(by: { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) })
        {
            table.add(.init(type.name), .init("\(count)"))
        }
        return table
    }

    /// Every relocation.
    var relocationTable: TextTable {
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
        return table
    }

    /// What is written into purgatory.
    var symbolTable: TextTable {
        var table = TextTable([.left, .left, .left, .left], header: ["symbol", "address", "value", ""])
        for symbol in plan.purgatory.symbols {
            let (value, note) = text(symbol.value)
            table.add(
                .init(style.printable(symbol.name)), .init("\(symbol.address)"), .init(value),
                .init(note, .faint))
        }
        return table
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
