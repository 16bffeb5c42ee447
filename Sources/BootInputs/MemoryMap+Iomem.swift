import Arm64
import KexecPlan

extension [MemoryResource] {
    /// The lines of the text of /proc/iomem, in its order.
    public init(iomem: [UInt8]) throws(MemoryMapError) {
        var lines: [IomemLine] = []
        for (index, text) in iomem.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            if let line = try IomemLine(text, number: index + 1) { lines.append(line) }
        }
        guard lines.isEmpty || lines.contains(where: { $0.last != 0 }) else { throw .addressesHidden }

        self.init()
        var parents: [Int] = []
        for line in lines {
            while let parent = parents.last, parent >= line.indentation { parents.removeLast() }
            if let range = line.range {
                append(MemoryResource(range: range, depth: parents.count, name: line.name))
            }
            parents.append(line.indentation)
        }
    }
}

extension MemoryMap {
    /// Reads the text of /proc/iomem.
    public init(iomem: [UInt8]) throws(MemoryMapError) {
        try self.init([MemoryResource](iomem: iomem))
    }

    /// The memory that the lines of /proc/iomem tell of.
    ///
    /// `System RAM` is RAM, wherever the line stands. `System RAM (kmem)`, `System RAM (virtio_mem)` and the like
    /// aren't: a driver manages that memory and may take it away. What stands below RAM is reserved, and so is
    /// anything else that overlaps RAM and doesn't hold it; only the running kernel's own code and data may be
    /// overwritten, as kexec copies segments to their places at the very end. All of them keep their names.
    public init(_ resources: [MemoryResource]) throws(MemoryMapError) {
        let ram = resources.filter { $0.name == Self.systemRAMName }.map(\.region)
        guard !ram.isEmpty else { throw .noSystemRAM }
        let ramAddresses = AddressRangeSet(ram.map(\.range))

        let nesting = Nesting(resources)
        var reserved: [Region] = []
        for (index, resource) in resources.enumerated() where !Self.free.contains(resource.name) {
            if nesting.isBelowRAM[index]
                || ramAddresses.overlaps(resource.range) && !nesting.holdsRAM[index]
            {
                reserved.append(resource.region)
            }
        }
        self.init(ram: ram, reserved: reserved)
    }

    /// All lines of /proc/iomem but those of RAM: what has addresses, by name.
    public static func devices(_ resources: [MemoryResource]) -> [Region] {
        resources.filter { $0.name != systemRAMName }.map(\.region)
    }

    static let systemRAMName = "System RAM"
    private static let free: Set<String> = [systemRAMName, "Kernel code", "Kernel data", "Kernel bss"]
}

/// Which lines are part of RAM, and which have RAM as a part.
private struct Nesting {
    var isBelowRAM: [Bool]
    var holdsRAM: [Bool]

    init(_ resources: [MemoryResource]) {
        isBelowRAM = Array(repeating: false, count: resources.count)
        holdsRAM = isBelowRAM
        var parents: [Int] = []
        for (index, resource) in resources.enumerated() {
            while let parent = parents.last, resources[parent].depth >= resource.depth {
                parents.removeLast()
            }
            isBelowRAM[index] = parents.contains { resources[$0].name == MemoryMap.systemRAMName }
            if resource.name == MemoryMap.systemRAMName {
                for parent in parents { holdsRAM[parent] = true }
            }
            parents.append(index)
        }
    }
}

extension MemoryResource {
    fileprivate var region: MemoryMap.Region { MemoryMap.Region(range: range, kind: name) }
}
