import Arm64
import KexecPlan

extension PlanDrawing {
    /// What is loaded, by address.
    var segments: [String] {
        guard !plan.segments.isEmpty else { return heading("Segments", "none") }
        // Digests are cut as far as the width demands, down to 8 digits.
        let excess = segmentTable(digits: 16).width - style.width
        return heading("Segments") + segmentTable(digits: min(16, max(8, 16 - excess))).lines(style)
    }

    /// A row for each segment, with so many digits of its digest.
    func segmentTable(digits: Int) -> TextTable {
        var table = TextTable(
            [.left, .left, .left, .right, .right, .right, .left],
            header: ["role", "first", "last", "memory", "", "content", "sha256"])
        for segment in plan.segments {
            let last = segment.range.map { "\($0.last)" } ?? "none"
            table.add(
                .init(segment.role.rawValue, .role(segment.role)), .init("\(segment.address)"), .init(last),
                .init(segment.memorySize.humanSize), .init(segment.memorySize.hex, .faint),
                .init(segment.contentSize.humanSize), .init(String(segment.sha256.hex.prefix(digits)), .faint)
            )
        }
        return table
    }
}
