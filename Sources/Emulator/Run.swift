// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

import Emulation

extension EmulatedMachine {
    /// Runs from the first instruction until one of the addresses, a halt, an exception or a limit.
    /// - Parameters:
    ///   - stopAt: ends as `.reached`, before the instruction there.
    ///   - haltAt: ends as `.halted`, before the instruction there.
    ///   - marks: addresses to note in passing.
    ///   - onConsoleLine: gets each line as soon as it is printed, with its end.
    public func run(
        entry: UInt64, stopAt: [UInt64], haltAt: [UInt64] = [], marks: [UInt64] = [],
        limit: RunLimit = RunLimit(), onConsoleLine: (([UInt8]) -> Void)? = nil
    ) throws(EmulationError) -> Outcome {
        guard entry & 3 == 0 else { throw .entryMisaligned(entry) }
        guard registers.count == 31 else { throw .registerCount(registers.count) }
        let memory = try Memory(self)
        let engine = try Engine(cpu: cpu)
        try load(into: engine, memory)
        let syndrome = try enter(engine, scratch: memory.unusedPage(besides: console))
        let trace = Trace(
            engine: engine, syndrome: syndrome, machine: self, limit: limit,
            translation: try engine.translation(), onConsoleLine: onConsoleLine)
        var session = Session(engine: engine, trace: trace)
        return try session.run(self, from: entry, stopAt: stopAt, haltAt: haltAt, marks: marks)
    }

    private func load(into engine: Engine, _ memory: Memory) throws(EmulationError) {
        for range in memory.ranges { try engine.map(range) }
        for segment in segments {
            switch segment.content {
            case .bytes(let hex): try engine.write(hex.bytes, at: segment.address)
            case .file(let path, let offset, let size):
                try engine.load(path, offset: offset, size: size, at: segment.address)
            }
        }
        for patch in patches { try engine.write(patch.bytes, at: patch.address) }
        for address in flippedBytes {
            let byte = try engine.memory(at: address, count: 1)
            try engine.write(byte.map { $0 ^ 1 }, at: address)
        }
    }
}
