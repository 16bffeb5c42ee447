import KexecPlan
import PlanJSON

/// The segments in a folder as `kplan emit` writes it, whoever wrote it.
struct FoundSegments {
    /// A check for each segment, and for the list of them.
    private(set) var checks: [Check] = []
    /// What is generated of them and could be read, right or not.
    private(set) var bytes: [SegmentRole: [UInt8]] = [:]

    /// Reads all of them.
    init(of plan: Plan, in folder: String) {
        for segment in plan.segments {
            let path = "\(folder)/\(segment.role.fileName)"
            let name = "\(segment.role.rawValue).bin"
            do throws(Failure) {
                let found = try HashedFile.mapping(path)
                if [.pageTables, .purgatory].contains(segment.role) {
                    bytes[segment.role] = try found.bytes(
                        limit: Verification.generatedLimit, as: segment.role.rawValue)
                }
                var findings: [String] = []
                if found.size != segment.contentSize || found.sha256 != segment.sha256 {
                    findings.append(
                        """
                        \(path): has \(found.size) bytes with SHA-256 \(found.sha256.hex), planned are \
                        \(segment.contentSize) bytes with \(segment.sha256.hex)
                        """)
                }
                checks.append(
                    Check(name, ok: "\(path): as planned, SHA-256 \(segment.sha256.hex)", findings: findings))
            } catch {
                checks.append(Check(name, error))
            }
        }
        checks.append(Self.list(of: plan, in: folder))
    }

    private static func list(of plan: Plan, in folder: String) -> Check {
        let path = "\(folder)/\(EmitCommand.listName)"
        do throws(Failure) {
            let found = try HashedFile.mapping(path).bytes(
                limit: Verification.generatedLimit, as: "the list of segments")
            let due = SegmentList.encode(
                plan, plan.segments.map { SegmentList.Entry(segment: $0, file: $0.role.fileName) })
            return Check(
                EmitCommand.listName, ok: "\(path): says what the plan says",
                findings: found == due ? [] : ["\(path): is not what kplan emit writes for this plan"])
        } catch {
            return Check(EmitCommand.listName, error)
        }
    }
}
