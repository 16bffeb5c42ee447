import Arm64
import CKexec
import KexecPlan

/// The running kernel, by kexec_load(2).
public struct KexecLoad {
    /// The system call: entry, segments, flags; 0 or errno.
    typealias Call = (UInt64, UnsafeBufferPointer<kplan_kexec_segment>, UInt) -> Int32
    private let call: Call

    /// Loads into the running kernel.
    public init() {
        self.init { kplan_kexec_load($0, $1.count, $1.baseAddress, $2) }
    }

    init(call: @escaping Call) {
        self.call = call
    }

    /// Loads the segments, for arm64. The kernel copies them before this returns.
    public func load(_ request: LoadRequest) throws(LoadError) {
        let flags = request.flags.union(.arm64).rawValue
        let code = withKernelSegments(request.segments[...], []) { segments in
            segments.withUnsafeBufferPointer { call(request.entry.rawValue, $0, flags) }
        }
        if code != 0 { throw LoadError(errno: code) }
    }

    /// Drops what is loaded, by whichever call it was, by loading nothing; nothing loaded is no error.
    public func unload(_ type: KexecType) throws(LoadError) {
        try load(LoadRequest(entry: .zero, flags: type == .crash ? .onCrash : [], segments: []))
    }

    /// Calls `body` with all segments in the kernel's form, while the bytes of each are held: one call deeper for
    /// each segment.
    private func withKernelSegments(
        _ segments: ArraySlice<LoadSegment>, _ done: [kplan_kexec_segment],
        _ body: ([kplan_kexec_segment]) -> Int32
    ) -> Int32 {
        guard let segment = segments.first else { return body(done) }
        return segment.content.withUnsafeBytes { bytes in
            let next = kplan_kexec_segment(
                buffer: bytes.baseAddress, buffer_size: bytes.count, address: segment.address.rawValue,
                memory_size: Int(truncatingIfNeeded: segment.memorySize))
            return withKernelSegments(segments.dropFirst(), done + [next], body)
        }
    }
}
