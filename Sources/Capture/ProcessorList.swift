import Arm64
import Files
import KexecPlan

/// The CPUs that /proc/cpuinfo lists: those that run.
struct ProcessorList {
    /// What it says of one CPU.
    private struct Entry {
        var number = 0
        var fields: [String: String] = [:]
    }
    private let entries: [Entry]

    /// Reads the text of /proc/cpuinfo: `key : value` lines, an empty line after each CPU.
    init(_ text: String) {
        var entries: [Entry] = []
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let key = Self.trimmed(parts[0])
            let value = Self.trimmed(parts[1])
            if key == "processor" {
                guard let number = Int(value), number >= 0 else { continue }
                entries.append(Entry(number: number))
            } else if !entries.isEmpty {
                entries[entries.count - 1].fields[key] = value
            }
        }
        self.entries = entries
    }

    /// Which architecture has such lines; nil where none of both does.
    var architecture: Architecture? {
        guard let fields = entries.first?.fields else { return nil }
        if fields["CPU implementer"] != nil { return .arm64 }
        return fields["vendor_id"] != nil && fields["flags"] != nil ? Architecture.x86 : nil
    }

    /// What all CPUs can do, in the order of the first one; nil where it isn't said.
    var features: [String]? {
        let lists = entries.map { entry in
            (entry.fields["Features"] ?? entry.fields["flags"] ?? "").split(separator: " ").map(String.init)
        }
        guard let first = lists.first, !first.isEmpty else { return nil }
        let others = lists.dropFirst().map(Set.init)
        return first.filter { feature in others.allSatisfy { $0.contains(feature) } }
    }

    /// The models, by the first CPU of each.
    var models: [Processors.Model] {
        var groups: [(model: Processors.Model, numbers: [Int])] = []
        for entry in entries {
            let model = Self.model(entry.fields)
            if let index = groups.firstIndex(where: { $0.model == model }) {
                groups[index].numbers.append(entry.number)
            } else {
                groups.append((model, [entry.number]))
            }
        }
        return groups.map { model, numbers in
            var model = model
            model.processors = Self.list(numbers)
            return model
        }
    }

    private static func model(_ fields: [String: String]) -> Processors.Model {
        func number(_ key: String) -> UInt64? {
            fields[key].flatMap { $0.hasPrefix("0x") ? UInt64(hexDigits: $0) : UInt64($0) }
        }
        guard let implementer = number("CPU implementer"), let variant = number("CPU variant"),
            let part = number("CPU part"), let revision = number("CPU revision"),
            let mainID = ProcessorModel.mainID(
                implementer: implementer, variant: variant, part: part, revision: revision)
        else { return Processors.Model(processors: "", name: fields["model name"]) }
        let model = ProcessorModel(mainID: mainID)
        return Processors.Model(
            processors: "", mainID: mainID, name: model?.name, granules: model?.granules,
            physicalAddressBits: model?.physicalAddressBits, hasVHE: model?.hasVHE)
    }

    /// `0-3,8`.
    private static func list(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in Set(numbers).sorted() {
            if let last = ranges.last, last.upperBound == number - 1 {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    private static func trimmed(_ text: Substring) -> String {
        let blanks: Set<Character> = [" ", "\t"]
        let start = text.drop { blanks.contains($0) }
        return String(start.reversed().drop { blanks.contains($0) }.reversed())
    }
}
