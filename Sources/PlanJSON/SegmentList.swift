import Arm64
import KexecPlan

/// `segments.json`: where the files that `kplan emit` writes go. It is all that a verifier written by someone
/// else needs.
public enum SegmentList {
    /// A segment with its file.
    public struct Entry: Equatable, Sendable {
        /// The segment.
        public var segment: Segment
        /// The name of the file with its content.
        public var file: String

        /// Makes an entry from its parts.
        public init(segment: Segment, file: String) {
            self.segment = segment
            self.file = file
        }
    }

    /// The document for the plan's segments, which were written as `entries` say.
    public static func encode(_ plan: Plan, _ entries: [Entry]) -> [UInt8] {
        let tables = plan.pageTables.map { tables in
            JSONValue.line([
                "root": .hex(tables.root), "granule": .string(tables.granule.rawValue),
                "input_address_bits": .integer(Int64(tables.inputAddressBits)),
            ])
        }
        return JSONWriter.lines(
            .block([
                "entry": .hex(plan.entry), "flags": .hex(LoadMethod.architectureFlags),
                "segments": .list(entries),
                "page_tables": tables ?? .null,
            ]))
    }
}
