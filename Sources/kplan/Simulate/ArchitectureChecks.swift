import Arm64
import Emulation
import KexecPlan

/// What a CPU would object to and Unicorn doesn't (`EmulatedMachine` lists it).
enum ArchitectureChecks {
    static func all(_ outcome: Outcome, of subject: SimulationSubject) -> [SimulationCheck] {
        let cpuBits = PhysicalAddressSize.bits(ofMemoryModelFeatures: outcome.memoryModelFeatures)
        var checks = [addressRange(subject, bits: cpuBits)].compactMap(\.self)
        if let tables = subject.plan.pageTables {
            checks += TranslationChecks(outcome, of: subject, tables, cpuBits: cpuBits).all
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
}
