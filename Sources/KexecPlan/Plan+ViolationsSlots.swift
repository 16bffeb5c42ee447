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

    /// A digest is where purgatory has it: those of the other segments in the table of regions, its own apart.
    func digestSlots() -> [Violation.Problem] {
        runtimeSlots.compactMap { slot in
            guard case .digest(let role) = slot.fill else { return nil }
            let due = digestOffset(of: role)
            let isThere = slot.segment == .purgatory && slot.length == UInt64(SHA256Digest.size)
            return isThere && slot.offset == due ? nil : .digestSlot(slot, dueOffset: due)
        }
    }

    /// Where purgatory's content has the digest of a segment, in bytes; nil for nowhere.
    private func digestOffset(of role: SegmentRole) -> UInt64? {
        let value: SymbolPatch.Value = role == .purgatory ? .ownDigest : .regionTable
        guard let base = segment(.purgatory)?.address,
            let symbol = purgatory.symbols.first(where: { $0.value == value }), symbol.address >= base
        else { return nil }
        let offset = symbol.address.rawValue - base.rawValue
        if role == .purgatory { return offset }
        return checkedSegments.firstIndex { $0.role == role }.flatMap { index in
            offset.addingProduct(UInt64(index), PurgatoryContract.regionSize)?
                .addingProduct(1, PurgatoryContract.regionDigestOffset)
        }
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
