import Arm64

/// What was asked of the planner, apart from the files.
public struct Request: Equatable, Sendable {
    /// The next kernel's command line (`/chosen/bootargs`); nil keeps the one of the device tree.
    public var commandLine: String?
    /// What of it was kept of the device tree's, from its start on; nil where nothing was to be kept.
    public var reusedCommandLine: String?
    /// Where purgatory prints; nil for nowhere.
    public var console: Console?
    /// Who said so.
    public var consoleSource: ConsoleSource
    /// The granule of purgatory's page tables.
    public var granule: Granule
    /// True where purgatory may run with its MMU off if no page tables can be made.
    public var allowsMMUOff: Bool
    /// What becomes of `/chosen/kaslr-seed` and `/chosen/rng-seed`.
    public var seeds: SeedPolicy
    /// The only addresses where segments may be placed.
    public var memoryWindow: AddressRange?

    /// Makes a request from its parts.
    public init(
        commandLine: String?, reusedCommandLine: String? = nil, console: Console?,
        consoleSource: ConsoleSource = .given, granule: Granule, allowsMMUOff: Bool = false,
        seeds: SeedPolicy, memoryWindow: AddressRange?
    ) {
        self.commandLine = commandLine
        self.reusedCommandLine = reusedCommandLine
        self.console = console
        self.consoleSource = consoleSource
        self.granule = granule
        self.allowsMMUOff = allowsMMUOff
        self.seeds = seeds
        self.memoryWindow = memoryWindow
    }
}

/// What the next kernel gets in `/chosen/kaslr-seed` and `/chosen/rng-seed`.
public enum SeedPolicy: String, CaseIterable, Sendable {
    /// Random bytes, drawn by `apply` on the machine; the plan has their place.
    case fresh
    /// Nothing: both properties are removed.
    case none

    /// The size of `/chosen/kaslr-seed`, in bytes: the kernel takes no other (arch/arm64/kernel/pi, get_kaslr_seed()).
    public static let kaslrSeedSize = 8
    /// The size of `/chosen/rng-seed`, in bytes: RNG_SEED_SIZE of the kernel's drivers/of/kexec.c.
    public static let rngSeedSize = 128
}
