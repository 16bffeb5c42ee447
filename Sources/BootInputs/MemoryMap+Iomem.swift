import Arm64
import KexecPlan

extension MemoryMap {
    /// Reads the text of /proc/iomem.
    ///
    /// `System RAM` is RAM, wherever the line stands. `System RAM (kmem)`, `System RAM (virtio_mem)` and the like
    /// aren't: a driver manages that memory and may take it away. What stands below RAM is reserved, and so is
    /// anything else that overlaps RAM and doesn't hold it; only the running kernel's own code and data may be
    /// overwritten, as kexec copies segments to their places at the very end. All of them keep their names.
    public init(iomem: [UInt8]) throws(MemoryMapError) {
        var lines: [IomemLine] = []
        for (index, text) in iomem.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            if let line = try IomemLine(text, number: index + 1) { lines.append(line) }
        }
        guard lines.isEmpty || lines.contains(where: { $0.last != 0 }) else { throw .addressesHidden }

        let ram = lines.filter { $0.name == Self.systemRAM }.compactMap(\.region)
        guard !ram.isEmpty else { throw .noSystemRAM }
        let ramAddresses = AddressRangeSet(ram.map(\.range))

        let nesting = Nesting(lines)
        var reserved: [Region] = []
        for (index, line) in lines.enumerated() where !Self.free.contains(line.name) {
            guard let region = line.region else { continue }
            if nesting.isBelowRAM[index]
                || ramAddresses.overlaps(region.range) && !nesting.holdsRAM[index]
            {
                reserved.append(region)
            }
        }
        self.init(ram: ram, reserved: reserved)
    }

    /// All lines of the text of /proc/iomem but those of RAM, as far as ranges hold them: what has addresses, by name.
    public static func devices(iomem: [UInt8]) throws(MemoryMapError) -> [Region] {
        var regions: [Region] = []
        for (index, text) in iomem.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            guard let line = try IomemLine(text, number: index + 1), line.name != systemRAM else { continue }
            if let region = line.region { regions.append(region) }
        }
        return regions
    }

    fileprivate static let systemRAM = "System RAM"
    private static let free: Set<String> = [systemRAM, "Kernel code", "Kernel data", "Kernel bss"]
}

/// Which lines are part of RAM, and which have RAM as a part.
private struct Nesting {
    var isBelowRAM: [Bool]
    var holdsRAM: [Bool]

    init(_ lines: [IomemLine]) {
        isBelowRAM = Array(repeating: false, count: lines.count)
        holdsRAM = isBelowRAM
        var parents: [Int] = []
        for (index, line) in lines.enumerated() {
            while let parent = parents.last, lines[parent].indentation >= line.indentation {
                parents.removeLast()
            }
            isBelowRAM[index] = parents.contains { lines[$0].name == MemoryMap.systemRAM }
            if line.name == MemoryMap.systemRAM {
                for parent in parents { holdsRAM[parent] = true }
            }
            parents.append(index)
        }
    }
}

extension IomemLine {
    /// The line as a region; nil for the one address that no range has.
    fileprivate var region: MemoryMap.Region? {
        range.map { MemoryMap.Region(range: $0, kind: name) }
    }
}
