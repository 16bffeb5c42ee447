import Arm64
import Emulation
import KexecPlan

/// Where what is in a folder differs from the plan.
enum SegmentDifference: Equatable {
    /// The entry.
    case entry(UInt64, planned: UInt64)
    /// Address or memory size of a segment, or a segment that the plan hasn't.
    case place(Segment, planned: Segment?)
    /// A segment of the plan is missing.
    case missing(SegmentRole)
    /// The bytes of a segment.
    case content(SegmentRole, path: String, sha256: SHA256Digest, planned: SHA256Digest)
    /// What purgatory is told is not what the plan says, in words.
    case value(String)

    /// All of them.
    static func all(
        of loaded: [SimulationSubject.LoadedSegment], entry: PhysicalAddress, from plan: Plan
    ) -> [SegmentDifference] {
        var found: [SegmentDifference] = []
        if entry != plan.entry { found.append(.entry(entry.rawValue, planned: plan.entry.rawValue)) }
        for segment in plan.segments where !loaded.contains(where: { $0.segment.role == segment.role }) {
            found.append(.missing(segment.role))
        }
        for segment in loaded {
            let planned = plan.segment(segment.segment.role)
            if planned?.address != segment.segment.address
                || planned?.memorySize != segment.segment.memorySize
            {
                found.append(.place(segment.segment, planned: planned))
            }
            guard let planned, let file = segment.file, file.sha256 != planned.sha256 else { continue }
            found.append(
                .content(planned.role, path: file.path, sha256: file.sha256, planned: planned.sha256))
            if planned.role == .purgatory, case .bytes(let content) = segment.content {
                found += Verification.wrongValues(plan, content.bytes).map { .value($0) }
            }
        }
        return found
    }
}
