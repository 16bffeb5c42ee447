import Emulation

/// What work costs on a machine. The defaults are those of a modest server, in round numbers. How many instructions there are
/// depends on the CPU's: a Raspberry Pi 4 has none for SHA-256 (`--without-sha256`).
struct TimeModel: Equatable {
    /// Of the CPU.
    var megahertz = 1500.0
    /// Of an instruction that is in the cache, its data aside.
    var cyclesPerInstruction = 1.0
    /// Of a load or store that the cache takes: a line of 64 bytes comes from memory once, at some GB/s.
    var cyclesPerCachedAccess = 4.0
    /// Of a load, store or instruction fetch that goes to memory, in nanoseconds. Reports of code that runs with the MMU off
    /// disagree by ten times: a purgatory hashes 37 MB in 2.31 s (linux-arm-kernel 2019-07); kexec-tools' takes 4 minutes
    /// for a NixOS installer (nix-community/nixos-images#102), which is 70 ns for each fetch. This is the slower one.
    var nanosecondsPerUncachedAccess = 70.0
    /// How many instructions one such fetch brings: 16 bytes.
    var instructionsPerFetch = 4.0
    /// Of a DC instruction, in nanoseconds.
    var nanosecondsPerCacheOperation = 30.0
    /// Of the console, 10 bits a character; 0: it costs nothing.
    var baud = 115_200.0
}

/// How long a simulated run would take, in seconds, by what.
struct TimeEstimate: Equatable {
    let instructions: Double
    let cachedAccesses: Double
    let uncachedAccesses: Double
    let uncachedFetches: Double
    let cacheOperations: Double
    let console: Double

    var total: Double {
        instructions + cachedAccesses + uncachedAccesses + uncachedFetches + cacheOperations + console
    }

    init(_ outcome: Outcome, _ model: TimeModel) {
        let cycle = 1e-6 / model.megahertz
        instructions = Double(outcome.instructions) * model.cyclesPerInstruction * cycle
        cachedAccesses = Double(outcome.accesses.cached) * model.cyclesPerCachedAccess * cycle
        uncachedAccesses = Double(outcome.accesses.uncached) * model.nanosecondsPerUncachedAccess * 1e-9
        uncachedFetches =
            Double(outcome.uncachedInstructions) / model.instructionsPerFetch
            * model.nanosecondsPerUncachedAccess * 1e-9
        cacheOperations = Double(outcome.cacheOperationCount) * model.nanosecondsPerCacheOperation * 1e-9
        console = model.baud > 0 ? Double(outcome.consoleBytes.count) * 10 / model.baud : 0
    }
}

extension Outcome {
    /// Instructions that ran while SCTLR.I was 0.
    var uncachedInstructions: UInt64 {
        var count: UInt64 = 0
        var since: UInt64 = 0
        var isCached = translationAtEntry.isInstructionCacheOn
        for change in translationChanges {
            if !isCached { count &+= change.instructions &- since }
            since = change.instructions
            isCached = change.translation.isInstructionCacheOn
        }
        return isCached ? count : count &+ instructions &- since
    }
}
