import Arm64

// Rules: the bytes that are filled in on the machine.

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

    /// Without seeds nothing is filled in but purgatory's report.
    func slotsAskedFor() -> [Violation.Problem] {
        request.seeds == .none
            ? runtimeSlots.filter { $0.fill != .report }.map { .slotUnneeded($0) } : []
    }

    /// Random bytes are for the device tree: anywhere else they would be damage, with digests that hide it.
    func randomSlotsInDeviceTree() -> [Violation.Problem] {
        randomSlots.filter { $0.segment != .dtb }.map { .randomSlotOutsideDeviceTree($0) }
    }

    /// Random bytes fill the whole of a property that the edits make zeros.
    func randomSlotsFillProperties() -> [Violation.Problem] {
        var sizes = zeroedProperties
        sizes[PurgatoryReport.path] = nil
        return randomSlots.filter { sizes[$0.purpose] != $0.length }
            .map { .randomSlot($0, dueLength: sizes[$0.purpose]) }
    }

    /// The report fills the whole of its property, which the edits make zeros; purgatory stores it in cells.
    func reportSlotFillsProperty() -> [Violation.Problem] {
        let size = UInt64(PurgatoryReport.size)
        return runtimeSlots.filter { slot in
            guard slot.fill == .report else { return false }
            let address = segment(.dtb)?.address.advanced(by: slot.offset)
            return slot.segment != .dtb || slot.purpose != PurgatoryReport.path || slot.length != size
                || zeroedProperties[slot.purpose] != size
                || address?.isAligned(to: PurgatoryReport.alignment) != true
        }
        .map { .reportSlot($0) }
    }

    /// Each property that the edits make zeros has one slot.
    func propertiesFilledOnce() -> [Violation.Problem] {
        let filling = runtimeSlots.filter {
            $0.fill == ($0.purpose == PurgatoryReport.path ? .report : .random)
        }
        let counts = Dictionary(grouping: filling, by: \.purpose).mapValues(\.count)
        return zeroedProperties.keys.sorted().filter { counts[$0] != 1 }
            .map { .propertySlots($0, count: counts[$0] ?? 0) }
    }

    private var randomSlots: [RuntimeSlot] { runtimeSlots.filter { $0.fill == .random } }

    /// A digest is where purgatory has it: those of the other segments in the table of regions, its own apart; the one
    /// of all segments where kexec-tools' contract has it.
    func digestsInPlace() -> [Violation.Problem] {
        runtimeSlots.compactMap { slot in
            let due: UInt64?
            switch slot.fill {
            case .random, .report: return nil
            case .digest(let role): due = digestPlace(of: role)?.offset
            case .segmentsDigest: due = segmentsDigestPlace?.offset
            }
            let isThere = slot.segment == .purgatory && slot.length == UInt64(SHA256Digest.size)
            return isThere && slot.offset == due ? nil : .digestSlot(slot, dueOffset: due)
        }
    }

    /// Where slots change a segment, the digest that purgatory compares it with is a slot as well: the region
    /// table has those of the other segments, purgatory's own stands apart. The report comes after all comparing.
    func digestsOfFilledSegments() -> [Violation.Problem] {
        SegmentRole.allCases.filter { role in
            let compared: [(SymbolPatch.Value, RuntimeSlot.Fill)] =
                role == .purgatory
                ? [(.ownDigest, .digest(of: role))]
                : [(.regionTable, .digest(of: role)), (.sha256Digest, .segmentsDigest)]
            let isChanged = runtimeSlots.contains {
                $0.segment == role && $0.fill != .digest(of: role) && $0.fill != .report
            }
            return isChanged
                && compared.contains { value, fill in
                    purgatory.symbols.contains { $0.value == value }
                        && !runtimeSlots.contains { $0.fill == fill }
                }
        }
        .map { .digestNotRenewed(of: $0) }
    }
}
