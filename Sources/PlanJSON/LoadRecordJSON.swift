import KexecPlan

/// The file of a load's record. Only kplan reads it: what others read is `kplan status --json`.
public enum LoadRecordJSON {
    /// The version of the form that `encode` writes.
    public static let formatVersion = "1.0"
    /// The largest file that `decode` takes, in bytes: paths of 4 KiB, and more interrupted loads than anyone makes.
    public static let maximumSize = 1 << 20

    /// The file.
    public static func encode(_ record: LoadRecord) -> [UInt8] {
        JSONWriter.lines(
            .block([
                "format_version": .string(formatVersion), "boot_id": .string(record.bootID),
                "candidates": .list(record.candidates), "may_be_other": .boolean(record.mayBeOther),
            ]))
    }

    /// The record that a file holds.
    public static func decode(_ bytes: [UInt8]) throws(PlanDecodingError) -> LoadRecord {
        guard bytes.count <= maximumSize else {
            throw PlanDecodingError(path: "", reason: .tooLarge(size: bytes.count, limit: maximumSize))
        }
        try JSONScanner.check(bytes, maximumDepth: PlanJSON.maximumDepth)
        let document = JSONField(
            path: "", value: try JSONText.parse(bytes, maximumDepth: PlanJSON.maximumDepth))
        try document.member("format_version").checkVersion(known: formatVersion)
        return LoadRecord(
            bootID: try document.member("boot_id").text(),
            candidates: try document.member("candidates").list(.candidates),
            mayBeOther: try document.member("may_be_other").boolean())
    }
}

extension LoadedPlan: PlanCoded {
    var json: JSONValue {
        .line([
            "id": .string(id.hex), "path": .string(path), "method": .string(method.rawValue),
            "type": .string(type.rawValue),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(
            id: try field.member("id").digest(), path: try field.member("path").text(),
            method: try field.member("method").word(), type: try field.member("type").word())
    }
}

extension ListLimit {
    /// One more for each load in a row that was interrupted.
    fileprivate static let candidates = ListLimit(rawValue: 256)
}
