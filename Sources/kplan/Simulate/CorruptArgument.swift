import ArgumentParser
import KexecPlan

/// `ROLE` or `ROLE:OFFSET`: a byte of a segment.
struct CorruptArgument: ExpressibleByArgument, Equatable {
    let role: SegmentRole
    /// In bytes from the segment's start; nil for the middle of its content.
    let offset: UInt64?

    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let role = SegmentRole(rawValue: String(first)) else { return nil }
        self.role = role
        if parts.count == 1 {
            offset = nil
        } else {
            guard let count = ByteCount(argument: String(parts[1])) else { return nil }
            offset = count.value
        }
    }

    /// The address of the byte in what is loaded.
    func address(in subject: SimulationSubject) throws(Failure) -> UInt64 {
        guard let segment = subject.segment(role) else {
            throw Failure("--corrupt \(role.rawValue): the plan has no such segment", status: .usage)
        }
        let offset = offset ?? segment.content.size / 2
        let size = max(segment.segment.memorySize, segment.content.size)
        guard offset < size else {
            throw Failure(
                "--corrupt \(role.rawValue):\(offset.hex): the segment has \(Messages.size(size))",
                status: .usage)
        }
        return segment.segment.address.rawValue &+ offset
    }
}
