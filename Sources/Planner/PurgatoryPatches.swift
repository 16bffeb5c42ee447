import Arm64
import KexecPlan

extension LinkedPurgatory {
    /// What is written at purgatory's symbols for this plan, by rising address (docs/PURGATORY.md).
    func patches(for plan: Plan) throws(PlannerError) -> [SymbolPatch] {
        guard let segment = plan.segment(.purgatory), let kernel = plan.segment(.kernel),
            let deviceTree = plan.segment(.dtb)
        else { preconditionFailure("a plan has these segments") }
        var numbers: [(String, UInt64)] = [
            ("arm64_kernel_entry", kernel.address.rawValue),
            ("arm64_dtb_addr", deviceTree.address.rawValue),
            ("arm64_sink", plan.request.console?.address.rawValue ?? 0),
            ("purgatory_console", plan.request.console?.kind.contractNumber ?? 0),
            ("purgatory_base", segment.address.rawValue),
            ("purgatory_len", segment.memorySize),
            ("purgatory_content_len", segment.contentSize),
        ]
        if let tables = plan.pageTables {
            numbers += [
                ("pgtble_base", tables.root.rawValue),
                ("purgatory_granule", tables.granule.size),
                ("purgatory_address_bits", UInt64(tables.inputAddressBits)),
                ("purgatory_mair", tables.registers.mair),
                ("purgatory_tcr_el1", tables.registers.tcrEL1),
                ("purgatory_tcr_el2", tables.registers.tcrEL2),
                ("purgatory_tcr_el2_e2h", tables.registers.tcrEL2E2H),
            ]
        }
        var patches: [SymbolPatch] = []
        for (name, value) in numbers {
            patches.append(try patch(name, size: 8, .number(value)))
        }
        patches.append(
            try patch(
                PurgatoryContract.regions, size: PurgatoryContract.regionTableSize, .regionTable))
        patches.append(
            try patch(PurgatoryContract.ownDigest, size: UInt64(SHA256Digest.size), .ownDigest))
        return patches.sorted { $0.address < $1.address }
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

extension Plan {
    /// The places in purgatory that change with the runtime slots of other segments: the digests of these in the
    /// table of regions, and, last, purgatory's own.
    func digestSlots() -> [RuntimeSlot] {
        guard !runtimeSlots.isEmpty, let base = segment(.purgatory)?.address else { return [] }
        let length = UInt64(SHA256Digest.size)
        var slots: [RuntimeSlot] = []
        for patch in purgatory.symbols {
            let offset = patch.address.rawValue &- base.rawValue
            switch patch.value {
            case .regionTable:
                for (index, segment) in checkedSegments.enumerated()
                where runtimeSlots.contains(where: { $0.segment == segment.role }) {
                    let digest =
                        UInt64(index) * PurgatoryContract.regionSize
                        + PurgatoryContract.regionDigestOffset
                    slots.append(
                        RuntimeSlot(
                            segment: .purgatory, offset: offset &+ digest, length: length,
                            fill: .digest(of: segment.role), purpose: patch.name))
                }
            case .ownDigest:
                slots.append(
                    RuntimeSlot(
                        segment: .purgatory, offset: offset, length: length,
                        fill: .digest(of: .purgatory), purpose: patch.name))
            case .number: break
            }
        }
        return slots.sorted { $0.offset < $1.offset }
    }
}
