import Arm64
import KexecPlan

extension PlanDrawing {
    /// The page tables of purgatory.
    var pageTables: [String] {
        guard let tables = plan.pageTables else {
            return heading("Page tables", "none; \(Messages.mmuOff(plan.mmuOff))")
        }
        return heading("Page tables", summary(of: tables)) + registers(tables).lines(style) + [""]
            + mappings(tables).lines(style)
    }

    /// What they are, in short.
    func summary(of tables: PageTablePlan) -> String {
        "identity, \(tables.granule.rawValue) granule, \(tables.inputAddressBits)-bit addresses, "
            + "root at \(tables.root)"
    }

    /// How many tables there are, and the values of the registers, spelled out.
    func registers(_ tables: PageTablePlan) -> TextTable {
        var table = TextTable([.left, .left, .left])
        let count = tables.tables.reduce(0) { $0 + $1.count }
        let root = tables.granule.rootLevel(addressBits: tables.inputAddressBits)
        let levels = tables.tables.map {
            "\($0.count) \($0.level.kernelName(root: root)) (level \($0.level.rawValue))"
        }
        table.add(.init("tables", .faint), .init("\(count) in all"), .init(levels.joined(separator: ", ")))
        guard let values = tables.registers else {
            table.add(
                .init("registers", .faint), .init("purgatory's own"),
                .init("not set by the plan: MAIR 0: normal, TG0 4K, T0SZ 16 are in its code"))
            return table
        }
        let control = [
            ("TCR_EL1", values.tcrEL1, TranslationRegime.el1), ("TCR_EL2", values.tcrEL2, .el2),
            ("TCR_EL2, E2H", values.tcrEL2E2H, .el2E2H),
        ]
        table.add(.init("MAIR", .faint), .init(values.mair.hex), .init(RegisterText.mair(values.mair)))
        for (name, value, regime) in control {
            table.add(.init(name, .faint), .init(value.hex), .init(RegisterText.tcr(value, regime)))
        }
        return table
    }

    /// What is mapped, and how.
    func mappings(_ tables: PageTablePlan) -> TextTable {
        var table = TextTable(
            [.left, .left, .left, .left, .left], header: ["range", "type", "may", "entries", "for"])
        for mapping in tables.mappings {
            let entries = mapping.entries.map { "\($0.count) \(style.times) \($0.size.blockSize)" }
            table.add(
                .init(text(mapping.range)), .init(mapping.memory.rawValue), .init(mapping.access.letters),
                .init(entries.joined(separator: " + ")), .init(style.printable(mapping.purpose)))
        }
        return table
    }
}

extension TranslationLevel {
    /// What the kernel calls a table of this level where the walk begins at `root` (arch/arm64/mm): the root is
    /// the PGD, level 3 the PTE, and what is between is named from below.
    func kernelName(root: TranslationLevel) -> String {
        if self <= root { return "PGD" }
        return switch self {
        case .level0: "PGD"
        case .level1: "PUD"
        case .level2: "PMD"
        case .level3: "PTE"
        }
    }
}

extension Access {
    /// The permissions as letters.
    var letters: String {
        switch self {
        case .readOnly: "r--"
        case .readWrite: "rw-"
        case .readExecute: "r-x"
        case .readWriteExecute: "rwx"
        }
    }
}

extension UInt64 {
    /// The size of a block or page as the Arm ARM writes it (`4K`, `2M`, `1G`); hexadecimal where it is none.
    var blockSize: String {
        for (shift, unit) in [(30 as UInt64, "G"), (20, "M"), (10, "K")] where self >> shift > 0 {
            return isMultiple(of: 1 << shift) ? "\(self >> shift)\(unit)" : hex
        }
        return hex
    }
}
