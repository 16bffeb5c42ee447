import Arm64
import KexecPlan

extension SegmentList {
    /// What `segments.json` says: where the running kernel jumps to, and the segments with their files.
    public struct Content: Equatable, Sendable {
        /// The entry.
        public var entry: PhysicalAddress
        /// The segments, in the order of the file.
        public var segments: [Entry]
    }

    /// The content of a `segments.json`. Strict as `PlanJSON.decode` is; what it says may break rules of the machine.
    public static func decode(_ bytes: [UInt8]) throws(PlanDecodingError) -> Content {
        guard bytes.count <= PlanJSON.maximumSize else {
            throw PlanDecodingError(
                path: "", reason: .tooLarge(size: bytes.count, limit: PlanJSON.maximumSize))
        }
        try JSONScanner.check(bytes, maximumDepth: PlanJSON.maximumDepth)
        let document = JSONField(
            path: "", value: try JSONText.parse(bytes, maximumDepth: PlanJSON.maximumDepth))
        return Content(
            entry: try document.member("entry").address(),
            segments: try document.member("segments").list(.segments))
    }
}

extension SegmentList.Entry: PlanCoded {
    var json: JSONValue {
        .line([
            "role": .string(segment.role.rawValue), "file": .string(file),
            "address": .hex(segment.address), "memory_size": .hex(segment.memorySize),
            "content_size": .hex(segment.contentSize), "sha256": .string(segment.sha256.hex),
        ])
    }

    init(json field: JSONField) throws(PlanDecodingError) {
        self.init(segment: try Segment(json: field), file: try field.member("file").text())
    }
}
