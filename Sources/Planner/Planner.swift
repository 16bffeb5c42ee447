import Arm64
import KexecPlan

/// Plans one kexec: inputs and a request in, a plan out. The digests of what is generated (device tree, page
/// tables, purgatory) are zero in it, until the emitter has made the bytes.
///
/// One pass: sizes do not depend on addresses, so everything is measured first and placed after.
public struct Planner {
    private let inputs: PlanningInputs
    /// What segments are multiples of: the page of the kernel that runs, and that of the tables. Bytes.
    private let pageSize: UInt64
    private let contract: PurgatoryContract
    private let purgatoryLayout: PurgatoryLayout

    /// Makes the plan.
    public static func plan(_ inputs: PlanningInputs) throws(PlannerError) -> Plan {
        try Planner(inputs).plan()
    }

    private init(_ inputs: PlanningInputs) throws(PlannerError) {
        guard Granule.allCases.contains(where: { $0.size == inputs.machine.pageSize }) else {
            throw .invalidPageSize(inputs.machine.pageSize)
        }
        self.inputs = inputs
        pageSize = max(inputs.machine.pageSize, inputs.request.granule.size)
        do throws(LinkingError) {
            contract = try PurgatoryContract(of: inputs.purgatory)
        } catch {
            throw .linking(error)
        }
        purgatoryLayout = try PurgatoryLayout(
            inputs.purgatory, contract: contract, granule: inputs.request.granule, pageSize: pageSize)
    }

    /// Tries the places for the kernel in the order of preference, until all segments find theirs.
    private func plan() throws(PlannerError) -> Plan {
        try checkInputs()
        let request = try kernelRequest()
        var failure: PlannerError?
        for (kernel, free) in kernelPlaces(request) {
            do {
                return try plan(kernel: kernel, in: Placement(free: free))
            } catch {
                guard case .noRoom = error else { throw error }
                failure = error
            }
        }
        throw failure ?? Placement(free: usableMemory).noRoom(for: request)
    }

    /// What a plan needs is there, and what is loaded as it is has bytes.
    private func checkInputs() throws(PlannerError) {
        // A capture has memory map and device tree.
        let isCaptured = inputs.inputs.contains { $0.role == .machine }
        let needed: [InputRole] =
            isCaptured ? [.kernel, .machine, .purgatory] : [.kernel, .dtb, .memoryMap, .purgatory]
        for role in needed { _ = try input(role) }
        for input in inputs.inputs where [.kernel, .initrd].contains(input.role) && input.size == 0 {
            throw .emptyInput(input.role)
        }
        for (index, input) in inputs.inputs.enumerated() {
            let others = inputs.inputs[..<index]
            if let other = others.first(where: { $0.name.utf8.elementsEqual(input.name.utf8) }) {
                throw .sameName(other.role, input.role, input.name)
            }
        }
        let kernel = try input(.kernel)
        guard kernel.size <= inputs.kernel.imageSize else {
            throw .inputTooLarge(.kernel, size: kernel.size, limit: inputs.kernel.imageSize)
        }
    }

    private func input(_ role: InputRole) throws(PlannerError) -> Input {
        guard let input = inputs.inputs.first(where: { $0.role == role }) else { throw .missingInput(role) }
        return input
    }

    // MARK: Where

    /// What is free at the start, of what 48 bits can address: the kernel must be there (booting.rst), and all that
    /// the page tables map.
    private var usableMemory: AddressRangeSet {
        var usable = inputs.machine.memory.usable
        for window in [AddressRange(start: .zero, size: 1 << 48), inputs.request.memoryWindow] {
            if let window { usable = usable.intersection(window) }
        }
        return usable.shrunk(to: pageSize)
    }

    /// What everything may go to, the best first. Below 4 GiB rather than above: what is above may be memory that
    /// can be removed again, which the next kernel would be in the way of.
    private func areas(of free: AddressRangeSet) -> [AddressRangeSet] {
        let low = AddressRange(start: .zero, size: 1 << 32).map(free.intersection) ?? free
        return low == free ? [free] : [low, free]
    }

