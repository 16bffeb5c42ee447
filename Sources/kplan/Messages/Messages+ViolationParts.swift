import Arm64
import KexecPlan

// What the texts of broken rules are made of.

extension Messages {
    static func order(_ kind: String, _ name: String, after other: String) -> String {
        """
        the \(kind) \(printable(name)) stands after \(printable(other)), which has a higher address: \(kind)s \
        are sorted by address
        """
    }

    /// The first ranges, and how many more there are.
    static func list(_ ranges: [AddressRange]) -> String {
        let shown = ranges.prefix(3).map { "\($0)" }.joined(separator: ", ")
        return ranges.count > 3 ? "\(shown) and \(ranges.count - 3) more" : shown
    }

    static func text(_ change: DeviceTreeEdit.Change) -> String {
        switch change {
        case .text(let text): quoted(text)
        case .number(let number): number.hex
        case .zeros(let count): "\(count) zero bytes"
        case .delete: "removed"
        }
    }

    static func text(_ value: SymbolPatch.Value) -> String {
        switch value {
        case .number(let number): number.hex
        case .regionTable: "region-table"
        case .ownDigest: "own-digest"
        case .sha256Regions: "sha256-regions"
        case .sha256Digest: "sha256-digest"
        }
    }

    static func text(_ tables: [PageTablePlan.TableCount]) -> String {
        tables.isEmpty
            ? "none" : tables.map { "\($0.count) at level \($0.level.rawValue)" }.joined(separator: ", ")
    }

    static func list(_ entries: [Mapping.EntryCount]) -> String {
        entries.isEmpty
            ? "none" : entries.map { "\($0.count) × \($0.size.humanSize)" }.joined(separator: ", ")
    }

    static func text(_ slot: RuntimeSlot) -> String {
        """
        the runtime slot \(quoted(slot.purpose)), \(slot.length) bytes at offset \(slot.offset.hex) of \
        \(slot.segment.rawValue),
        """
    }
}
