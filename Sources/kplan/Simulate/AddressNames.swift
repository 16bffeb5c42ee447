import Arm64
import KexecPlan

/// What an address is called: a symbol of purgatory, a segment, the console; and what the tables say of it.
struct AddressNames {
    let subject: SimulationSubject

    /// `0x7aae0040 (mmu_turn_on+0x40 in purgatory .text)`.
    func place(_ address: UInt64) -> String {
        "\(address.hex) (\(name(address)))"
    }

    /// `mmu_turn_on+0x40 in purgatory .text`, `initrd+0x1000`, `console`, `in no segment`.
    func name(_ address: UInt64) -> String {
        let symbols = subject.symbols
        if let section = symbols.section(at: address) {
            guard let symbol = symbols.nearest(to: address) else { return "purgatory \(section.name)" }
            return "\(symbol.name)\(distance(symbol.offset)) in purgatory \(section.name)"
        }
        if let segment = subject.segment(at: address) {
            return
                "\(segment.segment.role.rawValue)\(distance(address - segment.segment.address.rawValue))"
        }
        if let console = subject.plan.request.console?.registers, console.contains(PhysicalAddress(address)) {
            return "console\(distance(address - console.start.rawValue))"
        }
        return "in no segment"
    }

    /// What the plan and the tables' bytes say of an address; nil where there are no tables.
    func mapping(_ address: UInt64) -> String? {
        guard let tables = subject.plan.pageTables else { return nil }
        let planned = tables.mappings.first { $0.range.contains(PhysicalAddress(address)) }
        let plan =
            planned.map { "the plan maps it \($0.memory.rawValue) \($0.access.rawValue) for \($0.purpose)" }
            ?? "the plan maps it nowhere"
        guard let walker = subject.walker else { return plan }
        let found =
            switch walker.translate(address) {
            case .mapped(let found) where found.output == address: "the tables' bytes map it to itself"
            case .mapped(let found): "the tables' bytes map it to \(found.output.hex)"
            case .fault(let level): "the tables' bytes have nothing for it at level \(level)"
            case .malformed(let level, let descriptor):
                "the tables' bytes lead out of themselves, or to bits that must be 0, for it at level \(level): \(descriptor.hex)"
            }
        return "\(plan); \(found)"
    }

    private func distance(_ bytes: UInt64) -> String { bytes == 0 ? "" : "+\(bytes.hex)" }
}