    private func kernelRequest() throws(PlannerError) -> PlaceRequest {
        guard inputs.kernel.textOffset.isMultiple(of: pageSize) else {
            throw .textOffsetInsidePage(textOffset: inputs.kernel.textOffset, pageSize: pageSize)
        }
        return PlaceRequest(
            role: .kernel, size: try wholePages(inputs.kernel.imageSize, .kernel),
            alignment: BootProtocol.kernelAlignment, offset: inputs.kernel.textOffset)
    }

    /// The places for the kernel, each with what is free for everything, the best first.
    private func kernelPlaces(_ request: PlaceRequest) -> [(kernel: AddressRange, free: AddressRangeSet)] {
        switch inputs.kernel.placement {
        case .anywhere:
            // In one hole rather than in several: that is easier to read, and takes fewer page tables. The highest
            // hole rather than a lower one: see `Placement.placeHighest`. The low end only where nothing else
            // leaves room for the rest.
            var places: [(kernel: AddressRange, free: AddressRangeSet)] = []
            for area in areas(of: usableMemory) {
                let holes: [AddressRangeSet] = area.ranges.map { AddressRangeSet([$0]) }
                for free in holes.reversed() + [area] {
                    let placement = Placement(free: free)
                    let high = placement.candidates(for: request)
                    let low = placement.lowestCandidates(for: request)
                    places += (low + high).reversed().map { ($0, free) }
                }
            }
            return places
        case .nearStartOfRAM:
            // "as close as possible to the base of DRAM, since memory below it is not accessible via the linear
            // mapping" (booting.rst): nothing that the kernel needs is below its base.
            return Placement(free: usableMemory).lowestCandidates(for: request).flatMap { kernel in
                let base = PhysicalAddress(kernel.start.rawValue - request.offset)
                let above = AddressRange(start: base, end: PhysicalAddress(.max))
                return areas(of: above.map(usableMemory.intersection) ?? usableMemory)
                    .filter { $0.contains(kernel) }.map { (kernel, $0) }
            }
        }
    }

    private func wholePages(_ size: UInt64, _ role: InputRole) throws(PlannerError) -> UInt64 {
        guard let size = size.alignedUp(to: pageSize) else {
            throw .inputTooLarge(role, size: size, limit: .max)
        }
        return size
    }

    // MARK: What

    private func plan(kernel: AddressRange, in placement: Placement) throws(PlannerError) -> Plan {
        var placement = placement
        // The kernel maps the device tree cacheable in blocks of 2 MiB: these hold nothing but free memory.
        let deviceTreeBlocks = placement.free.shrunk(to: BootProtocol.deviceTreeBlock)
        placement.take(kernel)

        var segments = [
            segment(.kernel, kernel, content: try input(.kernel))
        ]
        if let initrd = inputs.inputs.first(where: { $0.role == .initrd }) {
            let range = try placement.placeHighest(
                PlaceRequest(
                    role: .initrd, size: try wholePages(initrd.size, .initrd), alignment: pageSize,
                    window: BootProtocol.initrdWindow(kernel: kernel)))
            segments.append(segment(.initrd, range, content: initrd))
        }
        segments.append(try placeDeviceTree(in: deviceTreeBlocks, kernel: kernel, &placement))

        let purgatoryRange = try placement.placeHighest(
            PlaceRequest(
                role: .purgatory, size: purgatoryLayout.memorySize, alignment: purgatoryLayout.alignment))
        segments.append(
            Segment(
                role: .purgatory, address: purgatoryRange.start, memorySize: purgatoryRange.size,
                contentSize: purgatoryLayout.contentSize, sha256: .zero))
        let purgatory = try linking { () throws(LinkingError) in
            LinkedPurgatory(
                inputs.purgatory, sections: try purgatoryLayout.sections(at: purgatoryRange.start))
        }

        let mmuOff = try mmuOffReason()
        let pageTables =
            mmuOff == nil
            ? try placePageTables(for: segments, sections: purgatory.sections, &segments, placement) : nil
        segments.sort { $0.address < $1.address }
        try checkTotal(segments)
        return try linking { () throws(LinkingError) in
            try assemble(
                segments: segments, purgatory: purgatory, pageTables: pageTables, mmuOff: mmuOff)
        }
    }

