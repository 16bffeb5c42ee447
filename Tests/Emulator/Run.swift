import CUnicorn

/// When a run that goes on is ended.
public struct RunLimit: Sendable {
    /// After this many instructions, at the next branch.
    public var instructions: UInt64
    /// After this time of the host.
    public var time: Duration

    /// By default far more than verifying any kernel takes.
    public init(instructions: UInt64 = 1 << 36, time: Duration = .seconds(120)) {
        self.instructions = instructions
        self.time = time
    }
}

extension EmulatedMachine {
    /// Runs from the first instruction until one of the addresses, a halt, an exception or a limit.
    /// - Parameters:
    ///   - stopAt: ends as `.reached`, before the instruction there.
    ///   - haltAt: ends as `.halted`, before the instruction there.
    ///   - marks: addresses to note in passing.
    public func run(
        entry: UInt64, stopAt: [UInt64], haltAt: [UInt64] = [], marks: [UInt64] = [],
        limit: RunLimit = RunLimit()
    ) throws(EmulationError) -> Outcome {
        guard entry & 3 == 0 else { throw .entryMisaligned(entry) }
        guard registers.count == 31 else { throw .registerCount(registers.count) }
        let memory = try Memory(self)
        let engine = try Engine(cpu: cpu)
        try load(into: engine, memory)
        let syndrome = try enter(engine, scratch: memory.unusedPage(besides: console))
        var session = Session(
            engine: engine,
            trace: Trace(
                engine: engine, syndrome: syndrome, machine: self, limit: limit,
                translation: try engine.translation()))
        return try session.run(self, from: entry, stopAt: stopAt, haltAt: haltAt, marks: marks)
    }

    private func load(into engine: Engine, _ memory: Memory) throws(EmulationError) {
        for range in memory.ranges { try engine.map(range) }
        for segment in segments { try engine.write(segment.content, at: segment.address) }
        for patch in patches { try engine.write(patch.bytes, at: patch.address) }
    }
}
