import Arm64

extension PlanComparison {
    /// What differs in purgatory's identity map.
    static func pageTables(_ old: Plan, _ new: Plan) -> [PlanDifference] {
        let reason = [Change(from: old.mmuOff, to: new.mmuOff).map(PlanDifference.mmuOff)].compactMap(\.self)
        guard let oldTables = old.pageTables, let newTables = new.pageTables else {
            return [Change(from: old.pageTables, to: new.pageTables).map(PlanDifference.pageTables)]
                .compactMap(\.self) + reason
        }
        return tables(oldTables, newTables) + reason
    }

    private static func tables(_ old: PageTablePlan, _ new: PageTablePlan) -> [PlanDifference] {
        [
            Change(from: old.totalCount, to: new.totalCount).map(PlanDifference.totalTableCount),
            Change(from: old.root, to: new.root).map(PlanDifference.tableRoot),
            Change(from: old.granule, to: new.granule).map(PlanDifference.tableGranule),
            Change(from: old.inputAddressBits, to: new.inputAddressBits).map(PlanDifference.addressBits),
        ].compactMap(\.self)
            + list(ListComparison(old.tables, new.tables, by: \.level), .tables) { .tableCount($0) }
            + [Change(from: old.registers, to: new.registers).map(PlanDifference.registers)]
            .compactMap(\.self)
            + list(ListComparison(old.mappings, new.mappings, by: \.purpose), .mappings) { .mapping($0) }
    }
}
