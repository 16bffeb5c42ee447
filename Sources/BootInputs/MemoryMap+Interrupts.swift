import Arm64
import KexecPlan

extension MemoryMap {
    /// The map with what the interrupt controller keeps in RAM as reserved, behind what is reserved already; where
    /// that covers it, it isn't listed again.
    ///
    /// On a boot with EFI the kernel reserves LPI tables for good (irq-gic-v3-its.c, gic_reserve_range); on any other
    /// nothing does, and redistributors write them until the next kernel has turned LPIs off.
    public func avoiding(_ tables: [Interrupts.Table]) -> MemoryMap {
        let systemRAM = systemRAM
        let known = AddressRangeSet(reserved.map(\.range))
        var result = self
        result.reserved +=
            tables
            .filter { !systemRAM.intersection($0.range).subtracting(known).isEmpty }
            .map { Region(range: $0.range, kind: $0.kind.region) }
        return result
    }

    /// What is reserved for an interrupt controller's tables.
    public var interruptTables: [Interrupts.Table] {
        reserved.compactMap { region in
            Interrupts.Kind.allCases.first { $0.region == region.kind }
                .map { Interrupts.Table(kind: $0, range: region.range) }
        }
    }
}

extension Interrupts.Kind {
    /// What a plan calls the memory of such a table.
    fileprivate var region: String {
        switch self {
        case .lpiProperty: "GICv3 LPI property table"
        case .lpiPending: "GICv3 LPI pending table"
        case .its: "GICv3 ITS table"
        }
    }
}
