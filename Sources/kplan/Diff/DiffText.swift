import Arm64
import KexecPlan

/// The words for what differs between plans.
struct DiffText {
    let style: Style
    /// What both plans change in the device tree: the next kernel doesn't see what the given trees have there.
    var editedPaths: Set<String> = []
    /// Files of which it is said that they changed: it isn't said again of the segments that they are loaded as.
    var changedFiles: [SegmentRole: Change<Input>] = [:]

    /// `A → B`, where `none` stands for what isn't there.
    func change<Value>(
        _ change: Change<Value>, none: String = "none", _ text: (Value) -> String
    ) -> String {
        arrow(change.old.map(text) ?? none, change.new.map(text) ?? none)
    }

    func arrow(_ old: String, _ new: String) -> String { "\(old) \(style.arrow) \(new)" }

    /// Two sizes for people; exactly, where they would look the same.
    func sizes(_ old: UInt64, _ new: UInt64) -> String {
        old.humanSize == new.humanSize
            ? arrow("\(old.humanSize) (\(old.hex))", "(\(new.hex))") : arrow(old.humanSize, new.humanSize)
    }

    /// As much of two digests as tells them apart.
    func digests(_ old: SHA256Digest, _ new: SHA256Digest) -> String {
        let length = 16
        let (old, new) = (old.hex, new.hex)
        guard old.prefix(length) != new.prefix(length) else { return "SHA-256 " + arrow(old, new) }
        return "SHA-256 " + arrow(old.prefix(length) + style.ellipsis, new.prefix(length) + style.ellipsis)
    }

    func text(_ range: AddressRange) -> String { "\(range.start)\(style.to)\(range.last)" }

    /// `+ reserved 0x48000000–0x480fffff (1 MiB)`, with a minus, or from one range to the other.
    func region(_ change: Change<MemoryMap.Region>) -> String {
        func all(_ region: MemoryMap.Region) -> String {
            "\(style.printable(region.kind)) \(text(region.range)) (\(region.range.size.humanSize))"
        }
        switch (change.old, change.new) {
        case (let old?, let new?):
            return "\(style.printable(old.kind)) "
                + arrow(
                    "\(text(old.range)) (\(old.range.size.humanSize))",
                    "\(text(new.range)) (\(new.range.size.humanSize))")
        case (let old?, nil): return "- \(all(old))"
        case (nil, let new?): return "+ \(all(new))"
        case (nil, nil): return ""
        }
    }

    /// The words that went and came; both texts, where that doesn't tell them apart.
    func commandLine(_ change: Change<String>) -> String {
        guard let old = change.old, let new = change.new else {
            return self.change(change, none: "the device tree's") { quoted($0) }
        }
        func words(_ text: String) -> [Substring] { text.split(separator: " ") }
        let difference = words(new).difference(from: words(old))
        let removed = difference.removals.map(\.word)
        let added = difference.insertions.map(\.word)
        if removed.sorted() == added.sorted() { return arrow(quoted(old), quoted(new)) }
        let gone = quoted(removed.joined(separator: " "))
        let come = quoted(added.joined(separator: " "))
        if removed.isEmpty { return "+ \(come)" }
        if added.isEmpty { return "- \(gone)" }
        return arrow(gone, come)
    }

    func quoted(_ text: String) -> String { "\"\(style.printable(text))\"" }
}

extension CollectionDifference<Substring>.Change {
    fileprivate var word: String {
        switch self {
        case .insert(_, let element, _), .remove(_, let element, _): String(element)
        }
    }
}
