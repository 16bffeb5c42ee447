import Arm64
import KexecPlan

extension PageTableProof.Subject {
    /// What is wrong with what a walk maps, as a regime reads it.
    func addMappingProblems(
        _ runs: [PageTableWalk.Run], _ mapped: AddressRangeSet, _ regime: TranslationRegime,
        to problems: inout ProblemList
    ) {
        problems += due.conflicts.lazy.map { .conflict($0.0, $0.1, $0.2) }
        for region in due.regions {
            problems += missing(region, in: mapped, regime)
            problems += outOfReach(region, regime)
        }
        let open = AddressRangeSet(
            due.regions.filter { $0.access.isWritable && $0.access.isExecutable }.map(\.range))
        for run in runs {
            if run.output != run.input.start { problems.append(.notIdentity(run.input, output: run.output)) }
            let first = due.regions.bisected { $0.range.end <= run.input.start }
            for region in due.regions[first...] {
                guard let shared = region.range.intersection(run.input) else { break }
                addAttributeProblems(run.attributes, shared, region, regime, to: &problems)
            }
            addExcess(run, regime, besides: open, to: &problems)
        }
        problems += mapped.subtracting(due.addresses).ranges.lazy.map { .mappedInVain($0) }
        problems += mapped.subtracting(mappable).ranges.lazy.map { .outsideMemory($0) }
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
    private func addAttributeProblems(
        _ attributes: LeafAttributes, _ range: AddressRange, _ region: PageTableExpectation.Due,
        _ regime: TranslationRegime, to problems: inout ProblemList
    ) {
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
    }

    /// What a run has that nothing asks for; writing and executing both, only in `open`.
    private func addExcess(
        _ run: PageTableWalk.Run, _ regime: TranslationRegime, besides open: AddressRangeSet,
        to problems: inout ProblemList
    ) {
        let rights = run.attributes.rights(regime)
        if rights.write, rights.execute {
            problems += AddressRangeSet([run.input]).subtracting(open).ranges.lazy
                .map { .writableAndExecutable($0) }
        }
        let bits = run.attributes.otherBits
        if bits != 0 { problems.append(.otherAttributes(run.input, bits: bits)) }
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
