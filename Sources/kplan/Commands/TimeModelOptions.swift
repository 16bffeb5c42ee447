import ArgumentParser

/// What the estimate of the time goes by.
struct TimeModelOptions: ParsableArguments {
    @Option(help: .init("The CPU's clock, in MHz.", valueName: "number"))
    var megahertz = TimeModel().megahertz

    @Option(help: .init("Cycles an instruction, its data aside.", valueName: "number"))
    var cyclesPerInstruction = TimeModel().cyclesPerInstruction

    @Option(help: .init("Cycles of a load or store that is cached.", valueName: "number"))
    var cachedAccessCycles = TimeModel().cyclesPerCachedAccess

    @Option(
        help: .init("Nanoseconds of a load, store or fetch that is not cached.", valueName: "number"))
    var uncachedAccessNs = TimeModel().nanosecondsPerUncachedAccess

    @Option(help: .init("Instructions that one uncached fetch brings.", valueName: "number"))
    var instructionsPerFetch = TimeModel().instructionsPerFetch

    @Option(help: .init("Nanoseconds of a DC instruction.", valueName: "number"))
    var cacheOperationNs = TimeModel().nanosecondsPerCacheOperation

    @Option(
        help: .init("The console's speed, 10 bits a character; 0: it costs nothing.", valueName: "number"))
    var baud = TimeModel().baud

    func validate() throws {
        let numbers = [
            cyclesPerInstruction, cachedAccessCycles, uncachedAccessNs, cacheOperationNs, baud,
        ]
        guard numbers.allSatisfy({ $0 >= 0 && $0 < 1e12 }), 0.001..<1e12 ~= megahertz,
            0.001..<1e12 ~= instructionsPerFetch
        else {
            throw ValidationError(
                "What the estimate goes by must not be negative, and clock and fetch not 0.")
        }
    }

    var model: TimeModel {
        TimeModel(
            megahertz: megahertz, cyclesPerInstruction: cyclesPerInstruction,
            cyclesPerCachedAccess: cachedAccessCycles, nanosecondsPerUncachedAccess: uncachedAccessNs,
            instructionsPerFetch: instructionsPerFetch, nanosecondsPerCacheOperation: cacheOperationNs,
            baud: baud)
    }
}
