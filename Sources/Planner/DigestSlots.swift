import Arm64
import KexecPlan

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
