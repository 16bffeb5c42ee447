// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later

/// A run in a process of its own: what is asked for, on its standard input as one JSON object.
public struct SimulationRequest: Sendable, Codable {
    /// The version of this form. Both sides come from one build; another one's is refused by number.
    public static let currentVersion = 3

    /// The version of this form.
    public var version = Self.currentVersion
    /// The CPU model.
    public var cpu: EmulatedMachine.CPU
    /// The exception level at entry.
    public var level: EmulatedMachine.ExceptionLevel
    /// The CPU has the SHA-256 instructions.
    public var hasSHA256 = true
    /// What is loaded; nothing else is memory.
    public var segments: [EmulatedMachine.Segment]
    /// The UART.
    public var console: EmulatedMachine.Console?
    /// Where stores are nothing to tell of.
    public var expectedStores: [Range<UInt64>] = []
    /// The addresses of bytes of which bit 0 is flipped, after loading.
    public var flippedBytes: [UInt64] = []
    /// The first instruction.
    public var entry: UInt64
    /// Where the run ends as `.reached`.
    public var stopAt: [UInt64]
    /// Where the run ends as `.halted`.
    public var haltAt: [UInt64]
    /// What is read of memory at the end.
    public var memoryToRead: [MemoryRange] = []
    /// When it ends in any case.
    public var limit = RunLimit()

    /// Some bytes of memory.
    public struct MemoryRange: Sendable, Codable {
        /// The physical address of the first.
        public var address: UInt64
        /// How many.
        public var count: Int

        /// From its parts.
        public init(address: UInt64, count: Int) {
            self.address = address
            self.count = count
        }
    }

    /// A run without flipped bytes, limits as `RunLimit` has them.
    public init(
        cpu: EmulatedMachine.CPU, level: EmulatedMachine.ExceptionLevel, segments: [EmulatedMachine.Segment],
        console: EmulatedMachine.Console?, entry: UInt64, stopAt: [UInt64], haltAt: [UInt64]
    ) {
        self.cpu = cpu
        self.level = level
        self.segments = segments
        self.console = console
        self.entry = entry
        self.stopAt = stopAt
        self.haltAt = haltAt
    }
}

/// What that process says, on its standard output: each message one JSON object on a line; the last is no `.console`.
public enum SimulationMessage: Codable {
    /// What was printed since the last message.
    case console(HexBytes)
    /// The run has ended; with what memory held then, nil for what is no memory.
    case outcome(Outcome, memory: [HexBytes?])
    /// The run could not take place.
    case error(EmulationError)
    /// The request has another version of the form.
    case otherVersion(Int)
}
