/// What `kplan verify --json` prints: every check of a plan with what it found. `schemas/verify-1.schema.json` describes it.
public enum CheckList {
    /// The version of the form.
    public static let formatVersion = "1.0"

    /// A check.
    public struct Check: Equatable, Sendable {
        /// What was checked.
        public var name: String
        /// `ok`, `no`, `failed` or `skipped`.
        public var result: String
        /// What was found, in short: one text for all results but `no`, which may have more.
        public var texts: [String]

        /// Makes a check from its parts.
        public init(name: String, result: String, texts: [String]) {
            self.name = name
            self.result = result
            self.texts = texts
        }
    }

    /// The document for the checks of the plan with this identity; `isVerified` is the answer to all of it.
    public static func encode(plan id: String, isVerified: Bool, _ checks: [Check]) -> [UInt8] {
        JSONWriter.lines(
            .block([
                "format_version": .string(formatVersion), "plan": .string(id),
                "verified": .boolean(isVerified),
                "checks": .array(
                    checks.map { check in
                        .block([
                            "check": .string(check.name), "result": .string(check.result),
                            "texts": .array(check.texts.map(JSONValue.string)),
                        ])
                    }),
            ]))
    }
}
