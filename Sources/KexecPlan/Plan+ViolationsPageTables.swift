import Arm64

// Rules: the geometry of the page tables, and the registers that say it. Nothing is to be checked where purgatory's
// MMU stays off.

extension Plan {
    /// The granule is the one that was asked for.
    func granules() -> [Violation.Problem] {
        guard let pageTables, pageTables.granule != request.granule else { return [] }
        return [.granule(pageTables.granule, due: request.granule)]
    }

    /// TCR_ELx.T0SZ is 16 to 39 (without FEAT_LPA, FEAT_LPA2 and FEAT_TTST).
    static let inputAddressBitsLimits = 25...48

    /// The number of address bits is one that T0SZ can say.
    func inputAddressBits() -> [Violation.Problem] {
        guard let pageTables, !(Self.inputAddressBitsLimits ~= pageTables.inputAddressBits) else { return [] }
        return [.inputAddressBits(pageTables.inputAddressBits, limits: Self.inputAddressBitsLimits)]
    }

    /// The root table is aligned as a whole table, which is enough for a smaller one.
    func rootAlignment() -> [Violation.Problem] {
        guard let pageTables, !pageTables.root.isAligned(to: pageTables.granule.size) else { return [] }
        return [.rootAlignment(pageTables.root, alignment: pageTables.granule.size)]
    }

    /// The root table is in the segment of the page tables.
    func rootInPageTables() -> [Violation.Problem] {
        guard let pageTables, let segment = segment(.pageTables) else { return [] }
        let root = AddressRange(start: pageTables.root, size: pageTables.granule.size)
        let content = AddressRange(start: segment.address, size: segment.contentSize)
        if let root, let content, content.contains(root) { return [] }
        return [.rootOutsidePageTables(pageTables.root)]
    }

    /// Levels go on from the root's; there is one root.
    func tableLevels() -> [Violation.Problem] {
        guard let pageTables, Self.inputAddressBitsLimits ~= pageTables.inputAddressBits else { return [] }
        let root = pageTables.granule.rootLevel(addressBits: pageTables.inputAddressBits)
        let isSound =
            pageTables.tables.first?.count == 1
            && pageTables.tables.enumerated().allSatisfy { index, tables in
                tables.level.rawValue == root.rawValue + index && tables.count > 0
            }
        return isSound ? [] : [.tableLevels(pageTables.tables, root: root)]
    }

    /// The segment of the page tables holds the tables, and nothing else.
    func pageTablesSize() -> [Violation.Problem] {
        guard let pageTables, let segment = segment(.pageTables) else { return [] }
        let due = pageTables.tables.reduce(UInt64?.some(0)) { sum, tables in
            UInt64(exactly: tables.count).flatMap { sum?.addingProduct($0, pageTables.granule.size) }
        }
        return segment.contentSize == due ? [] : [.pageTablesSize(segment.contentSize, due: due)]
    }

    /// MAIR_ELx has each memory type at its index.
    func memoryAttributes() -> [Violation.Problem] {
        guard let mair = pageTables?.registers.mair, mair != MemoryType.mair else { return [] }
        return [.memoryAttributes(mair, due: MemoryType.mair)]
    }

    /// T0SZ (bits 5:0) and TG0 (bits 15:14), which all three layouts of TCR_ELx have, say the number of address
    /// bits and the granule.
    func translationControl() -> [Violation.Problem] {
        guard let pageTables, Self.inputAddressBitsLimits ~= pageTables.inputAddressBits else { return [] }
        let t0sz = UInt64(64 - pageTables.inputAddressBits)
        return Violation.TranslationControl.allCases.flatMap { register -> [Violation.Problem] in
            let value = pageTables.registers[register]
            var problems: [Violation.Problem] = []
            if value & 0x3f != t0sz {
                problems.append(.addressSize(register, found: value & 0x3f, due: t0sz))
            }
            if value >> 14 & 3 != pageTables.granule.tg0 {
                problems.append(.granuleField(register, found: value >> 14 & 3, due: pageTables.granule.tg0))
            }
            return problems
        }
    }
}

extension TranslationRegisters {
    fileprivate subscript(register: Violation.TranslationControl) -> UInt64 {
        switch register {
        case .el1: tcrEL1
        case .el2: tcrEL2
        case .el2E2H: tcrEL2E2H
        }
    }
}

extension UInt64 {
    /// This plus `left` · `right`; nil on overflow.
    func addingProduct(_ left: UInt64, _ right: UInt64) -> UInt64? {
        let (product, tooLarge) = left.multipliedReportingOverflow(by: right)
        let (sum, overflow) = addingReportingOverflow(product)
        return tooLarge || overflow ? nil : sum
    }
}
