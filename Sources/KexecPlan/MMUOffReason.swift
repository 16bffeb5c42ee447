/// Why a plan has no page tables, so that purgatory runs with its MMU off. The raw value is what plans hold.
public enum MMUOffReason: String, CaseIterable, Sendable {
    /// A purgatory that honours kexec-tools' contract, which can't be told where page tables are.
    case noTableBase = "no-table-base"
    /// The UART's registers have addresses of more than 48 bits, and `--allow-mmu-off` was given.
    case consoleBeyondTables = "console-beyond-tables"
}
