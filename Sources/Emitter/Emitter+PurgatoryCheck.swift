import Arm64
import KexecPlan

extension Emitter {
    /// A plan is what people review: it must not say other things of purgatory than its object does. All but the
    /// places of its sections follows from the object and is derived again here. The first difference is thrown.
    static func checkPurgatory(
        of plan: Plan, in segment: Segment, against object: RelocatableObject
    ) throws(EmitterError) {
        try checkContract(of: plan, against: object)
        try checkSections(plan.purgatory, against: object)
        try checkSizes(of: plan, in: segment, against: object)
        let linked = LinkedPurgatory(object, sections: plan.purgatory.sections)
        let entry = try linking { () throws(LinkingError) in try linked.entry() }
        guard plan.entry == entry else { throw .otherEntry(planned: plan.entry, object: entry) }

        let relocations = try linking { () throws(LinkingError) in try linked.relocations() }
        if let (planned, object) = firstDifference(plan.purgatory.relocations, relocations) {
            throw .otherRelocation(planned: planned, object: object)
        }
        let symbols = try linking { () throws(LinkingError) in try linked.patches(for: plan) }
        if let (planned, due) = firstDifference(plan.purgatory.symbols, symbols) {
            throw .otherSymbol(planned: planned, due: due)
        }
    }

    /// The plan's contract is the object's, and what it says of page tables is so.
    private static func checkContract(
        of plan: Plan, against object: RelocatableObject
    ) throws(EmitterError) {
        let contract = try linking { () throws(LinkingError) in try PurgatoryContract(of: object) }
        guard plan.purgatory.contract == contract else {
            throw .otherContract(planned: plan.purgatory.contract, object: contract)
        }
        if plan.mmuOff == .noTableBase, object.symbol(named: PurgatoryContract.tableBase) != nil {
            throw .tableBaseThere
        }
    }

    /// The sections that the plan places are the object's, and none that has a size is left out.
    private static func checkSections(
        _ purgatory: PurgatoryPlan, against object: RelocatableObject
    ) throws(EmitterError) {
        var placed: Set<Int> = []
        for section in purgatory.sections {
            guard let source = object.section(index: section.index) else {
                throw .otherSection(planned: section, object: nil)
            }
            let due = try linking { () throws(LinkingError) in
                try PlacedSection(source, at: section.address, under: purgatory.contract)
            }
            guard section == due else { throw .otherSection(planned: section, object: due) }
            guard section.address.isAligned(to: source.addressAlignment) else {
                throw .misalignedSection(section, alignment: source.addressAlignment)
            }
            guard placed.insert(section.index).inserted else { throw .sectionPlacedTwice(section) }
        }
        for section in object.sections where section.size > 0 && !placed.contains(section.index) {
            throw .sectionNotPlaced(section.name, index: section.index, size: section.size)
        }
    }

    /// The segment's content ends with the last section that has some, and its memory with the page of the last
    /// section.
    private static func checkSizes(
        of plan: Plan, in segment: Segment, against object: RelocatableObject
    ) throws(EmitterError) {
        var contentSize: UInt64 = 0
        var extent: UInt64 = 0
        for section in plan.purgatory.sections {
            guard section.address >= segment.address, let end = section.address.advanced(by: section.size)
            else { throw .outsidePurgatory(section.name, section.address) }
            let size = end.rawValue - segment.address.rawValue
            extent = max(extent, size)
            if object.section(index: section.index)?.content != nil { contentSize = max(contentSize, size) }
        }
        guard segment.contentSize == contentSize else {
            throw .wrongSize(.purgatory, size: contentSize, planned: segment.contentSize)
        }
        let pageSize = max(plan.machine.pageSize, plan.request.granule.size)
        let memorySize = extent.alignedUp(to: pageSize) ?? .max
        guard segment.memorySize == memorySize else {
            throw .wrongMemorySize(size: memorySize, planned: segment.memorySize)
        }
    }

    private static func linking<Result>(
        _ body: () throws(LinkingError) -> Result
    ) throws(EmitterError) -> Result {
        do {
            return try body()
        } catch {
            throw .linking(error)
        }
    }

    /// The first elements at the same position that differ; nil for one that is past the end.
    private static func firstDifference<Element: Equatable>(
        _ first: [Element], _ second: [Element]
    ) -> (Element?, Element?)? {
        for index in 0..<max(first.count, second.count) {
            let pair = (
                first.indices.contains(index) ? first[index] : nil,
                second.indices.contains(index) ? second[index] : nil
            )
            if pair.0 != pair.1 { return pair }
        }
        return nil
    }
}
