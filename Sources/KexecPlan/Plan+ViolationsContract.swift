import Arm64

// Rules: what each of the two contracts with purgatory asks of a plan (docs/PURGATORY.md).

extension Plan {
    /// Without page tables there is a reason, one that the plan bears out; with them there is none.
    func mmuOffReason() -> [Violation.Problem] {
        guard let mmuOff else { return pageTables == nil ? [.mmuOffUnexplained] : [] }
        let isFounded =
            switch mmuOff {
            case .noTableBase: purgatory.contract == .kexecTools
            case .consoleBeyondTables:
                // A purgatory of kexec-tools' contract either has the MMU on or knows nothing of it.
                purgatory.contract == .kplan && request.allowsMMUOff
                    && request.console?.isBeyondTables(request.granule) == true
            }
        return isFounded && pageTables == nil ? [] : [.mmuOffUnfounded(mmuOff)]
    }

    /// The tables have the form that purgatory's own registers are for, where it doesn't take them from the plan.
    func contractOfTables() -> [Violation.Problem] {
        guard let pageTables, purgatory.contract.setsRegistersItself else { return [] }
        let isUsable =
            pageTables.granule == purgatory.contract.granule ?? pageTables.granule
            && pageTables.inputAddressBits == purgatory.contract.fewestAddressBits
        return isUsable
            ? [] : [.tablesOfContract(pageTables.granule, addressBits: pageTables.inputAddressBits)]
    }

    /// The plan has values for the registers where purgatory takes them, and none where it has its own.
    func registersOfContract() -> [Violation.Problem] {
        guard let pageTables else { return [] }
        let areThere = pageTables.registers != nil
        guard areThere == purgatory.contract.setsRegistersItself else { return [] }
        return [.registersOfContract(areThere: areThere, purgatory.contract)]
    }

    /// Under kplan's own contract no section is both written and executed.
    func sectionsWrittenAndExecuted() -> [Violation.Problem] {
        guard purgatory.contract == .kplan else { return [] }
        return purgatory.sections.filter { $0.access == .readWriteExecute }
            .map { .sectionWrittenAndExecuted($0.name) }
    }

    /// Under kplan's own contract no mapping is both written and executed.
    func mappingsWrittenAndExecuted() -> [Violation.Problem] {
        guard purgatory.contract == .kplan, let pageTables else { return [] }
        return pageTables.mappings.filter { $0.access == .readWriteExecute }
            .map { .mappingWrittenAndExecuted($0.range) }
    }
}

extension Console {
    /// True where the pages of its registers are within 64 bits, but not within those that page tables translate.
    public func isBeyondTables(_ granule: Granule) -> Bool {
        guard let pages = pages(granule) else { return false }
        return pages.last.rawValue >> UInt64(TranslationControl.mostInputAddressBits) != 0
    }
}
