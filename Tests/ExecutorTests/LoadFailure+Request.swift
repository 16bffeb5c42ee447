@testable import Executor

extension LoadFailure {
    /// Explains why `request` was refused by kexec_load.
    init(errno: Int32, request: LoadRequest, state: MachineState, log: [String]? = nil) {
        let segments = request.segments.map { segment in
            SegmentsAttempt.Extent(
                role: segment.role, address: segment.address, memorySize: segment.memorySize,
                contentSize: UInt64(segment.content.count))
        }
        let attempt = SegmentsAttempt(flags: request.flags, segments: segments)
        self.init(errno: errno, attempt: .segments(attempt), state: state, log: log)
    }
}
