import Arm64
import KexecPlan

// The page tables, or why there are none.

extension Planner {
    /// Finds a place for the page tables. They map themselves, so their number may depend on where they are:
    /// it grows from what all the rest needs until it fits.
    func placePageTables(
        for others: [Segment], sections: [PlacedSection], _ segments: inout [Segment],
        _ placement: Placement
    ) throws(PlannerError) -> PageTablePlan {
        var map = IdentityMap(granule: inputs.request.granule, contract: contract)
        for segment in others where segment.role != .purgatory || contract == .kexecTools {
            map.add(segment)
        }
        if contract == .kplan { map.add(sections) }
        if let console = inputs.request.console {
            map.add(
                console.pages(inputs.request.granule), .deviceNGnRE, .readWrite, for: "console")
        }

        var size = map.tables().tables.size
        while true {
            var placement = placement
            let range = try placement.placeHighest(
                PlaceRequest(
                    role: .pageTables, size: size.alignedUp(to: pageSize) ?? .max, alignment: pageSize))
            let segment = Segment(
                role: .pageTables, address: range.start, memorySize: range.size, contentSize: size,
                sha256: .zero)
            var complete = map
            complete.add(segment)
            let (tables, mappings) = complete.tables()
            if tables.size <= size {
                // A larger segment may have landed where fewer tables do: then only the content shrinks.
                segments.append(segment.withContentSize(tables.size))
                return pageTablePlan(tables, mappings: mappings, root: range.start)
            }
            size = tables.size
        }
    }

    /// Why there are no page tables; nil where there are.
    func mmuOffReason() throws(PlannerError) -> MMUOffReason? {
        let hasTableBase = inputs.purgatory.symbol(named: PurgatoryContract.tableBase) != nil
        let isBeyondTables = try isConsoleBeyondTables()
        switch contract {
        case .kexecTools where !hasTableBase: return .noTableBase
        case .kexecTools:
            // It turns the MMU on without asking whether there are tables.
            if isBeyondTables, let console = inputs.request.console {
                throw .consoleBeyondTables(console, mmuIsOptional: false)
            }
            let granule = inputs.request.granule
            if let due = contract.granule, granule != due { throw .granuleOfContract(granule, due: due) }
            return nil
        case .kplan:
            guard isBeyondTables, let console = inputs.request.console else { return nil }
            guard inputs.request.allowsMMUOff else {
                throw .consoleBeyondTables(console, mmuIsOptional: true)
            }
            return .consoleBeyondTables
        }
    }

    /// Checks the console's address; true where it has more bits than page tables translate.
    private func isConsoleBeyondTables() throws(PlannerError) -> Bool {
        guard let console = inputs.request.console else { return false }
        // Purgatory takes 0 for no console.
        if console.address == .zero { throw .consoleAtZero(console) }
        let alignment = console.kind.registerAlignment
        guard console.address.isAligned(to: alignment) else {
            throw .consoleMisaligned(console, alignment: alignment)
        }
        guard let pages = console.pages(inputs.request.granule) else { throw .consoleBeyond64Bits(console) }
        if inputs.machine.memory.systemRAM.overlaps(pages) { throw .consoleInRAM(console) }
        return console.isBeyondTables(inputs.request.granule)
    }

    private func pageTablePlan(
        _ tables: TranslationTables, mappings: [Mapping], root: PhysicalAddress
    ) -> PageTablePlan {
        guard
            let control = TranslationControl(
                granule: tables.granule, inputAddressBits: tables.inputAddressBits)
        else { preconditionFailure("tables have a size that TCR can express") }
        return PageTablePlan(
            root: root, granule: tables.granule, inputAddressBits: tables.inputAddressBits,
            tables: TranslationLevel.allCases.filter { $0 >= tables.rootLevel }.map {
                .init(level: $0, count: tables.count(at: $0))
            },
            registers: contract.setsRegistersItself
                ? nil
                : TranslationRegisters(
                    mair: MemoryType.mair, tcrEL1: control.el1, tcrEL2: control.el2,
                    tcrEL2E2H: control.el2E2H),
            mappings: mappings)
    }
}

extension Segment {
    fileprivate func withContentSize(_ size: UInt64) -> Segment {
        var segment = self
        segment.contentSize = size
        return segment
    }
}
