/// What `kplan verify --json` and `kplan apply --check --json` print: every check with what it found.
/// `schemas/verify-1.schema.json` and `schemas/fit-1.schema.json` describe it.
public enum CheckList {
    /// The version of the form.
    public static let formatVersion = "1.0"

    /// A check.
    public struct Check: Equatable, Sendable {
        /// What was checked.
        public var name: String
        /// `ok`, `note`, `no`, `failed` or `skipped`.
        public var result: String
        /// What was found, in short: one text for all results but `no`, which may have more.
        public var texts: [String]
        /// The rules that the plan breaks, in the order of the texts; none where no rules were checked.
        public var rules: [BrokenRule]

        /// Makes a check from its parts.
        public init(name: String, result: String, texts: [String], rules: [BrokenRule] = []) {
            self.name = name
            self.result = result
            self.texts = texts
            self.rules = rules
        }

        fileprivate var json: JSONValue {
            var members: [JSONValue.Member] = [
                .init(key: "check", value: .string(name)), .init(key: "result", value: .string(result)),
                .init(key: "texts", value: .array(texts.map(JSONValue.string))),
            ]
            if !rules.isEmpty { members.append(.init(key: "rules", value: .array(rules.map(\.json)))) }
            return .object(members, .block)
        }
    }

    /// A rule that a plan breaks.
    public struct BrokenRule: Equatable, Sendable {
        /// Its name (docs/PLAN.md).
        public var rule: String
        /// Where it stands.
        public var source: String
        /// What in the plan breaks it.
        public var text: String

        /// Makes it from its parts.
        public init(rule: String, source: String, text: String) {
            self.rule = rule
            self.source = source
            self.text = text
        }

        fileprivate var json: JSONValue {
            .line(["rule": .string(rule), "source": .string(source), "text": .string(text)])
        }
    }

    /// The document for the checks of the plan with this identity; `isVerified` is the answer to all of it.
    public static func encode(plan id: String, isVerified: Bool, _ checks: [Check]) -> [UInt8] {
        encode(plan: id, "verified", isVerified, checks)
    }

    /// The document for the comparison of the plan with a machine; `fits` is the answer to all of it.
    public static func encode(plan id: String, fits: Bool, _ checks: [Check]) -> [UInt8] {
        encode(plan: id, "fits", fits, checks)
    }

    /// The document for the comparison of a plan that can't be read with a machine.
    /// - Parameter reason: why it can't be read.
    public static func encode(unreadablePlan reason: String) -> [UInt8] {
        encode(plan: nil, "fits", false, [unreadable(reason)])
    }

    /// The document for the checks of a plan that can't be read.
    /// - Parameter reason: why it can't be read.
    public static func encode(unverifiablePlan reason: String) -> [UInt8] {
        encode(plan: nil, "verified", false, [unreadable(reason)])
    }

    private static func unreadable(_ reason: String) -> Check {
        Check(name: "plan", result: "failed", texts: [reason])
    }

    private static func encode(
        plan id: String?, _ question: String, _ answer: Bool, _ checks: [Check]
    ) -> [UInt8] {
        JSONWriter.lines(
            .block([
                "format_version": .string(formatVersion), "plan": id.map(JSONValue.string) ?? .null,
                question: .boolean(answer),
                "checks": .array(checks.map(\.json)),
            ]))
    }
}
