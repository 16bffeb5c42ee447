import Arm64
import KexecPlan

extension DeviceTree {
    /// The tree with all changes of a plan.
    public func edited(by plan: DeviceTreePlan) throws(DeviceTreeError) -> DeviceTree {
        try edited(by: plan.edits, removingReservations: plan.removedReservations)
    }

    /// `/chosen/bootargs`; nil where there is none, or none that is UTF-8 text.
    public var bootArguments: String? {
        property(Self.chosen, "bootargs").flatMap { String(validating: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// The changes that make this tree the next kernel's, in a fixed order. The rules are those of the kernel's
    /// own kexec_file_load (drivers/of/kexec.c).
    ///
    /// What was asked for is listed even where it changes nothing, and what gets its bytes later, seeds and report;
    /// nothing else that would change nothing is. Properties of the firmware, such as `linux,uefi-…`, stay.
    ///
    /// - Parameters:
    ///   - commandLine: The next kernel's command line; nil keeps the tree's.
    ///   - initrd: Its first physical address and the first one behind it; nil where there is none.
    ///   - seeds: Whether the next kernel gets random seeds.
    ///   - hasReport: Whether purgatory tells the next kernel how its verification went.
    ///   - isLive: Whether they are for other trees too: then they don't depend on this one.
    public func kexecEdits(
        commandLine: String?, initrd: (start: UInt64, end: UInt64)?, seeds: SeedPolicy, hasReport: Bool,
        isLive: Bool = false
    ) -> [DeviceTreeEdit] {
        var edits: [DeviceTreeEdit] = []
        func edit(_ property: String, _ change: DeviceTreeEdit.Change) {
            edits.append(DeviceTreeEdit(node: Self.chosen, property: property, change: change))
        }
        func delete(_ property: String) {
            if isLive || self.property(Self.chosen, property) != nil { edit(property, .delete) }
        }

        if let commandLine { edit("bootargs", .text(commandLine)) }
        if let initrd {
            edit(Self.initrdStart, .number(initrd.start))
            edit(Self.initrdEnd, .number(initrd.end))
        } else {
            delete(Self.initrdStart)
            delete(Self.initrdEnd)
        }
        // What the previous kexec left: true of the kernel that runs now, not of the next one.
        delete("linux,elfcorehdr")
        delete("linux,usable-memory-range")
        delete(Self.imaBuffer)
        delete("linux,kho-fdt")
        delete("linux,kho-scratch")
        switch seeds {
        case .fresh:
            edit("kaslr-seed", .zeros(SeedPolicy.kaslrSeedSize))
            edit("rng-seed", .zeros(SeedPolicy.rngSeedSize))
        case .none:
            delete("kaslr-seed")
            delete("rng-seed")
        }
        // A report of the last purgatory is none of the next one.
        if hasReport {
            edit(PurgatoryReport.property, .zeros(PurgatoryReport.size))
        } else {
            delete(PurgatoryReport.property)
        }
        if isLive || property(Self.chosen, "linux,booted-from-kexec") != [] {
            edit("linux,booted-from-kexec", .zeros(0))
        }
        return edits
    }

    /// The places in this tree, which has `edits`, that hold zeros until they are filled on the machine; nil where
    /// the tree lacks one.
    public func runtimeSlots(of edits: [DeviceTreeEdit]) -> [RuntimeSlot]? {
        var slots: [RuntimeSlot] = []
        for edit in edits {
            guard case .zeros(let length) = edit.change, length > 0 else { continue }
            guard let offset = offset(of: edit.property, in: edit.node) else { return nil }
            slots.append(
                RuntimeSlot(
                    segment: .dtb, offset: UInt64(offset), length: UInt64(length),
                    fill: edit.path == PurgatoryReport.path ? .report : .random, purpose: edit.path))
        }
        return slots
    }

    /// The memory reservations that the next kernel doesn't need: those of the initrd and of the IMA buffer that
    /// the tree names. (The kernel also removes that of the tree itself: its address isn't in the tree.)
    public var staleReservations: [AddressRange] {
        let known = reservations
        return (oldInitrd + oldIMABuffer).reduce(into: []) { stale, range in
            if known.contains(range), !stale.contains(range) { stale.append(range) }
        }
    }

    /// The initrd as it is, and in whole pages of 4, 16 and 64 KiB: firmware reserves one or the other.
    private var oldInitrd: [AddressRange] {
        guard let start = number(Self.initrdStart), let end = number(Self.initrdEnd),
            let exact = AddressRange(start: PhysicalAddress(start), end: PhysicalAddress(end))
        else { return [] }
        let whole = Granule.allCases.compactMap { granule in
            exact.size.alignedUp(to: granule.size).flatMap { AddressRange(start: exact.start, size: $0) }
        }
        return [exact] + whole
    }

    /// `linux,ima-kexec-buffer`: an address and a size, in the root's cells.
    private var oldIMABuffer: [AddressRange] {
        guard let value = property(Self.chosen, Self.imaBuffer),
            let addressCells = cells("#address-cells", of: "/"),
            let sizeCells = cells("#size-cells", of: "/"),
            let start = value.cells(at: 0, count: addressCells),
            let size = value.cells(at: addressCells, count: sizeCells),
            let range = AddressRange(start: PhysicalAddress(start), size: size)
        else { return [] }
        return [range]
    }

    /// A number of 32 or 64 bits in `/chosen`.
    func number(_ name: String) -> UInt64? {
        property(Self.chosen, name).flatMap { $0.cells(at: 0, count: $0.count / 4) }
    }

    static let chosen = "/chosen"
    private static let initrdStart = "linux,initrd-start"
    private static let initrdEnd = "linux,initrd-end"
    private static let imaBuffer = "linux,ima-kexec-buffer"
}
