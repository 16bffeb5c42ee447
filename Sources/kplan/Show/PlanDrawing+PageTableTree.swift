import Arm64
import KexecPlan
import Proof

extension PlanDrawing {
    /// The page tables as a tree, read out of their bytes as the MMU would with TCR_EL1: each table, and each row of
    /// descriptors that map memory alike.
    func pageTableTree(_ bytes: [UInt8], at base: PhysicalAddress, of tables: PageTablePlan) -> [String] {
        let tcr = tables.walkRegisters.tcrEL1
        guard let geometry = WalkGeometry(tcr: tcr, .el1) else {
            return heading("Page tables", "TCR_EL1 \(tcr.hex) asks for no walk")
        }
        let walk = PageTableWalker(bytes: bytes, base: base, root: tables.root, geometry: geometry).walk()
        let summary =
            "\(geometry.granule.rawValue) granule, \(geometry.inputAddressBits)-bit addresses, "
            + "\(UInt64(clamping: walk.tables.count).counted("table")) of \(geometry.granule.size.blockSize)"
        let lines = walk.entries.map { entry in
            let depth = entry.level - geometry.rootLevel
            let indent = String(repeating: "  ", count: depth + 1)
            switch entry.content {
            case .table(let address):
                let name = TranslationLevel(rawValue: entry.level)?.kernelName(
                    root: TranslationLevel(rawValue: geometry.rootLevel) ?? .level0)
                return "\(indent)\(name ?? "") (level \(entry.level)) at \(address)  "
                    + style.paint("for \(text(entry.input))", .faint)
            case .memory(let output, let attributes):
                return indent + "  " + leaf(entry, output, attributes, tables, geometry)
            }
        }
        return heading("Page tables", summary) + lines
    }

    private func leaf(
        _ entry: PageTableWalk.Entry, _ output: PhysicalAddress, _ attributes: LeafAttributes,
        _ tables: PageTablePlan, _ geometry: WalkGeometry
    ) -> String {
        let leaf = LeafText(entry, output, attributes, tables, geometry, style)
        return "\(leaf.range)  \(leaf.descriptors)  \(leaf.memory) \(leaf.rights)"
    }
}

/// A row of descriptors that map memory alike, in words.
struct LeafText {
    /// What is mapped, and to where, if that is elsewhere.
    let range: String
    /// How many descriptors of which size.
    let descriptors: String
    /// The memory type.
    let memory: String
    /// What may be done, as letters.
    let rights: String

    init(
        _ entry: PageTableWalk.Entry, _ output: PhysicalAddress, _ attributes: LeafAttributes,
        _ tables: PageTablePlan, _ geometry: WalkGeometry, _ style: Style
    ) {
        let size: UInt64 = 1 << UInt64(geometry.shift(level: entry.level))
        let attribute = MemoryAttribute(mair: tables.walkRegisters.mair, index: attributes.attributeIndex)
        let type = MemoryType.allCases.first { MemoryAttribute(byte: UInt8($0.attribute)) == attribute }
        let allowed = attributes.rights(.el1)
        let elsewhere = output == entry.input.start ? "" : " to \(output)"
        range = "\(entry.input.start)\(style.to)\(entry.input.last)\(elsewhere)"
        descriptors = "\(entry.input.size / size) \(style.times) \(size.blockSize)"
        memory = type?.rawValue ?? attribute.text
        rights = "r\(allowed.write ? "w" : "-")\(allowed.execute ? "x" : "-")"
    }
}
