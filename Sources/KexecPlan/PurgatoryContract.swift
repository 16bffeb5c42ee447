import Arm64

/// How a loader and purgatory understand each other (docs/PURGATORY.md): the two contracts, the symbols of kplan's
/// own, and the form of its table of regions. The raw value is the contract's name in plans.
public enum PurgatoryContract: String, CaseIterable, Sendable {
    /// kplan's own: a digest for each segment, page tables with their registers.
    case kplan
    /// That of kexec-tools: one digest of all segments.
    case kexecTools = "kexec-tools"

    /// The entry.
    public static let entry = "purgatory_start"
    /// Where the kernel begins.
    public static let kernelEntry = "arm64_kernel_entry"
    /// The device tree, for x0.
    public static let deviceTree = "arm64_dtb_addr"
    /// The UART's data register; 0 for silence.
    public static let sink = "arm64_sink"
    /// Purgatory's segment.
    public static let base = "purgatory_base"
    /// The size of that segment in memory, in bytes.
    public static let length = "purgatory_len"
    /// The table of what is checked.
    public static let regions = "purgatory_regions"
    /// The SHA-256 of purgatory's own content, with these 32 bytes zero.
    public static let ownDigest = "purgatory_sha256"

    /// The physical address of the report to the next kernel (`PurgatoryReport`). A purgatory without this symbol
    /// writes none.
    public static let report = "purgatory_report"

    /// True where an object honours kplan's own contract and can report to the next kernel.
    public static func reports(_ object: RelocatableObject) -> Bool {
        object.symbol(named: report) != nil && (try? PurgatoryContract(of: object)) == .kplan
    }

    /// The most regions that the table holds: as many as kexec_load takes segments.
    public static let maximumRegions = LoadMethod.segmentLimit

    /// An entry of the table: address, content length, memory length (8 bytes each), name (16 bytes),
    /// SHA-256 (32 bytes), flags (8 bytes, zero).
    public static let regionSize: UInt64 = 80
    /// Where an entry has its digest, in bytes.
    public static let regionDigestOffset: UInt64 = 40
    /// The size of an entry's name, in bytes.
    public static let regionNameSize = 16
    /// The size of the table, in bytes.
    public static let regionTableSize = regionSize * UInt64(maximumRegions)
}

extension Plan {
    /// The segments that purgatory checks with its table: all but itself, by rising address.
    public var checkedSegments: [Segment] {
        segments.filter { $0.role != .purgatory }
    }

    /// What purgatory is told: the values of its symbols, as they follow from the rest of the plan.
    public var purgatorySymbolValues: [(name: String, value: SymbolPatch.Value)] {
        if purgatory.contract == .kexecTools { return kexecToolsSymbolValues }
        var values: [(name: String, value: SymbolPatch.Value)] = [
            (PurgatoryContract.regions, .regionTable),
            (PurgatoryContract.ownDigest, .ownDigest),
        ]
        func add(_ name: String, _ number: UInt64) { values.append((name, .number(number))) }

        add(PurgatoryContract.sink, request.console?.address.rawValue ?? 0)
        add("purgatory_console", request.console?.kind.contractNumber ?? 0)
        if let kernel = segment(.kernel) { add(PurgatoryContract.kernelEntry, kernel.address.rawValue) }
        if let deviceTree = segment(.dtb) { add(PurgatoryContract.deviceTree, deviceTree.address.rawValue) }
        if let report = reportAddress { add(PurgatoryContract.report, report.rawValue) }
        if let purgatory = segment(.purgatory) {
            add(PurgatoryContract.base, purgatory.address.rawValue)
            add(PurgatoryContract.length, purgatory.memorySize)
            add("purgatory_content_len", purgatory.contentSize)
        }
        if let pageTables {
            add(PurgatoryContract.tableBase, pageTables.root.rawValue)
            add("purgatory_granule", pageTables.granule.size)
            add("purgatory_address_bits", UInt64(clamping: pageTables.inputAddressBits))
        }
        if let registers = pageTables?.registers {
            add("purgatory_mair", registers.mair)
            add("purgatory_tcr_el1", registers.tcrEL1)
            add("purgatory_tcr_el2", registers.tcrEL2)
            add("purgatory_tcr_el2_e2h", registers.tcrEL2E2H)
        }
        return values
    }
}

extension Plan {
    /// Where purgatory writes its report to the next kernel; nil where it writes none.
    var reportAddress: PhysicalAddress? {
        guard let slot = runtimeSlots.first(where: { $0.fill == .report }) else { return nil }
        return segment(slot.segment)?.address.advanced(by: slot.offset)
    }

    /// The places in purgatory that change with the random runtime slots: the digests of the segments that these are
    /// in, in the table of regions, and purgatory's own. By rising address.
    public var digestSlots: [RuntimeSlot] {
        if purgatory.contract == .kexecTools { return segmentsDigestSlot.map { [$0] } ?? [] }
        let changed = Set(runtimeSlots.filter { $0.fill == .random }.map(\.segment))
        guard !changed.isEmpty else { return [] }
        return SegmentRole.allCases.filter { changed.contains($0) || $0 == .purgatory }.compactMap { role in
            digestPlace(of: role).map { symbol, offset in
                RuntimeSlot(
                    segment: .purgatory, offset: offset, length: UInt64(SHA256Digest.size),
                    fill: .digest(of: role), purpose: symbol)
            }
        }
        .sorted { $0.offset < $1.offset }
    }

    /// Where purgatory has the digest of a segment: the symbol, and the offset in purgatory's content, in bytes. nil
    /// for nowhere.
    func digestPlace(of role: SegmentRole) -> (symbol: String, offset: UInt64)? {
        let value: SymbolPatch.Value = role == .purgatory ? .ownDigest : .regionTable
        guard let base = segment(.purgatory)?.address,
            let symbol = purgatory.symbols.first(where: { $0.value == value }), symbol.address >= base
        else { return nil }
        let offset = symbol.address.rawValue - base.rawValue
        if role == .purgatory { return (symbol.name, offset) }
        guard let index = checkedSegments.firstIndex(where: { $0.role == role }),
            let digest = offset.addingProduct(UInt64(index), PurgatoryContract.regionSize)?
                .addingProduct(1, PurgatoryContract.regionDigestOffset)
        else { return nil }
        return (symbol.name, digest)
    }
}

extension SymbolPatch.Value {
    /// How many bytes are written.
    public var size: UInt64 {
        switch self {
        case .number: 8
        case .regionTable: PurgatoryContract.regionTableSize
        case .ownDigest, .sha256Digest: UInt64(SHA256Digest.size)
        case .sha256Regions: PurgatoryContract.sha256RegionsSize
        }
    }
}

extension Console.Kind {
    /// The value of `purgatory_console`.
    fileprivate var contractNumber: UInt64 {
        switch self {
        case .raw: 0
        case .pl011: 1
        case .uart8250: 2
        case .uart8250Word: 3
        }
    }
}
