import KexecPlan

/// `machine.json`: what a machine says of itself as JSON, and back. `schemas/machine-1.schema.json` and
/// `docs/MACHINE.md` describe the form.
public enum MachineJSON {
    /// The version of the form that `encode` writes.
    public static let formatVersion = "1.0"
    /// The largest file that `decode` takes, in bytes.
    public static let maximumSize = 64 << 20
    /// How deep arrays and objects may be nested.
    public static let maximumDepth = 16

    /// The file: fixed key order, two spaces a level, one list element a line, a newline at the end. Equal captures
    /// give equal bytes.
    public static func encode(_ capture: MachineCapture) -> [UInt8] {
        JSONWriter.lines(capture.json)
    }

    /// The capture that a file holds. Strict as `PlanJSON.decode` is.
    public static func decode(_ bytes: [UInt8]) throws(PlanDecodingError) -> MachineCapture {
        guard bytes.count <= maximumSize else {
            throw PlanDecodingError(path: "", reason: .tooLarge(size: bytes.count, limit: maximumSize))
        }
        try JSONScanner.check(bytes, maximumDepth: maximumDepth)
        return try MachineCapture(
            json: JSONField(path: "", value: JSONText.parse(bytes, maximumDepth: maximumDepth)))
    }
}
