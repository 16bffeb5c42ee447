/// The most elements that a list of a plan may have: more than any plan needs, and few enough that reading and
/// checking a plan takes a moment, whoever made it. The schema says the same (`maxItems`).
struct ListLimit: RawRepresentable {
    let rawValue: Int

    /// More than anyone has machines of a kind.
    static let inputs = ListLimit(rawValue: 65536)
    /// Of a plan for kexec_file_load.
    static let files = ListLimit(rawValue: 8)
    /// Of machines that get one plan.
    static let machines = ListLimit(rawValue: 65536)
    /// More than kexec_load takes, so that the rule of the system call can say so.
    static let segments = ListLimit(rawValue: 64)
    /// Of System RAM, and of what is reserved.
    static let memoryRanges = ListLimit(rawValue: 65536)
    static let flags = ListLimit(rawValue: 16)
    static let edits = ListLimit(rawValue: 256)
    static let removedReservations = ListLimit(rawValue: 1024)
    /// Properties of /chosen.
    static let uefi = ListLimit(rawValue: 16)
    /// Names of a board.
    static let compatible = ListLimit(rawValue: 64)
    /// One for each level.
    static let tables = ListLimit(rawValue: 8)
    static let mappings = ListLimit(rawValue: 4096)
    /// One for each size of descriptors.
    static let entries = ListLimit(rawValue: 8)
    static let sections = ListLimit(rawValue: 256)
    static let relocations = ListLimit(rawValue: 65536)
    static let symbols = ListLimit(rawValue: 1024)
    static let slots = ListLimit(rawValue: 1024)
    /// Of a machine's CPUs, ports, tables, options and the like: more than the largest machines have CPUs.
    static let facts = ListLimit(rawValue: 16384)
    static let granules = ListLimit(rawValue: 3)
}
