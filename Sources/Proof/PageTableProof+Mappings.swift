import Arm64
import KexecPlan

extension PageTableProof.Subject {
    /// What is wrong with what a walk maps, as a regime reads it.
    func mappingProblems(_ walk: PageTableWalk, _ regime: TranslationRegime) -> [PageTableFinding.Problem] {
        let runs = walk.runs
        let mapped = AddressRangeSet(runs.map(\.input))
        var problems: [PageTableFinding.Problem] = due.conflicts.map { .conflict($0.0, $0.1, $0.2) }
        for region in due.regions {
            problems += missing(region, in: mapped, regime) + outOfReach(region, regime)
        }
        for run in runs {
            if run.output != run.input.start { problems.append(.notIdentity(run.input, output: run.output)) }
            for region in due.regions {
                guard let shared = region.range.intersection(run.input) else { continue }
                problems += attributeProblems(run.attributes, shared, region, regime)
            }
            problems += excess(run, regime)
        }
        problems += mapped.subtracting(due.addresses).ranges.map { .mappedInVain($0) }
        problems += mapped.subtracting(mappable).ranges.map { .outsideMemory($0) }
        return problems
    }

    /// What of a region is not mapped; what is so because the tables end below it is said so.
    private func missing(
        _ region: PageTableExpectation.Due, in mapped: AddressRangeSet, _ regime: TranslationRegime
    ) -> [PageTableFinding.Problem] {
        let bits = WalkGeometry(tcr: tcr(regime), regime)?.inputAddressBits ?? 48
        let limit = PhysicalAddress(1 << UInt64(bits))
        var problems: [PageTableFinding.Problem] = []
        if let beyond = AddressRange(start: max(region.range.start, limit), end: region.range.end) {
            problems.append(.beyondAddressBits(beyond, what: region.what, bits: bits))
        }
        let below = AddressRange(start: region.range.start, end: min(region.range.end, limit))
        let missing = AddressRangeSet(below.map { [$0] } ?? []).subtracting(mapped)
        return problems + missing.ranges.map { .notMapped($0, what: region.what) }
    }

    /// What of a region no walk leads to in this regime, because the output address has too many bits (an address size
    /// fault).
    private func outOfReach(
        _ region: PageTableExpectation.Due, _ regime: TranslationRegime
    ) -> [PageTableFinding.Problem] {
        guard let bits = outputAddressBits[regime] else { return [] }
        let limit = PhysicalAddress(1 << UInt64(bits))
        return AddressRange(start: max(region.range.start, limit), end: region.range.end)
            .map { [.beyondOutputBits($0, what: region.what, bits: bits)] } ?? []
    }

    /// Which attributes are not those that a region needs.
    private func attributeProblems(
        _ attributes: LeafAttributes, _ range: AddressRange, _ region: PageTableExpectation.Due,
        _ regime: TranslationRegime
    ) -> [PageTableFinding.Problem] {
        var problems: [PageTableFinding.Problem] = []
        let index = attributes.attributeIndex
        let found = MemoryAttribute(mair: registers.mair, index: index)
        if found != dueAttribute(region.memory) {
            problems.append(
                .memoryType(range, what: region.what, index: index, found: found, due: region.memory))
        }
        // Device memory is Outer Shareable whatever SH holds; ours holds 0.
        let shareability: UInt64 = region.memory == .normal ? 0b11 : 0b00
        if attributes.shareability != shareability {
            problems.append(
                .shareability(range, what: region.what, found: attributes.shareability, due: shareability))
        }
        if !attributes.accessFlag { problems.append(.noAccessFlag(range, what: region.what)) }
        let rights = attributes.rights(regime)
        let due = AccessRights(
            write: region.access.isWritable, execute: region.access.isExecutable, unprivileged: false)
        if rights != due {
            problems.append(.rights(range, what: region.what, found: rights, due: region.access))
        }
        return problems
    }

    /// What a run has that nothing asks for.
    private func excess(_ run: PageTableWalk.Run, _ regime: TranslationRegime) -> [PageTableFinding.Problem] {
        var problems: [PageTableFinding.Problem] = []
        let rights = run.attributes.rights(regime)
        if rights.write, rights.execute {
            let asked = due.regions.filter { $0.access.isWritable && $0.access.isExecutable }.map(\.range)
            problems += AddressRangeSet([run.input]).subtracting(AddressRangeSet(asked)).ranges
                .map { .writableAndExecutable($0) }
        }
        let bits = run.attributes.otherBits
        if bits != 0 { problems.append(.otherAttributes(run.input, bits: bits)) }
        return problems
    }

    /// What MAIR_ELx has to say of a memory type. The 2017 series has nothing for devices: what is 0 there is nGnRnE, which
    /// is stricter.
    func dueAttribute(_ memory: MemoryType) -> MemoryAttribute {
        switch memory {
        case .normal: .normal(outer: .writeBackAllocate, inner: .writeBackAllocate)
        case .deviceNGnRE: .device(tables.registers == nil ? .nGnRnE : .nGnRE)
        }
    }
}
