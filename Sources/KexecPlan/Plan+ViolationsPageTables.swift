import Arm64

// Rules: the geometry of the page tables, and the registers that say it. Nothing is to be checked where purgatory's
// MMU stays off.

extension Plan {
    /// The granule is the one that was asked for.
    func granules() -> [Violation.Problem] {
        guard let pageTables, pageTables.granule != request.granule else { return [] }
        return [.granule(pageTables.granule, due: request.granule)]
    }

    /// The numbers of address bits that TCR_ELx.T0SZ can say.
    static let inputAddressBitsLimits =
        TranslationControl.fewestInputAddressBits...TranslationControl.mostInputAddressBits

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
        let tables = pageTables.tables
        let isSound =
            tables.first?.count == 1
            && tables.enumerated().allSatisfy { index, tables in
                tables.level.rawValue == root.rawValue + index && tables.count >= 0
            }
            && zip(tables, tables.dropFirst()).allSatisfy { $0.count > 0 || $1.count == 0 }
        return isSound ? [] : [.tableLevels(tables, root: root)]
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
        guard let mair = pageTables?.registers?.mair, mair != MemoryType.mair else { return [] }
        return [.memoryAttributes(mair, due: MemoryType.mair)]
    }

    /// TCR_ELx says the granule, the number of address bits, and how tables are walked, in each of its layouts.
    func translationControl() -> [Violation.Problem] {
        guard let pageTables, let registers = pageTables.registers,
            let control = TranslationControl(
                granule: pageTables.granule, inputAddressBits: pageTables.inputAddressBits)
        else { return [] }
        let all: [(TranslationRegime, found: UInt64, due: UInt64)] = [
            (.el1, registers.tcrEL1, control.el1), (.el2, registers.tcrEL2, control.el2),
            (.el2E2H, registers.tcrEL2E2H, control.el2E2H),
        ]
        return all.filter { $0.found != $0.due }.map { .translationControl($0, found: $1, due: $2) }
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
