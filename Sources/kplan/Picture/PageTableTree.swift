import Arm64
import KexecPlan
import Proof

/// The page tables of a plan as a tree, read out of their bytes as the MMU would with TCR_EL1.
struct PageTableTree {
    /// A table.
    struct Table {
        let level: TranslationLevel
        let address: PhysicalAddress
        /// The addresses that it translates.
        let input: AddressRange
        /// Tables and mappings, by rising address.
        var children: [Child] = []
        /// The indices of the descriptors that are used.
        var used: [Range<Int>] = []

        var usedCount: Int { used.reduce(0) { $0 + $1.count } }
    }

    /// What a descriptor, or a row of them, leads to.
    enum Child {
        case table(Table)
        case memory(PageTableWalk.Entry)
    }

    let root: Table
    let geometry: WalkGeometry
    /// How many tables there are.
    let count: Int

    /// The highest address of a table.
    let lastAddress: PhysicalAddress

    /// nil where TCR_EL1 asks for no walk.
    init?(_ bytes: [UInt8], at base: PhysicalAddress, of tables: PageTablePlan) {
        guard let geometry = WalkGeometry(tcr: tables.walkRegisters.tcrEL1, .el1) else { return nil }
        let walk = PageTableWalker(bytes: bytes, base: base, root: tables.root, geometry: geometry).walk()
        var rest = walk.entries[...]
        guard let root = Self.table(&rest, geometry) else { return nil }
        self.root = root
        self.geometry = geometry
        count = walk.tables.count
        lastAddress = walk.tables.map(\.address).max() ?? base
    }

    /// The table at the beginning of `rest`, with all that is in it.
    private static func table(
        _ rest: inout ArraySlice<PageTableWalk.Entry>, _ geometry: WalkGeometry
    ) -> Table? {
        guard let entry = rest.first, case .table(let address) = entry.content,
            let level = TranslationLevel(rawValue: entry.level)
        else { return nil }
        rest = rest.dropFirst()
        var table = Table(level: level, address: address, input: entry.input)
        let shift = UInt64(geometry.shift(level: entry.level))
        func use(_ input: AddressRange) {
            let first = Int(clamping: (input.start.rawValue - entry.input.start.rawValue) >> shift)
            let count = Int(clamping: input.size >> shift)
            if let last = table.used.last, last.upperBound == first {
                table.used[table.used.count - 1] = last.lowerBound..<(first + count)
            } else {
                table.used.append(first..<(first + count))
            }
        }
        while let next = rest.first {
            switch next.content {
            case .memory:
                guard next.level == entry.level else { return table }
                use(next.input)
                table.children.append(.memory(next))
                rest = rest.dropFirst()
            case .table:
                guard next.level == entry.level + 1, let child = Self.table(&rest, geometry) else {
                    return table
                }
                use(next.input)
                table.children.append(.table(child))
            }
        }
        return table
    }
}
