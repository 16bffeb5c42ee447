import Arm64
import KexecPlan

/// What page tables have to map, and where they may: what the proof holds the bytes against.
public struct PageTableExpectation: Equatable, Sendable {
    /// A range that purgatory touches, in whole pages.
    public struct Due: Equatable, Sendable {
        /// The addresses.
        public var range: AddressRange
        /// The memory type that it needs.
        public var memory: MemoryType
        /// What has to be allowed, and no more.
        public var access: Access
        /// What is there.
        public var what: String

        /// Makes it from its parts.
        public init(range: AddressRange, memory: MemoryType, access: Access, what: String) {
            self.range = range
            self.memory = memory
            self.access = access
            self.what = what
        }
    }

    /// All that has to be mapped.
    public var due: [Due]
    /// Memory that may be mapped: System RAM that nothing reserves, and the console's pages.
    public var mappable: AddressRangeSet
    /// How many address bits the tables have at least, however low the addresses are.
    public var fewestAddressBits: Int

    /// The bits of the physical addresses that can come out, in regimes where purgatory's own TCR_ELx says so.
    public var outputAddressBits: [TranslationRegime: Int]

    /// Makes it from its parts; without a number, the address bits that TCR_ELx can say at least.
    public init(
        due: [Due], mappable: AddressRangeSet, fewestAddressBits: Int = 25,
        outputAddressBits: [TranslationRegime: Int] = [:]
    ) {
        self.due = due
        self.mappable = mappable
        self.fewestAddressBits = fewestAddressBits
        self.outputAddressBits = outputAddressBits
    }
}

extension Plan {
    /// What the plan's page tables have to map with a granule: purgatory from its start to the end of its last section
    /// (it hashes its content), each section with its own rights and with the pages up to the next one; the other
    /// segments, to be read; the console (docs/PURGATORY.md, "On entry"). All of a purgatory of kexec-tools' contract may be
    /// written and executed: its stack lies in its code ("Foreign purgatories").
    public func pageTableExpectation(_ granule: Granule) -> PageTableExpectation {
        var due: [PageTableExpectation.Due] = []
        func add(_ range: AddressRange?, _ memory: MemoryType, _ access: Access, _ what: String) {
            guard let range else { return }
            due.append(
                .init(
                    range: range.expanded(to: granule.size) ?? range, memory: memory, access: access,
                    what: what))
        }

        for segment in checkedSegments { add(segment.range, .normal, .readOnly, segment.role.rawValue) }
        switch purgatory.contract {
        case .kplan: for due in sectionsDue(granule) { add(due.range, due.memory, due.access, due.what) }
        case .kexecTools: add(segment(.purgatory)?.range, .normal, .readWriteExecute, "purgatory")
        }
        let console = request.console?.pages(granule)
        add(console, .deviceNGnRE, .readWrite, "console")
        return PageTableExpectation(
            due: due.sorted { $0.range.start < $1.range.start },
            mappable: machine.memory.usable.union(AddressRangeSet(console.map { [$0] } ?? [])),
            fewestAddressBits: purgatory.contract == .kexecTools ? 48 : 25,
            outputAddressBits: TranslationRegime.allCases.reduce(into: [:]) {
                $0[$1] = purgatory.contract.outputAddressBits($1)
            })
    }

    /// What is due of purgatory's own sections, not yet in whole pages.
    private func sectionsDue(_ granule: Granule) -> [PageTableExpectation.Due] {
        var due: [PageTableExpectation.Due] = []
        func add(_ range: AddressRange?, _ access: Access, _ what: String) {
            if let range { due.append(.init(range: range, memory: .normal, access: access, what: what)) }
        }
        let sections = purgatory.sections.sorted { $0.address < $1.address }
        if let start = segment(.purgatory)?.address, let first = sections.first {
            // Nothing is before the first section of our own purgatory.
            let before = AddressRange(start: start, end: first.address.alignedDown(to: granule.size))
            add(before, .readOnly, "purgatory")
        }
        for (index, section) in sections.enumerated() {
            let next =
                index + 1 < sections.count ? sections[index + 1].address.alignedDown(to: granule.size) : nil
            let end = [next, section.address.advanced(by: section.size)].compactMap(\.self).max()
            add(
                end.flatMap { AddressRange(start: section.address, end: $0) }, section.access,
                "purgatory \(section.name)")
        }
        return due
    }
}
