import KexecPlan

/// The plan file: a plan as JSON, and back. `schemas/plan-1.schema.json` and `docs/PLAN.md` describe the form.
public enum PlanJSON {
    /// The version of the form that `encode` writes.
    public static let formatVersion = "1.0"
    /// The largest file that `decode` takes, in bytes.
    public static let maximumSize = 64 << 20
    /// How deep arrays and objects may be nested.
    public static let maximumDepth = 32

    /// The plan file: fixed key order, two spaces a level, one list element a line, a newline at the end.
    /// Equal plans give equal bytes.
    public static func encode(_ plan: AnyPlan) -> [UInt8] {
        JSONWriter.lines(plan.json)
    }

    /// The plan file of a plan for kexec_load.
    public static func encode(_ plan: Plan) -> [UInt8] {
        encode(.kexecLoad(plan))
    }

    /// The plan in RFC 8785 canonical form (JCS): sorted keys, no white space. A plan's identity is its SHA-256.
    ///
    /// Plans have no fractions and no integers of 2^53 and more, so that numbers are plain decimal digits.
    public static func canonical(_ plan: AnyPlan) -> [UInt8] {
        JSONWriter.canonical(plan.json)
    }

    /// The canonical form of a plan for kexec_load.
    public static func canonical(_ plan: Plan) -> [UInt8] {
        canonical(.kexecLoad(plan))
    }

    /// The plan that a file holds.
    ///
    /// Strict: the file is RFC 8259 JSON and UTF-8, no object has a key twice, and each value has exactly the
    /// form that `encode` writes. Keys that version 1.0 doesn't have are ignored. The plan may break rules of the
    /// machine: `AnyPlan.violations()` finds those.
    public static func decode(_ bytes: [UInt8]) throws(PlanDecodingError) -> AnyPlan {
        guard bytes.count <= maximumSize else {
            throw PlanDecodingError(path: "", reason: .tooLarge(size: bytes.count, limit: maximumSize))
        }
        try JSONScanner.check(bytes, maximumDepth: maximumDepth)
        return try AnyPlan(
            json: JSONField(path: "", value: JSONText.parse(bytes, maximumDepth: maximumDepth)))
    }
}
