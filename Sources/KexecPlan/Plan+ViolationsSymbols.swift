import Arm64

// Rules: what purgatory is told through its symbols (docs/PURGATORY.md).

extension Plan {
    /// Symbols are sorted by address.
    func symbolOrder() -> [Violation.Problem] {
        zip(purgatory.symbols, purgatory.symbols.dropFirst()).filter { $0.address > $1.address }
            .map { .symbolOrder($1.name, after: $0.name) }
    }

    /// No byte is written for two symbols.
    func symbolsApart() -> [Violation.Problem] {
        let written = purgatory.symbols.compactMap { symbol in
            AddressRange(start: symbol.address, size: symbol.value.size).map { (symbol, $0) }
        }
        return overlaps(written, name: \.name).map { first, second, _ in .symbolsOverlap(first, second) }
    }

    /// What is written at a symbol is inside one section.
    func symbolsInSections() -> [Violation.Problem] {
        purgatory.symbols.filter { !isInSection($0.address, size: $0.value.size) }
            .map { .symbolOutsideSections($0.name, address: $0.address, size: $0.value.size) }
    }

    /// Each symbol by which purgatory is told something says what the plan says, and none is left out.
    func symbolValues() -> [Violation.Problem] {
        dueSymbolValues.compactMap { name, due in
            let found = purgatory.symbols.first { $0.name == name }?.value
            return found == due ? nil : .symbolValue(name, found: found, due: due)
        }
    }

    /// What purgatory is told.
    private var dueSymbolValues: [(String, SymbolPatch.Value)] {
        var due: [(String, SymbolPatch.Value)] = [
            ("arm64_sink", .number(request.console?.address.rawValue ?? 0)),
            ("purgatory_console", .number(request.console?.kind.contractNumber ?? 0)),
            (PurgatoryContract.regions, .regionTable),
            (PurgatoryContract.ownDigest, .ownDigest),
        ]
        if let kernel = segment(.kernel) {
            due.append(("arm64_kernel_entry", .number(kernel.address.rawValue)))
        }
        if let deviceTree = segment(.dtb) {
            due.append(("arm64_dtb_addr", .number(deviceTree.address.rawValue)))
        }
        if let purgatory = segment(.purgatory) {
            due.append(("purgatory_base", .number(purgatory.address.rawValue)))
            due.append(("purgatory_len", .number(purgatory.memorySize)))
            due.append(("purgatory_content_len", .number(purgatory.contentSize)))
        }
        if let pageTables {
            due.append(("pgtble_base", .number(pageTables.root.rawValue)))
            due.append(("purgatory_granule", .number(pageTables.granule.size)))
            due.append(("purgatory_address_bits", .number(UInt64(clamping: pageTables.inputAddressBits))))
            due.append(("purgatory_mair", .number(pageTables.registers.mair)))
            due.append(("purgatory_tcr_el1", .number(pageTables.registers.tcrEL1)))
            due.append(("purgatory_tcr_el2", .number(pageTables.registers.tcrEL2)))
            due.append(("purgatory_tcr_el2_e2h", .number(pageTables.registers.tcrEL2E2H)))
        }
        return due
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

extension SymbolPatch.Value {
    /// How many bytes are written.
    fileprivate var size: UInt64 {
        switch self {
        case .number: 8
        case .regionTable: PurgatoryContract.regionTableSize
        case .ownDigest: UInt64(SHA256Digest.size)
        }
    }
}
