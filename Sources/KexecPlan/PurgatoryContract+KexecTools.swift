import Arm64

// What kexec-tools and its purgatory agree on, and what the 2017 series "arm64: enable d-cache support for purgatory"
// adds.
//
// Source: kexec-tools, purgatory/purgatory.c, purgatory/arch/arm64, kexec/kexec.c (update_purgatory).

extension PurgatoryContract {
    /// Start and length of each checked segment, its zeros included.
    public static let sha256Regions = "sha256_regions"
    /// One SHA-256 over all of them.
    public static let sha256Digest = "sha256_digest"
    /// Four bytes; anything but 0 in them and nothing is checked.
    public static let skipChecks = "skip_checks"
    /// The root of the page tables.
    public static let tableBase = "pgtble_base"

    /// An entry of `sha256_regions`: start and length (8 bytes each).
    static let sha256RegionSize: UInt64 = 16
    /// The size of `sha256_regions`, in bytes: SHA256_REGIONS of kexec-tools' purgatory.h.
    public static let sha256RegionsSize = sha256RegionSize * UInt64(maximumRegions)

    /// The contract that an object honours, by what its symbols promise.
    public init(of object: RelocatableObject) throws(LinkingError) {
        func defined(_ names: [String]) -> String? { names.first { object.symbol(named: $0) != nil } }
        let own = defined([Self.regions, Self.ownDigest])
        let foreign = defined([Self.sha256Regions, Self.sha256Digest])
        switch (own, foreign) {
        case (let own?, let foreign?): throw .twoContracts(own, foreign)
        case (_?, nil): self = .kplan
        case (nil, _?): self = .kexecTools
        case (nil, nil): throw .noContract
        }
    }

    /// Symbols that an object may do without.
    public var optionalSymbols: Set<String> {
        switch self {
        case .kplan: []
        case .kexecTools: [Self.base, Self.length]
        }
    }

    /// The number of address bits that the tables have whatever they map: the 2017 series sets TCR_ELx.T0SZ to 16.
    public var fewestAddressBits: Int {
        switch self {
        case .kplan: TranslationControl.fewestInputAddressBits
        case .kexecTools: 48
        }
    }

    /// The bits of the physical addresses that purgatory's TCR_ELx has in a regime; nil for as many as the CPU has. The 2017
    /// series knows no E2H: it writes PARange to bits [18:16], PS of TCR_EL2. With E2H these are of T1SZ, and IPS stays 0,
    /// which is 32 bits (Arm ARM, TCR_EL2).
    public func outputAddressBits(_ regime: TranslationRegime) -> Int? {
        self == .kexecTools && regime == .el2E2H ? 32 : nil
    }

    /// The only granule of the tables; nil for any. The 2017 series sets TCR_ELx.TG0 to 4K.
    public var granule: Granule? {
        switch self {
        case .kplan: nil
        case .kexecTools: .granule4K
        }
    }

    /// True where purgatory has the values of MAIR and TCR in its code rather than from the plan.
    public var setsRegistersItself: Bool { self == .kexecTools }
}

extension Plan {
    /// What the tables map beyond the physical addresses that purgatory's own TCR_ELx has in a regime. Whatever regime it is
    /// entered in, kplan's purgatory takes what the CPU has, and checks that it is enough.
    public func mappingsOutOfReach(_ regime: TranslationRegime) -> [Mapping] {
        guard let bits = purgatory.contract.outputAddressBits(regime) else { return [] }
        return (pageTables?.mappings ?? []).filter { $0.range.last.rawValue >> UInt64(bits) != 0 }
    }

    /// What a purgatory of kexec-tools' contract is told.
    var kexecToolsSymbolValues: [(name: String, value: SymbolPatch.Value)] {
        var values: [(name: String, value: SymbolPatch.Value)] = [
            (PurgatoryContract.sha256Regions, .sha256Regions),
            (PurgatoryContract.sha256Digest, .sha256Digest),
            (PurgatoryContract.sink, .number(request.console?.address.rawValue ?? 0)),
        ]
        func add(_ name: String, _ number: UInt64?) {
            if let number { values.append((name, .number(number))) }
        }
        add(PurgatoryContract.kernelEntry, segment(.kernel)?.address.rawValue)
        add(PurgatoryContract.deviceTree, segment(.dtb)?.address.rawValue)
        if let pageTables {
            add(PurgatoryContract.tableBase, pageTables.root.rawValue)
            add(PurgatoryContract.base, segment(.purgatory)?.address.rawValue)
            add(PurgatoryContract.length, segment(.purgatory)?.memorySize)
        }
        return values
    }

    /// The slot for the digest of all segments, where random slots change one of them.
    var segmentsDigestSlot: RuntimeSlot? {
        guard runtimeSlots.contains(where: { $0.fill == .random && $0.segment != .purgatory }) else {
            return nil
        }
        return segmentsDigestPlace.map { symbol, offset in
            RuntimeSlot(
                segment: .purgatory, offset: offset, length: UInt64(SHA256Digest.size), fill: .segmentsDigest,
                purpose: symbol)
        }
    }

    /// Where purgatory has the digest of all segments: the symbol, and the offset in purgatory's content, in bytes. nil
    /// for nowhere.
    var segmentsDigestPlace: (symbol: String, offset: UInt64)? {
        guard let base = segment(.purgatory)?.address,
            let symbol = purgatory.symbols.first(where: { $0.value == .sha256Digest }), symbol.address >= base
        else { return nil }
        return (symbol.name, symbol.address.rawValue - base.rawValue)
    }
}
