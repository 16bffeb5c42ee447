import Arm64
import KexecPlan

extension BrokenPlan {
    static let deviceTree: [BrokenPlan] = [
        place("", "bootargs"), place("chosen", "bootargs"), place("/chosen/", "bootargs"),
        place("//chosen", "bootargs"), place("/chosen\0", "bootargs"), place("/chosen", "bootargs\0"),
        place("/chosen", ""), place("/chosen", "a/b"), place("/chosen", "gr\u{fc}n"), place("/a b", "c"),
        .bare("a reservation twice", .reservationRepeated(range(0x4800_0000, 0x4800_1000))) {
            $0.deviceTree.removedReservations = [
                range(0x4800_0000, 0x4800_1000), range(0x4800_0000, 0x4800_2000),
                range(0x4800_0000, 0x4800_1000),
            ]
        },
        .full(
            "no seeds at all", .seedProperty("kaslr-seed", found: nil, due: .zeros(8)),
            .seedProperty("rng-seed", found: nil, due: .zeros(128))
        ) { plan in
            plan.deviceTree.edits.removeSubrange(3...4)
            plan.runtimeSlots.removeAll { $0.fill != .report }
        },
        .full("a seed that is known", .seedProperty("kaslr-seed", found: .number(1), due: .zeros(8))) {
            $0.deviceTree.edits[3].change = .number(1)
            $0.runtimeSlots.remove(at: 0)
        },
        .full("a short seed", .seedProperty("kaslr-seed", found: .zeros(4), due: .zeros(8))) {
            $0.deviceTree.edits[3].change = .zeros(4)
            $0.runtimeSlots[0].length = 4
        },
        .bare("a seed in vain", .seedProperty("rng-seed", found: .number(1), due: .delete)) {
            $0.deviceTree.edits = [chosen("kaslr-seed", .delete), chosen("rng-seed", .number(1))]
        },
    ]

    private static func place(_ node: String, _ property: String) -> BrokenPlan {
        .bare("\(node.debugDescription), \(property)", .editPlace(node: node, property: property)) {
            $0.deviceTree.edits = [
                DeviceTreeEdit(node: node, property: property, change: .delete),
                DeviceTreeEdit(node: "/", property: "#size-cells", change: .delete),
                DeviceTreeEdit(node: "/soc/uart@9000000", property: "arm,primecell-id", change: .delete),
            ]
        }
    }

    static let slots: [BrokenPlan] = [
        .full("a slot past the content", .slotOutsideContent(slot(0x200a))) {
            $0.runtimeSlots[0] = slot(0x200a)
        },
        .full(
            "an empty slot", .slotOutsideContent(slot(0x1d40, 0)), .randomSlot(slot(0x1d40, 0), dueLength: 8)
        ) { $0.runtimeSlots[0] = slot(0x1d40, 0) },
        .full("a slot past 64 bits", .slotOutsideContent(slot(.max))) { $0.runtimeSlots[0] = slot(.max) },
        .full("bytes filled twice", .slotsOverlap(slot(0x1d60), SamplePlan.full.runtimeSlots[1])) {
            $0.runtimeSlots[0] = slot(0x1d60)
        },
        .full("a slot without its edit", .randomSlot(slot(0x1e00, for: "/chosen/other"), dueLength: nil)) {
            $0.runtimeSlots.append(slot(0x1e00, for: "/chosen/other"))
        },
        .full("a slot for an edit that is undone", .randomSlot(slot(0x1e00, for: "/a/b"), dueLength: nil)) {
            $0.deviceTree.edits += [
                DeviceTreeEdit(node: "/a", property: "b", change: .zeros(8)),
                DeviceTreeEdit(node: "/a", property: "b", change: .delete),
            ]
            $0.runtimeSlots.append(slot(0x1e00, for: "/a/b"))
        },
        .full("a longer slot", .randomSlot(slot(0x1d40, 16), dueLength: 8)) {
            $0.runtimeSlots[0] = slot(0x1d40, 16)
        },
        .full("no slot for a seed", .propertySlots("/chosen/kaslr-seed", count: 0)) {
            $0.runtimeSlots.remove(at: 0)
        },
        .full("no slot for zeros", .propertySlots("/a/b", count: 0)) {
            $0.deviceTree.edits += [
                DeviceTreeEdit(node: "/a", property: "b", change: .zeros(1)),
                DeviceTreeEdit(node: "/a", property: "empty", change: .zeros(0)),
            ]
        },
        .full("two slots for a seed", .propertySlots("/chosen/kaslr-seed", count: 2)) {
            $0.runtimeSlots.append(slot(0x1e00))
        },
        .full(
            "random bytes in purgatory",
            .randomSlotOutsideDeviceTree(slot(0x1d40, in: .purgatory))
        ) { $0.runtimeSlots[0] = slot(0x1d40, in: .purgatory) },
        .full(
            "random bytes in the kernel", .randomSlotOutsideDeviceTree(slot(0x1d40, in: .kernel)),
            .digestNotRenewed(of: .kernel)
        ) { $0.runtimeSlots[0] = slot(0x1d40, in: .kernel) },
        .bare(
            "a slot without seeds", .slotUnneeded(digestSlot(of: .dtb, at: 0x3138)),
            .digestNotRenewed(of: .purgatory)
        ) {
            $0.runtimeSlots = [digestSlot(of: .dtb, at: 0x3138)]
        },
        .full(
            "a digest at another place",
            .digestSlot(digestSlot(of: .dtb, at: 0x3108), dueOffset: 0x3188)
        ) { $0.runtimeSlots[3] = digestSlot(of: .dtb, at: 0x3108) },
        .full(
            "a short digest",
            .digestSlot(digestSlot(of: .dtb, at: 0x3188, length: 31), dueOffset: 0x3188)
        ) { $0.runtimeSlots[3] = digestSlot(of: .dtb, at: 0x3188, length: 31) },
        .bare(
            "a digest of what isn't there", .slotUnneeded(digestSlot(of: .initrd, at: 0x3188)),
            .digestSlot(digestSlot(of: .initrd, at: 0x3188), dueOffset: nil),
            .digestNotRenewed(of: .purgatory)
        ) { $0.runtimeSlots = [digestSlot(of: .initrd, at: 0x3188)] },
        .full("an old digest of the device tree", .digestNotRenewed(of: .dtb)) {
            $0.runtimeSlots.remove(at: 3)
        },
        .full("an old digest of purgatory", .digestNotRenewed(of: .purgatory)) {
            $0.runtimeSlots.remove(at: 2)
        },
    ]

