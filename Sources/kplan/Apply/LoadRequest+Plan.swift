import Emitter
import Executor
import Files
import KexecPlan

extension LoadRequest {
    /// The segments of a plan as they are loaded: runtime slots filled, files in this process's own memory.
    init(_ reproduction: Reproduction, flags: LoadFlags) throws(Failure) {
        let filled = try explaining("runtime slots") {
            // Drawn at once: what fails must fail before anything is filled.
            let count = reproduction.plan.runtimeSlots.reduce(0) {
                $1.fill == .random ? $0 + Int(clamping: $1.length) : $0
            }
            var random = try RandomBytes.make(count: count)[...]
            return try Emitter.fillRuntimeSlots(
                of: reproduction.plan, in: reproduction.segments,
                reading: InputFile.reader(reproduction.files)
            ) { count in
                defer { random = random.dropFirst(count) }
                return Array(random.prefix(count))
            }
        }
        var segments: [LoadSegment] = []
        for segment in filled {
            segments.append(
                LoadSegment(
                    role: segment.role, address: segment.address, memorySize: segment.memorySize,
                    content: try reproduction.loadContent(of: segment)))
        }
        self.init(entry: reproduction.plan.entry, flags: flags, segments: segments)
    }

    /// The layout, a line a segment.
    var layout: String {
        let lines = segments.map { segment in
            let end = segment.address.rawValue &+ segment.memorySize &- 1
            return "  \(segment.role.rawValue.padded(to: 12)) \(segment.address)–\(end.hex)  "
                + "\(segment.memorySize.humanSize), \(segment.content.count) bytes of content"
        }
        return (["entry \(entry)"] + lines).joined(separator: "\n")
    }
}
