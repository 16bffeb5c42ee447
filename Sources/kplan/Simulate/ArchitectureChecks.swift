import Arm64
import Emulation
import KexecPlan

/// What a CPU would object to and Unicorn doesn't (`EmulatedMachine` lists it).
enum ArchitectureChecks {
    static func all(_ outcome: Outcome, of subject: SimulationSubject) -> [SimulationCheck] {
        let cpuBits = PhysicalAddressSize.bits(ofMemoryModelFeatures: outcome.memoryModelFeatures)
        var checks = [addressRange(subject, bits: cpuBits)].compactMap(\.self)
        let active = outcome.translationChanges.map(\.translation).filter(\.isMMUOn)
        if !active.isEmpty, let tables = subject.plan.pageTables {
            let needed = bits(tables.mappings.map(\.range.last.rawValue).max() ?? 0)
            let smallest = active.map { outputSize($0, outcome) }.min() ?? 0
            checks.append(
                .init(
                    .outputSize(register: smallest, cpu: cpuBits, needed: needed),
                    needed <= min(smallest, cpuBits)))
            let root = active[0].ttbr0 & 0x0000_ffff_ffff_fffe  // BADDR, without CnP
            checks.append(
                .init(.root(ttbr0: root, planned: tables.root.rawValue), root == tables.root.rawValue))
            let misdirection = misdirection(subject, tables, bits: cpuBits)
            checks.append(.init(.identity(misdirection), misdirection == nil))
        }
        let unaligned = outcome.accesses.firstUnalignedWithoutMMU
        checks.append(.init(.alignment(unaligned), unaligned == nil))
        let stale = outcome.accesses.firstStale
        checks.append(.init(.staleData(stale), stale == nil))
        return checks
    }

    /// No machine with this CPU has memory where it has no address bits for.
    private static func addressRange(_ subject: SimulationSubject, bits: UInt64) -> SimulationCheck? {
        let highest = subject.segments.max { $0.segment.address < $1.segment.address }
        guard let highest, let last = highest.range?.last.rawValue else { return nil }
        return .init(.addressRange(bits: bits, role: highest.segment.role, last: last), last >> bits == 0)
    }

    /// TCR_EL1.IPS (bits 34:32), or TCR_EL2.PS (18:16) without E2H.
    private static func outputSize(_ translation: Outcome.Translation, _ outcome: Outcome) -> UInt64 {
        let hasEL2Layout = outcome.currentEL == 2 && translation.hcr >> 34 & 1 == 0
        return PhysicalAddressSize.bits(encoded: translation.tcr >> (hasEL2Layout ? 16 : 32) & 7)
    }

    /// The first address of what is mapped that the tables lead elsewhere. Where they lead nowhere, the run shows it.
    private static func misdirection(
        _ subject: SimulationSubject, _ tables: PageTablePlan, bits: UInt64
    ) -> SimulationCheck.Misdirection? {
        guard let walker = subject.walker else { return nil }
        for mapping in tables.mappings {
            var address = mapping.range.start.rawValue
            while address < mapping.range.end.rawValue {
                var size = tables.granule.size
                if case .mapped(let found) = walker.translate(address) {
                    guard found.output == address else {
                        return .init(
                            address: address, output: found.output, isBeyondRange: found.output >> bits != 0)
                    }
                    size = found.size - address % found.size
                }
                let (next, overflow) = address.addingReportingOverflow(size)
                if overflow { return nil }
                address = next
            }
        }
        return nil
    }

    /// How many bits an address has.
    private static func bits(_ address: UInt64) -> UInt64 {
        UInt64(UInt64.bitWidth - address.leadingZeroBitCount)
    }
}