    /// Slots for purgatory's report: the sample's is its fifth, and purgatory knows its address.
    static let reports: [BrokenPlan] = [
        report("in purgatory", at: 0x5400_4f00) { $0.segment = .purgatory },
        report("of 36 bytes") { $0.length = 36 },
        report("between cells", at: 0x5400_1f02) { $0.offset = 0x1f02 },
        .full(
            "a report in another property", .reportSlot(reportSlot(for: "/a/b")),
            .propertySlots("/a/b", count: 0), .propertySlots(PurgatoryReport.path, count: 0)
        ) {
            $0.deviceTree.edits.append(DeviceTreeEdit(node: "/a", property: "b", change: .zeros(40)))
            $0.runtimeSlots[4] = reportSlot(for: "/a/b")
        },
        .foreign("a report of a purgatory that writes none", .reportSlot(reportSlot())) {
            $0.deviceTree.edits.append(
                DeviceTreeEdit(node: "/chosen", property: PurgatoryReport.property, change: .zeros(40)))
            $0.runtimeSlots.append(reportSlot())
        },
        .full("a report that no edit makes room for", .reportSlot(reportSlot())) {
            $0.deviceTree.edits[6].change = .delete
        },
        .full(
            "no slot for the report",
            .symbolUnneeded("purgatory_report", address: PhysicalAddress(0x5400_6090)),
            .propertySlots(PurgatoryReport.path, count: 0)
        ) { $0.runtimeSlots.remove(at: 4) },
        .full("two slots for the report", .propertySlots(PurgatoryReport.path, count: 2)) {
            $0.runtimeSlots.append(reportSlot(0x1e40))
        },
        .full(
            "a report that purgatory doesn't know of",
            .symbolValue("purgatory_report", found: nil, due: .number(0x5400_1f00))
        ) {
            $0.purgatory.symbols.removeAll { $0.name == "purgatory_report" }
        },
        .full(
            "random bytes for the report",
            .randomSlot(slot(0x1f00, 40, for: PurgatoryReport.path), dueLength: nil),
            .propertySlots(PurgatoryReport.path, count: 0)
        ) {
            $0.purgatory.symbols.removeAll { $0.name == "purgatory_report" }
            $0.runtimeSlots[4] = slot(0x1f00, 40, for: PurgatoryReport.path)
        },
    ]

    private static func report(
        _ description: String, at address: UInt64 = 0x5400_1f00,
        change: (inout RuntimeSlot) -> Void
    ) -> BrokenPlan {
        var slot = reportSlot()
        change(&slot)
        return .full("a report \(description)", .reportSlot(slot)) { plan in
            plan.runtimeSlots[4] = slot
            plan.setSymbol("purgatory_report", address)
        }
    }

    private static func reportSlot(
        _ offset: UInt64 = 0x1f00, for purpose: String = PurgatoryReport.path
    ) -> RuntimeSlot {
        RuntimeSlot(segment: .dtb, offset: offset, length: 40, fill: .report, purpose: purpose)
    }

    private static func slot(
        _ offset: UInt64, _ length: UInt64 = 8, in segment: SegmentRole = .dtb,
        for purpose: String = "/chosen/kaslr-seed"
    ) -> RuntimeSlot {
        RuntimeSlot(segment: segment, offset: offset, length: length, fill: .random, purpose: purpose)
    }

    private static func digestSlot(
        of role: SegmentRole, at offset: UInt64, length: UInt64 = 32
    ) -> RuntimeSlot {
        RuntimeSlot(
            segment: .purgatory, offset: offset, length: length, fill: .digest(of: role),
            purpose: "purgatory_regions")
    }
}
