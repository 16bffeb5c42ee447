import Emulation

extension Outcome {
    /// Whether it can be what came of a request. Its parts come from another program, and what goes by them relies on this.
    func answers(_ request: SimulationRequest, memory: [HexBytes?]) -> Bool {
        guard registers.count == 31, memory.count == request.memoryToRead.count else { return false }
        for (found, asked) in zip(memory, request.memoryToRead) {
            if let found, found.bytes.count != asked.count { return false }
        }
        if case .reached(let address) = reason {
            guard request.stopAt.contains(address), pc == address else { return false }
        }
        var end = 0
        for line in consoleLines {
            guard line.end >= end, line.end <= consoleBytes.count else { return false }
            end = line.end
        }
        return true
    }
}
