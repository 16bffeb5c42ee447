import Arm64
import KexecPlan

extension LinkedPurgatory {
    /// What is written at purgatory's symbols for this plan, by rising address.
    func patches(for plan: Plan) throws(PlannerError) -> [SymbolPatch] {
        var patches: [SymbolPatch] = []
        for (name, value) in plan.purgatorySymbolValues {
            patches.append(try patch(name, value))
        }
        patches.sort { $0.address < $1.address }
        for (patch, next) in zip(patches, patches.dropFirst())
        where next.address.rawValue - patch.address.rawValue < patch.value.size {
            throw .symbolsOverlap(patch.name, next.name)
        }
        return patches
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
