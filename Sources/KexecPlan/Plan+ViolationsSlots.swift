import Arm64

// Rules: the bytes that apply fills in.

extension Plan {
    /// Each slot is inside the content of its segment.
    func slotsInContent() -> [Violation.Problem] {
        runtimeSlots.filter { slot in
            let (end, overflow) = slot.offset.addingReportingOverflow(slot.length)
            return overflow || slot.length == 0 || end > segment(slot.segment)?.contentSize ?? 0
        }
        .map { .slotOutsideContent($0) }
    }

    /// No byte is filled twice.
    func slotsApart() -> [Violation.Problem] {
        SegmentRole.allCases.flatMap { role in
            let slots = runtimeSlots.filter { $0.segment == role }.compactMap { slot in
                AddressRange(start: PhysicalAddress(slot.offset), size: slot.length).map { (slot, $0) }
            }
            return overlaps(slots) { $0 }.map { first, second, _ in
                Violation.Problem.slotsOverlap(first, second)
            }
        }
    }

    /// A digest has 32 bytes, and is that of a segment.
    func digestSlots() -> [Violation.Problem] {
        runtimeSlots.filter { slot in
            guard case .digest(let role) = slot.fill else { return false }
            return slot.length != UInt64(SHA256Digest.size) || segment(role) == nil
        }
        .map { .digestSlot($0) }
    }

    /// Where slots change a segment, the digest that purgatory compares it with is a slot as well: the region
    /// table has those of the other segments, purgatory's own stands apart.
    func digestsOfFilledSegments() -> [Violation.Problem] {
        SegmentRole.allCases.filter { role in
            let isCompared = purgatory.symbols.contains {
                $0.value == (role == .purgatory ? .ownDigest : .regionTable)
            }
            let isChanged = runtimeSlots.contains { $0.segment == role && $0.fill != .digest(of: role) }
            return isCompared && isChanged && !runtimeSlots.contains { $0.fill == .digest(of: role) }
        }
        .map { .digestNotRenewed(of: $0) }
    }
}
