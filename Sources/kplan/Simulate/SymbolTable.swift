import Arm64
import KexecPlan

/// Purgatory's symbols at their addresses.
struct SymbolTable {
    /// A symbol with its physical address.
    struct Entry {
        let address: UInt64
        let name: String
    }

    private let sections: [PlacedSection]
    /// By rising address.
    private let entries: [Entry]

    /// - Parameter object: purgatory's; without it, only the symbols are known that the plan sets.
    init(_ plan: Plan, object: RelocatableObject?) {
        sections = plan.purgatory.sections
        var found = plan.purgatory.symbols.map { Entry(address: $0.address.rawValue, name: $0.name) }
        found.append(Entry(address: plan.entry.rawValue, name: PurgatoryContract.entry))
        for symbol in object?.symbols ?? [] {
            // `$x` and `$d` only mark code and data (AAELF64, mapping symbols).
            guard case .section(let index) = symbol.place, !symbol.name.isEmpty, !symbol.name.hasPrefix("$"),
                let section = plan.purgatory.sections.first(where: { $0.index == index }),
                symbol.value <= section.size, symbol.name != section.name
            else { continue }
            found.append(Entry(address: section.address.rawValue &+ symbol.value, name: symbol.name))
        }
        var known: Set<String> = []
        entries = found.filter { known.insert($0.name).inserted }
            .sorted { ($0.address, $0.name) < ($1.address, $1.name) }
    }

    /// The address of a symbol; nil where there is no such symbol.
    func address(of name: String) -> UInt64? { entries.first { $0.name == name }?.address }

    /// The section of purgatory that an address is in.
    func section(at address: UInt64) -> PlacedSection? {
        sections.first { section in
            AddressRange(start: section.address, size: section.size)?.contains(PhysicalAddress(address))
                == true
        }
    }

    /// The nearest symbol of the same section at or below an address, with the distance in bytes.
    func nearest(to address: UInt64) -> (name: String, offset: UInt64)? {
        guard let section = section(at: address),
            let entry = entries.last(where: { $0.address <= address }),
            entry.address >= section.address.rawValue
        else { return nil }
        return (entry.name, address - entry.address)
    }
}
