import Glibc
import Testing

/// Bytes that differ from their neighbours and from those a page further.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 12) }
}

/// The reading end of a pipe that gets so many bytes of the pattern, and ends.
///
/// They come from a thread: two readers that wait for tasks would keep both threads of a machine with two CPUs, so that no
/// task could write.
func pipeWithPattern(_ count: Int) throws -> Int32 {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let writer = Unmanaged.passRetained(PipeWriter(number: ends[1], content: pattern(count)))
    var thread = pthread_t()
    let failure = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<PipeWriter>.fromOpaque(argument).takeRetainedValue().run() }
            return nil
        }, writer.toOpaque())
    try #require(failure == 0)
    pthread_detach(thread)
    return ends[0]
}

private final class PipeWriter {
    private let number: Int32
    private let content: [UInt8]

    init(number: Int32, content: [UInt8]) {
        self.number = number
        self.content = content
    }

    func run() {
        var rest = content[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            if written < 1 { break }
            rest = rest.dropFirst(written)
        }
        close(number)
    }
}
