import Arm64
import KexecPlan

extension PlanDrawing {
    /// What is changed in the device tree that the kernel gets.
    var deviceTree: [String] {
        let edits = plan.deviceTree.edits
        let removed = plan.deviceTree.removedReservations
        guard !edits.isEmpty || !removed.isEmpty else { return heading("Device tree", "as it was given") }
        var table = TextTable([.left, .left, .left])
        for edit in edits {
            table.add(
                .init(style.printable(edit.node)), .init(style.printable(edit.property)), .init(text(edit)))
        }
        for range in removed {
            table.add(.init("/memreserve/"), .init(text(range)), .init("removed"))
        }
        let count = UInt64(clamping: edits.count + removed.count).counted("edit")
        let isLive = plan.deviceTree.isLive
        return heading(
            "Device tree", isLive ? "the machine's own, when the plan is applied, with \(count)" : count)
            + table.lines(style)
    }

    private func text(_ edit: DeviceTreeEdit) -> String {
        switch edit.change {
        case .text(let text): return "= \"\(style.printable(text))\""
        case .number(let number): return "= \(number.hex)" + (segmentEdge(number).map { "  (\($0))" } ?? "")
        case .zeros(0): return "= empty"
        case .zeros(let count):
            let path = edit.path
            return switch plan.runtimeSlots.first(where: { $0.purpose == path })?.fill {
            case .random, .digest, .segmentsDigest: "= \(count) bytes, filled when applied"
            case .report: "= \(count) bytes, filled by purgatory"
            case nil: "= \(count) zero bytes"
            }
        case .delete: return "removed"
        }
    }

    /// The segment that begins, or whose content ends, at this address.
    private func segmentEdge(_ address: UInt64) -> String? {
        for segment in plan.segments {
            if segment.address.rawValue == address { return "\(segment.role.rawValue)" }
            if segment.address.advanced(by: segment.contentSize)?.rawValue == address {
                return "end of \(segment.role.rawValue)"
            }
        }
        return nil
    }

    /// What fills bytes when the plan is applied, and after that.
    var runtimeSlots: [String] {
        let slots = plan.runtimeSlots
        guard !slots.isEmpty else { return heading("Filled on the machine", "nothing") }
        var table = TextTable(
            [.left, .left, .right, .left, .left], header: ["segment", "offset", "length", "with", "for"])
        for slot in slots {
            let fill =
                switch slot.fill {
                case .random: "random bytes"
                case .digest(let role): "digest of \(role.rawValue)"
                case .segmentsDigest: "digest of all segments"
                case .report: "purgatory's report"
                }
            table.add(
                .init(slot.segment.rawValue, .role(slot.segment)), .init(slot.offset.hex),
                .init("\(slot.length)"), .init(fill), .init(style.printable(slot.purpose)))
        }
        return heading("Filled on the machine") + table.lines(style)
    }
}
