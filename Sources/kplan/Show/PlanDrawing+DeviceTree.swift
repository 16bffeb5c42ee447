import Arm64
import KexecPlan

extension PlanDrawing {
    /// What is changed in the device tree that the kernel gets.
    var deviceTree: [String] {
        heading("Device tree", editSummary) + editTable.lines(style)
    }

    /// How many changes there are.
    var editSummary: String {
        let count = plan.deviceTree.edits.count + plan.deviceTree.removedReservations.count
        let edits = UInt64(clamping: count).counted("edit")
        if plan.deviceTree.isLive { return "the machine's own, when the plan is applied, with \(edits)" }
        return count == 0 ? "as it was given" : edits
    }

    /// A row for each change.
    var editTable: TextTable {
        let edits = plan.deviceTree.edits
        let removed = plan.deviceTree.removedReservations
        var table = TextTable([.left, .left, .left])
        for edit in edits {
            table.add(
                .init(style.printable(edit.node)), .init(style.printable(edit.property)), .init(text(edit)))
        }
        for range in removed {
            table.add(.init("/memreserve/"), .init(text(range)), .init("removed"))
        }
        return table
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
        guard !plan.runtimeSlots.isEmpty else { return heading("Filled on the machine", "nothing") }
        return heading("Filled on the machine") + slotTable.lines(style)
    }

    /// A row for each of these places.
    var slotTable: TextTable {
        var table = TextTable(
            [.left, .left, .right, .left, .left], header: ["segment", "offset", "length", "with", "for"])
        for slot in plan.runtimeSlots {
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
        return table
    }
}
