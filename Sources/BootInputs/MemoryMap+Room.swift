import Arm64
import KexecPlan

extension MemoryMap {
    /// The largest piece of RAM in which a running kernel looks for room for the files of kexec_file_load, in bytes; nil
    /// where there is none.
    ///
    /// An arm64 kernel asks memblock, which reserves the kernel's own image too (kernel/kexec_file.c,
    /// `kexec_walk_memblock`): the lines below RAM of /proc/iomem. x86_64 takes RAM as a whole (`kexec_walk_resources`),
    /// since all is copied to its place at the very end.
    public static func largestRoom(_ resources: [MemoryResource], on architecture: Architecture)
        throws(MemoryMapError) -> UInt64?
    {
        let map = try MemoryMap(resources)
        switch architecture {
        case .arm64:
            let image = resources.filter { $0.name.hasPrefix("Kernel ") }.map(\.range)
            return map.usable.subtracting(AddressRangeSet(image)).largest?.size
        case .x86: return map.systemRAM.largest?.size
        }
    }
}
