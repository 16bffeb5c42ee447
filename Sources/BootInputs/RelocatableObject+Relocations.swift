import Arm64
import CLibELF

extension RelocatableObject {
    /// The relocations of all loaded sections.
    static func relocations(
        _ file: ELFFile, _ headers: [GElf_Shdr], symbolTable: Int?, symbols: Int
    ) throws(ObjectError) -> [Relocation] {
        var relocations: [Relocation] = []
        for (index, header) in headers.enumerated() where header.isRelocations {
            guard headers.indices.contains(Int(header.sh_info)) else {
                throw .badRelocationTarget(section: index, target: header.sh_info)
            }
            let target = headers[Int(header.sh_info)]
            guard target.isLoaded else { continue }
            guard header.sh_type == UInt32(SHT_RELA) else {
                throw .unsupportedRelocations(section: index, type: header.sh_type)
            }
            guard target.hasContent else {
                throw .badRelocationTarget(section: index, target: header.sh_info)
            }
            guard Int(header.sh_link) == symbolTable else { throw .relocationsWithoutSymbols(section: index) }
            guard let count = header.entryCount(of: 24) else {
                throw .badEntrySize(section: index, size: header.sh_size)
            }
            for entry in 0..<count {
                guard let rela = file.relocation(entry, of: index) else {
                    throw .malformedSection(section: index)
                }
                guard rela.r_offset < target.sh_size else {
                    throw .relocationOutsideSection(section: index, entry: entry, offset: rela.r_offset)
                }
                guard rela.symbolIndex < UInt64(symbols) else {
                    throw .badRelocationSymbol(section: index, entry: entry, symbol: rela.symbolIndex)
                }
                relocations.append(
                    Relocation(
                        section: Int(header.sh_info), offset: rela.r_offset, type: rela.type,
                        symbol: Int(rela.symbolIndex), addend: rela.r_addend))
            }
        }
        return relocations
    }
}

extension GElf_Shdr {
    /// True for every form of relocations: none may be passed over in silence.
    fileprivate var isRelocations: Bool {
        let crel: UInt32 = 0x4000_0014  // LLVM's SHT_CREL, compact relocations
        return [UInt32(SHT_RELA), UInt32(SHT_REL), crel].contains(sh_type)
    }
}
