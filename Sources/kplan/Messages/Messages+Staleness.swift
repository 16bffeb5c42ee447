import KexecPlan

extension Messages {
    static func text(_ staleness: Staleness) -> String {
        switch staleness {
        case .taken(let role, let range, let region):
            "\(role.rawValue) \(range) is now \(quoted(region.kind)) \(region.range)"
        case .notRAM(let role, let range, let missing):
            missing == range
                ? "\(role.rawValue) \(range) is no System RAM"
                : "\(role.rawValue) \(range): \(missing) is no System RAM"
        case .ramMissing(let range):
            """
            \(range) (\(range.size.humanSize)) is RAM by the plan's device tree, by which the next kernel goes, but not here
            """
        case .otherBoard(let planned, let running):
            "the plan is for \(board(planned)), this machine is \(board(running))"
        case .uefiMoved(let property, let planned, let running):
            """
            /chosen/\(printable(property)) is \(running.map(\.hex) ?? "not there") here and \(planned.hex) in the plan's \
            device tree: the firmware was started again since
            """
        }
    }

    /// `vendor,board`.
    static func board(_ compatible: [String]) -> String {
        compatible.first.map { quoted($0) } ?? "a machine whose device tree names no board"
    }

    /// Where two trees of a board differ, from the plan's to the machine's.
    static func text(_ changes: [DeviceTreeChange]) -> String {
        let shown = 6
        var texts = changes.prefix(shown).map { change in
            let path = printable(change.path ?? "")
            return switch change {
            case .node(_, let change): "\(path) is \(change.new == nil ? "no longer there" : "new")"
            case .property(_, _, let change) where change.new == nil: "\(path) is no longer there"
            case .property(_, _, let change) where change.old == nil: "\(path) is new"
            case .property: "\(path) has another value"
            case .reservation: "the memory reservation block is another"
            case .layout: "it is written in another way"
            }
        }
        if changes.count > shown { texts.append("and \(changes.count - shown) more") }
        return texts.joined(separator: ", ")
    }
}
