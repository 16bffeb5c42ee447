import Arm64
import KexecPlan
import Proof

// What the proof of page tables finds: where, and what.

extension Messages {
    /// All that a proof found.
    static func texts(for proof: PageTableProof) -> [String] {
        proof.findings.map { text(for: $0) }
            + (proof.hasMore ? ["there is more like that, which is not listed"] : [])
    }

    static func text(for finding: PageTableFinding) -> String {
        let text = text(finding.problem)
        guard finding.regimes.count < TranslationRegime.allCases.count else { return text }
        return "\(finding.regimes.map { "at \(name($0))" }.joined(separator: " and ")): \(text)"
    }

    /// Where translation is done, as the Arm ARM calls it.
    static func name(_ regime: TranslationRegime) -> String {
        switch regime {
        case .el1: "EL1"
        case .el2: "EL2"
        case .el2E2H: "EL2 with E2H"
        }
    }

    private static func text(_ problem: PageTableFinding.Problem) -> String {
        switch problem {
        // Registers.
        case .noWalk(let tcr):
            "TCR \(tcr.hex) asks for no walk from TTBR0: T0SZ or TG0 is reserved, or EPD0 is set"
        case .controlField(let name, let found, let due):
            "TCR.\(name) is \(found.hex), the tables need \(due.hex)"
        case .inputAddressBits(let bits, let due):
            "the tables translate \(bits) address bits, the highest address needs \(due)"

        // Where the tables are.
        case .rootMisaligned(let address, let alignment):
            "the root table at \(address) is not at a multiple of \(size(alignment))"
        case .rootNotFirst(let root, let first):
            "the walk begins at \(root), but the first table of the segment, the root, is at \(first)"
        case .partialTable(let bytes, let tableSize):
            "the segment has \(size(bytes)), no whole number of tables of \(size(tableSize))"
        case .unreachedTable(let address): "no descriptor leads to the table at \(address)"
        case .irregular(let irregularity): text(irregularity)
        case .tableCount(let level, let found, let fewest):
            "level \(level) has \(tables(found)), fewest is \(fewest)"

        // What they map.
        case .conflict(let range, let first, let second):
            "\(printable(first)) and \(printable(second)) share pages, \(range), and need other attributes"
        case .beyondAddressBits(let range, let what, let bits):
            "\(range) (\(printable(what))) is beyond the \(bits) address bits that the tables translate"
        case .beyondOutputBits(let range, let what, let bits):
            """
            \(range) (\(printable(what))) is beyond the \(bits) bits of physical address that purgatory's own TCR has: \
            the walk faults
            """
        case .notMapped(let range, let what):
            "\(range) is not mapped, but purgatory touches it (\(printable(what)))"
        case .mappedInVain(let range): "\(range) is mapped, but purgatory does not touch it"
        case .outsideMemory(let range):
            "\(range) is mapped, and is neither free System RAM nor the console"
        case .notIdentity(let range, let output): "\(range) is mapped to \(output) and not to itself"
        case .memoryType(let range, let what, let index, let found, let due):
            """
            \(range) (\(printable(what))) is \(found.text) (MAIR attribute \(index)), due is \(due.rawValue)
            """
        case .shareability(let range, let what, let found, let due):
            "\(range) (\(printable(what))) has SH \(shareability(found)), due is \(shareability(due))"
        case .noAccessFlag(let range, let what):
            "\(range) (\(printable(what))) has the access flag clear: the first access faults"
        case .rights(let range, let what, let found, let due):
            "\(range) (\(printable(what))) may be \(text(found)), due is \(due.rawValue)"
        case .writableAndExecutable(let range): "\(range) is writable and executable"
        case .otherAttributes(let range, let bits):
            "\(range) has attributes that no table of purgatory has: \(leafBits(bits))"

        // What the plan says of them.
        case .plannedTables(let level, let planned, let found):
            "the plan says \(tables(planned)) at level \(level), the bytes have \(found)"
        case .plannedMapping(let range, let found, let alike):
            """
            the plan's mapping \(range) is not what the bytes say: \(text(found)) there\
            \(alike ? "" : ", with other attributes")
            """
        case .plannedTwice(let range): "the plan's mapping \(range) overlaps another one of its mappings"
        case .notPlanned(let range): "\(range) is mapped, and is not among the plan's mappings"
        }
    }