    private func linking<Result>(
        _ body: () throws(LinkingError) -> Result
    ) throws(PlannerError) -> Result {
        do {
            return try body()
        } catch {
            throw .linking(error)
        }
    }

    private func segment(_ role: SegmentRole, _ range: AddressRange, content: Input) -> Segment {
        Segment(
            role: role, address: range.start, memorySize: range.size, contentSize: content.size,
            sha256: content.sha256)
    }

    private func placeDeviceTree(
        in blocks: AddressRangeSet, kernel: AddressRange, _ placement: inout Placement
    ) throws(PlannerError) -> Segment {
        let size = inputs.deviceTree.size
        guard size <= BootProtocol.deviceTreeLimit else {
            throw .inputTooLarge(.dtb, size: size, limit: BootProtocol.deviceTreeLimit)
        }
        var request = PlaceRequest(role: .dtb, size: try wholePages(size, .dtb), alignment: pageSize)
        if inputs.kernel.placement == .nearStartOfRAM {
            // Kernels that have to be there may be older than 4.2, which looks for the tree no farther away.
            let base = PhysicalAddress(kernel.start.rawValue - inputs.kernel.textOffset)
            request.window = AddressRange(start: base, size: BootProtocol.earlyDeviceTreeDistance)
        }
        var allowed = Placement(free: placement.free.intersection(blocks))
        let range = try allowed.placeHighest(request)
        placement.take(range)
        return Segment(
            role: .dtb, address: range.start, memorySize: range.size, contentSize: size, sha256: .zero)
    }

    /// Finds a place for the page tables. They map themselves, so their number may depend on where they are:
    /// it grows from what all the rest needs until it fits.
    private func placePageTables(
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
    private func mmuOffReason() throws(PlannerError) -> MMUOffReason? {
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

    /// kexec_load refuses more than half of all pages; what RAM there is bounds them from above.
    private func checkTotal(_ segments: [Segment]) throws(PlannerError) {
        let needed = segments.reduce(0) { $0 &+ $1.memorySize }
        let ram = inputs.machine.memory.systemRAM.size
        guard needed <= ram / 2 else { throw .moreThanHalfOfMemory(needed: needed, ram: ram) }
    }

    private func assemble(
        segments: [Segment], purgatory: LinkedPurgatory, pageTables: PageTablePlan?, mmuOff: MMUOffReason?
    ) throws(LinkingError) -> Plan {
        var plan = Plan(
            request: inputs.request, inputs: inputs.inputs, machine: inputs.machine,
            kernel: inputs.kernel, entry: try purgatory.entry(),
            segments: segments,
            deviceTree: inputs.deviceTree.changes,
            pageTables: pageTables, mmuOff: mmuOff,
            purgatory: PurgatoryPlan(
                contract: contract, sections: purgatory.sections,
                relocations: try purgatory.relocations(), symbols: []),
            runtimeSlots: inputs.deviceTree.runtimeSlots)
        if let initrd = plan.segment(.initrd) { plan.deviceTree.setInitrd(initrd) }
        plan.purgatory.symbols = try purgatory.patches(for: plan)
        plan.runtimeSlots += plan.digestSlots
        return plan
    }
}

extension Segment {
    fileprivate func withContentSize(_ size: UInt64) -> Segment {
        var segment = self
        segment.contentSize = size
        return segment
    }
}

extension DeviceTreePlan {
    /// Puts the initrd's place where the edits have room for it; the end is the first byte after its content.
    fileprivate mutating func setInitrd(_ initrd: Segment) {
        for index in edits.indices where edits[index].node == "/chosen" {
            switch edits[index].property {
            case "linux,initrd-start": edits[index].change = .number(initrd.address.rawValue)
            case "linux,initrd-end":
                edits[index].change = .number(initrd.address.rawValue &+ initrd.contentSize)
            default: break
            }
        }
    }
}
