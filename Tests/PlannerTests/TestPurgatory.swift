import Arm64
import BootInputs
import KexecPlan
import TestSupport

/// A purgatory that keeps the contract (docs/PURGATORY.md) and does nothing: three sections of at most a page.
enum TestPurgatory {
    /// The symbols that are set, with their sizes in bytes.
    static let symbols: [(name: String, size: UInt64)] = [
        ("arm64_kernel_entry", 8), ("arm64_dtb_addr", 8), ("arm64_sink", 8), ("purgatory_console", 8),
        ("pgtble_base", 8), ("purgatory_base", 8), ("purgatory_len", 8), ("purgatory_content_len", 8),
        ("purgatory_sha256", 32), ("purgatory_regions", 1280), ("purgatory_granule", 8),
        ("purgatory_address_bits", 8), ("purgatory_mair", 8), ("purgatory_tcr_el1", 8),
        ("purgatory_tcr_el2", 8), ("purgatory_tcr_el2_e2h", 8),
    ]

    /// Its assembly.
    static let source = """
        .section .text, "ax"
        .balign 2048
        .globl purgatory_start
        purgatory_start:
        adrp x0, purgatory_regions
        add x0, x0, :lo12:purgatory_regions
        b purgatory_start
        .section .rodata, "a"
        .balign 64
        \(symbols.map { definition($0.name, $0.size) }.joined())
        .section .bss, "aw", %nobits
        .balign 16
        .skip 4096

        """

    /// A global symbol of `size` bytes.
    static func definition(_ name: String, _ size: UInt64) -> String {
        ".globl \(name)\n.type \(name), %object\n.size \(name), \(size)\n\(name): .skip \(size)\n"
    }

    private static let standard = Result { try assembled(source) }

    /// The object.
    static var object: RelocatableObject {
        get throws { try standard.get() }
    }

    /// The object of another source.
    static func assembled(_ source: String) throws -> RelocatableObject {
        try RelocatableObject(elf: try Toolchain.assemble(source))
    }

    /// The object of the source with one part replaced.
    static func replacing(_ part: String, with replacement: String) throws -> RelocatableObject {
        let parts = source.split(separator: part, omittingEmptySubsequences: false)
        guard parts.count > 1 else { throw NotInSource(part: part) }
        return try assembled(parts.joined(separator: replacement))
    }

    /// The object of the source with more after it.
    static func adding(_ more: String) throws -> RelocatableObject {
        try assembled(source + more + "\n")
    }

    /// What was to be replaced isn't there.
    struct NotInSource: Error {
        var part: String
    }
}
