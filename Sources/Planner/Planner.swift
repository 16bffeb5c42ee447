import Arm64
import KexecPlan

/// Plans one kexec: inputs and a request in, a plan out. The digests of what is generated (device tree, page
/// tables, purgatory) are zero in it, until the emitter has made the bytes.
///
/// One pass: sizes do not depend on addresses, so everything is measured first and placed after.
public struct Planner {
    let inputs: PlanningInputs
    /// What segments are multiples of: the page of the kernel that runs, and that of the tables. Bytes.
    let pageSize: UInt64
    let contract: PurgatoryContract
    let purgatoryLayout: PurgatoryLayout

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
        if let shared = inputs.inputs.sharedNames.first {
            throw .sameName(shared.first, shared.second, shared.name)
        }
        let kernel = try input(.kernel)
        guard kernel.size <= inputs.kernel.imageSize else {
            throw .inputTooLarge(.kernel, size: kernel.size, limit: inputs.kernel.imageSize)
        }
    }

    func input(_ role: InputRole) throws(PlannerError) -> Input {
        guard let input = inputs.inputs.first(where: { $0.role == role }) else { throw .missingInput(role) }
        return input
    }

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
        let room = max(size, inputs.deviceTree.room)
        guard room <= BootProtocol.deviceTreeLimit else {
            throw .inputTooLarge(.dtb, size: room, limit: BootProtocol.deviceTreeLimit)
        }
        var request = PlaceRequest(role: .dtb, size: try wholePages(room, .dtb), alignment: pageSize)
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
}
