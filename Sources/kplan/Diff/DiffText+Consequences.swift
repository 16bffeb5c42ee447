import Arm64
import KexecPlan

extension DiffText {
    /// A segment that came, went, moved, or has other content.
    func segment(_ change: Change<Segment>) -> [String] {
        guard let old = change.old, let new = change.new else {
            func all(_ segment: Segment) -> String {
                segment.range.map { "\(text($0)), \(segment.memorySize.humanSize)" }
                    ?? "\(segment.address), \(segment.memorySize.hex) bytes"
            }
            return [change.new.map { "new segment: \(all($0))" } ?? "no longer loaded"]
        }
        var texts: [String] = []
        if old.address != new.address { texts.append("moved " + arrow("\(old.address)", "\(new.address)")) }
        if old.memorySize != new.memorySize {
            texts.append("in memory " + sizes(old.memorySize, new.memorySize))
        }
        if isSaid(old, new) { return texts }
        if old.contentSize != new.contentSize {
            texts.append("content " + sizes(old.contentSize, new.contentSize))
        }
        if old.sha256 != new.sha256 { texts.append("content changed: " + digests(old.sha256, new.sha256)) }
        return texts
    }

    /// Whether both segments are files of which it is said that one took the place of the other.
    private func isSaid(_ old: Segment, _ new: Segment) -> Bool {
        guard let file = changedFiles[old.role], let was = file.old, let comes = file.new else {
            return false
        }
        return was.sha256 == old.sha256 && was.size == old.contentSize && comes.sha256 == new.sha256
            && comes.size == new.contentSize
    }

    func edit(_ change: Change<DeviceTreeEdit>) -> String {
        let path = (change.old ?? change.new).map { style.printable($0.path) } ?? ""
        if path == "/chosen/bootargs", case .text(let old)? = change.old?.change,
            case .text(let new)? = change.new?.change, let change = Change<String>(from: old, to: new)
        {
            return "\(path): " + commandLine(change)
        }
        return "\(path): "
            + self.change(change, none: "as given") { edit in
                switch edit.change {
                case .text(let text): quoted(text)
                case .number(let number): number.hex
                case .zeros(0): "empty"
                case .zeros(let count): "\(count) bytes for later"
                case .delete: "removed"
                }
            }
    }

    /// A number of tables, by level.
    func tableCount(_ change: Change<PageTablePlan.TableCount>) -> String {
        let level = (change.old ?? change.new)?.level.rawValue ?? 0
        return "tables of level \(level): " + self.change(change, none: "0") { "\($0.count)" }
    }

    func registers(_ change: Change<TranslationRegisters>) -> [String] {
        guard let old = change.old, let new = change.new else {
            return ["registers: " + self.change(change, none: "purgatory's own") { _ in "the plan's" }]
        }
        let values = [
            ("MAIR", old.mair, new.mair), ("TCR_EL1", old.tcrEL1, new.tcrEL1),
            ("TCR_EL2", old.tcrEL2, new.tcrEL2), ("TCR_EL2 with E2H", old.tcrEL2E2H, new.tcrEL2E2H),
        ]
        return values.compactMap { $1 == $2 ? nil : "\($0) " + arrow($1.hex, $2.hex) }
    }

    func mapping(_ change: Change<Mapping>) -> [String] {
        let purpose = (change.old ?? change.new).map { style.printable($0.purpose) } ?? ""
        func entries(_ mapping: Mapping) -> String {
            mapping.entries.map { "\($0.count) \(style.times) \($0.size.blockSize)" }
                .joined(separator: " + ")
        }
        guard let old = change.old, let new = change.new else {
            func all(_ mapping: Mapping) -> String {
                "\(text(mapping.range)), \(mapping.memory.rawValue), \(mapping.access.letters), \(entries(mapping))"
            }
            return [change.new.map { "maps \(purpose): \(all($0))" } ?? "maps no longer \(purpose)"]
        }
        var texts: [String] = []
        if old.range != new.range { texts.append(arrow(text(old.range), text(new.range))) }
        if old.memory != new.memory { texts.append(arrow(old.memory.rawValue, new.memory.rawValue)) }
        if old.access != new.access { texts.append(arrow(old.access.letters, new.access.letters)) }
        if old.entries != new.entries { texts.append(arrow(entries(old), entries(new))) }
        return ["maps \(purpose): " + texts.joined(separator: ", ")]
    }

    func section(_ change: Change<PlacedSection>) -> String {
        let name = (change.old ?? change.new).map { style.printable($0.name) } ?? ""
        return "section \(name): "
            + self.change(change) {
                "\($0.address), \($0.size.hex) bytes, \($0.access.letters), index \($0.index)"
            }
    }

    func relocation(_ change: Change<PlannedRelocation>) -> String {
        guard let relocation = change.new ?? change.old else { return "" }
        return "relocation at \(relocation.site): "
            + self.change(change) { relocation in
                let sign = relocation.addend < 0 ? "-" : "+"
                let addend =
                    relocation.addend == 0 ? "" : " \(sign) \(UInt64(relocation.addend.magnitude).hex)"
                return "\(relocation.type.name) \(style.printable(relocation.symbol))\(addend) = "
                    + relocation.value.hex
            }
    }

    func symbol(_ change: Change<SymbolPatch>) -> String {
        let name = (change.old ?? change.new).map { style.printable($0.name) } ?? ""
        // Where it is matters only where it didn't just move with purgatory, so only where all else is the same.
        let isMoved = change.old?.value == change.new?.value
        return "\(name) "
            + self.change(change) { symbol in
                let value =
                    switch symbol.value {
                    case .number(let number): number.hex
                    case .regionTable: "table of what is checked"
                    case .sha256Regions: "table of what is checked, without digests"
                    case .ownDigest: "digest of purgatory"
                    case .sha256Digest: "digest of all that is checked"
                    }
                return isMoved ? "\(value) at \(symbol.address)" : value
            }
    }

    func runtimeSlot(_ change: Change<RuntimeSlot>) -> String {
        let purpose = (change.old ?? change.new).map { style.printable($0.purpose) } ?? ""
        return "\(purpose): "
            + self.change(change) { slot in
                let fill =
                    switch slot.fill {
                    case .random: "random bytes"
                    case .digest(let role): "digest of \(role.rawValue)"
                    case .segmentsDigest: "digest of all segments"
                    case .report: "purgatory's report"
                    }
                return "\(slot.length) bytes at \(slot.offset.hex) of \(slot.segment.rawValue), \(fill)"
            }
    }
}
