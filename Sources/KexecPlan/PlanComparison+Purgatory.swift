import Arm64

extension PlanComparison {
    /// What differs in how purgatory is linked and patched. Its addresses are compared from its segment on: that all
    /// of it has moved is said once, by the segment.
    static func purgatory(_ old: Plan, _ new: Plan) -> [PlanDifference] {
        let shift = Shift(old.segment(.purgatory), new.segment(.purgatory))
        let (old, new) = (old.purgatory, new.purgatory)
        let sections = ListComparison(old.sections, new.sections, by: \.name) { old, new in
            var moved = old
            moved.address = shift.moved(old.address)
            return moved == new
        }
        let relocations = ListComparison(
            old.relocations, new.relocations, by: \.site, of: { shift.moved($0.site) }
        ) { old, new in
            var moved = old
            moved.site = shift.moved(old.site)
            if moved.value != new.value { moved.value = shift.moved(old.value) }
            return moved == new
        }
        let symbols = ListComparison(old.symbols, new.symbols, by: \.name) { old, new in
            var moved = old
            moved.address = shift.moved(old.address)
            return moved == new
        }
        return [Change(from: old.contract, to: new.contract).map(PlanDifference.contract)].compactMap(\.self)
            + list(sections, .sections) { .section($0) }
            + list(relocations, .relocations) { .relocation($0) }
            + list(symbols, .symbols) { .symbol($0) }
    }

    /// How far purgatory has moved. Plans that break rules may have any addresses: 64 bits wrap.
    private struct Shift {
        let distance: UInt64

        init(_ old: Segment?, _ new: Segment?) {
            guard let old, let new else {
                distance = 0
                return
            }
            distance = new.address.rawValue &- old.address.rawValue
        }

        func moved(_ value: UInt64) -> UInt64 { value &+ distance }
        func moved(_ address: PhysicalAddress) -> PhysicalAddress {
            PhysicalAddress(address.rawValue &+ distance)
        }
    }
}