    private static func text(_ found: PageTableWalk.Irregularity) -> String {
        let input = found.input.map { ", for \($0)," } ?? ""
        let place = "the level \(found.level) descriptor \(found.descriptor.hex) at \(found.place)\(input)"
        return switch found.kind {
        case .tableOutside(let address):
            found.descriptor == found.place.rawValue && found.place == address
                ? "the root table at \(address) is not in the page-tables segment"
                : "\(place) points to \(address), where the segment has no table"
        case .tableReachedAgain(let address):
            "\(place) points to the table at \(address), which another descriptor points to"
        case .reservedForm: "\(place) has a reserved form: the walk faults"
        case .reservedBits(let bits): "\(place) has the reserved bits \(bits.hex) set"
        case .ignoredBits(let bits): "\(place) has the ignored bits \(bits.hex) set"
        case .hierarchy(let bits): "\(place) takes rights from all below it: \(tableBits(bits))"
        case .notZero: "\(place) is invalid but not zero"
        case .unreachable: "\(place) is not zero, but no address leads to it"
        }
    }

    private static func text(_ rights: AccessRights) -> String {
        let access =
            switch (rights.write, rights.execute) {
            case (false, false): "read"
            case (true, false): "read and written"
            case (false, true): "read and executed"
            case (true, true): "read, written and executed"
            }
        return rights.unprivileged ? "\(access), by EL0 too (PAN keeps EL1 out)" : access
    }

    private static func shareability(_ value: UInt64) -> String {
        ["none", "reserved", "outer", "inner"][Int(value & 3)]
    }

    private static func text(_ entries: [Mapping.EntryCount]) -> String {
        entries.isEmpty
            ? "nothing" : entries.map { "\($0.count) × \($0.size.humanSize)" }.joined(separator: ", ")
    }

    private static func tables(_ count: Int) -> String { count == 1 ? "1 table" : "\(count) tables" }

    /// Attribute bits of block and page descriptors, by name.
    private static func leafBits(_ bits: UInt64) -> String {
        names(
            bits,
            [
                (5, 1, "NS"), (11, 1, "nG"), (50, 1, "GP"), (51, 1, "DBM"), (52, 1, "Contiguous"),
                (55, 4, "software's bits"), (59, 4, "PBHA"), (63, 1, "bit 63"),
            ])
    }

    /// Bits [63:59] of table descriptors, by name.
    private static func tableBits(_ bits: UInt64) -> String {
        names(bits, [(59, 1, "PXNTable"), (60, 1, "UXNTable"), (61, 2, "APTable"), (63, 1, "NSTable")])
    }

    private static func names(_ bits: UInt64, _ fields: [(UInt64, UInt64, String)]) -> String {
        fields.filter { bits >> $0.0 & (1 << $0.1 - 1) != 0 }.map(\.2).joined(separator: ", ")
    }
}

extension MemoryAttribute {
    /// The attribute in the manual's words.
    var text: String {
        switch self {
        case .device(let device): "device-\(device == .gre ? "GRE" : "\(device)")"
        case .normal(let outer, let inner):
            outer == inner ? "normal \(outer.text)" : "normal, outer \(outer.text), inner \(inner.text)"
        case .other(let byte): "the encoding \(UInt64(byte).hex)"
        }
    }
}

extension MemoryAttribute.Caching {
    /// `write-back`, with what it allocates on, and whether it is transient.
    fileprivate var text: String {
        let name =
            switch policy {
            case .nonCacheable: "non-cacheable"
            case .writeThrough: "write-through"
            case .writeBack: "write-back"
            }
        guard policy != .nonCacheable else { return name }
        let allocates = [allocatesOnRead ? "read" : nil, allocatesOnWrite ? "write" : nil].compactMap(\.self)
        let allocation = allocates.isEmpty ? "no-allocate" : allocates.joined(separator: "+") + "-allocate"
        return "\(name) \(allocation)\(isTransient ? " transient" : "")"
    }
}
