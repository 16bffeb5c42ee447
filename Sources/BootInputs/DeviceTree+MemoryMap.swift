import Arm64
import KexecPlan

extension MemoryMap {
    /// The map without what the next kernel, which goes by `tree`, takes of RAM or knows nothing of.
    ///
    /// What the tree reserves, and after it RAM that isn't in the tree's memory nodes, become reserved too, behind
    /// what is reserved already; where that covers them, they aren't listed again. Where UEFI has the memory map,
    /// the memory nodes don't count.
    public func restricted(by tree: DeviceTree) throws(DeviceTreeError) -> MemoryMap {
        let systemRAM = systemRAM
        let known = AddressRangeSet(reserved.map(\.range))
        var additions = try tree.reservedMemory
        if !tree.leavesMemoryToUEFI {
            let memory = try tree.memory
            guard let first = memory.first else { throw .noMemory }
            let missing = systemRAM.subtracting(AddressRangeSet(memory))
            if let ram = ram.first, missing == systemRAM {
                throw .memoryElsewhere(memory: first, ram: ram.range)
            }
            additions += missing.ranges.map { Region(range: $0, kind: Self.missingInTree) }
        }
        var result = self
        result.reserved += additions.filter {
            !systemRAM.intersection($0.range).subtracting(known).isEmpty
        }
        return result
    }

    private static let missingInTree = "not in the device tree's /memory"
}
