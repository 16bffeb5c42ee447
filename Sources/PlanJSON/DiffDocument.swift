import KexecPlan

/// What `kplan diff --format json` prints. `schemas/diff-1.schema.json` describes it.
public enum DiffDocument {
    /// The version of the form.
    public static let formatVersion = "1.0"

    /// One of the two plans.
    public struct Side: Sendable {
        /// Its identity.
        public var plan: String
        /// The path of its file, as it was given.
        public var file: String

        /// Makes it from its parts.
        public init(plan: String, file: String) {
            self.plan = plan
            self.file = file
        }

        fileprivate var json: JSONValue { .line(["plan": .string(plan), "file": .string(file)]) }
    }

    /// One difference.
    public struct Entry: Sendable {
        /// What it is about: what `--ignore` takes.
        public var field: String
        /// The difference.
        public var difference: PlanDifference
        /// The same in words.
        public var texts: [String]

        /// Makes it from its parts.
        public init(field: String, difference: PlanDifference, texts: [String]) {
            self.field = field
            self.difference = difference
            self.texts = texts
        }

        fileprivate var json: JSONValue {
            let values = difference.values
            return .block([
                "field": .string(field), "kind": .string(values.kind), "of": values.of,
                "old": values.old, "new": values.new, "texts": .array(texts.map(JSONValue.string)),
            ])
        }
    }

    /// The document.
    /// - Parameters:
    ///   - ignored: what was left out, with how many differences that are.
    ///   - notes: what could not be compared, and why, by field.
    public static func encode(
        old: Side, new: Side, isSame: Bool, causes: [Entry], consequences: [Entry],
        ignored: [(field: String, count: Int)], notes: [(field: String, text: String)]
    ) -> [UInt8] {
        JSONWriter.lines(
            .block([
                "format_version": .string(formatVersion),
                "old": old.json, "new": new.json, "same": .boolean(isSame),
                "causes": .array(causes.map(\.json)),
                "consequences": .array(consequences.map(\.json)),
                "ignored": .array(
                    ignored.map { field, count in
                        .line([
                            "field": .string(field), "differences": .integer(Int64(clamping: count)),
                        ])
                    }),
                "notes": .array(
                    notes.map { .line(["field": .string($0.field), "text": .string($0.text)]) }),
            ]))
    }
}

/// A difference for programs: which one it is, what of, and both values.
struct DifferenceValues {
    let kind: String
    /// What tells it from others of its kind, where its values don't.
    let of: JSONValue
    let old: JSONValue
    let new: JSONValue

    init(_ kind: String, of: JSONValue = .null, old: JSONValue = .null, new: JSONValue = .null) {
        self.kind = kind
        self.of = of
        self.old = old
        self.new = new
    }

    /// Values in their form in a plan; null where a plan has none.
    init<Value>(
        _ kind: String, _ change: Change<Value>, of: JSONValue = .null, _ json: (Value) -> JSONValue
    ) {
        self.init(
            kind, of: of, old: change.old.map(json) ?? .null, new: change.new.map(json) ?? .null)
    }

    init<Value: PlanCoded>(_ kind: String, _ change: Change<Value>) {
        self.init(kind, change) { $0.json }
    }
}
