import BootInputs
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

    /// Where two trees of a board differ.
    /// - Parameter differences: this is the plan's, the other the machine's.
    static func text(_ differences: [DeviceTreeDifference]) -> String {
        let shown = 6
        var texts = differences.prefix(shown).map { difference in
            switch difference.side {
            case .this: "\(printable(difference.path)) is no longer there"
            case .other: "\(printable(difference.path)) is new"
            case .both: "\(printable(difference.path)) has another value"
            }
        }
        if differences.count > shown { texts.append("and \(differences.count - shown) more") }
        return texts.joined(separator: ", ")
    }
}
