import Arm64
import KexecPlan

// What a kernel takes from its tree about memory: drivers/of/fdt.c, drivers/of/of_reserved_mem.c. Where the kernel
// prints an error and goes on without the node, this is stricter: nobody sees that message in time.

extension DeviceTree {
    /// The RAM that the tree names: the memory nodes' entries, in the tree's order. Empty where no node has any,
    /// which is how a .dtb looks whose memory the firmware fills in.
    ///
    /// Source: Devicetree Specification, "/memory node"; the kernel's `early_init_dt_scan_memory`.
    public var memory: [AddressRange] {
        get throws(DeviceTreeError) {
            var ranges: [AddressRange] = []
            for node in children(of: "/") where isAvailable(node) {
                guard property(node, "device_type")?.strings.first == "memory" else { continue }
                let name = property(node, Self.usableMemory) == nil ? "reg" : Self.usableMemory
                ranges += try self.ranges(in: name, of: node, below: "/")
            }
            return ranges
        }
    }

    /// What the tree takes of its memory at fixed addresses: the children of /reserved-memory, with their paths,
    /// then the memory reservation block without what is stale, as `/memreserve/`; both in the tree's order.
    /// Whether a range may be mapped (`no-map`) or used by drivers' clients (`reusable`) makes no difference: all
    /// of it is taken before the kernel looks for its initrd and its tree.
    ///
    /// Source: Devicetree Specification, "/reserved-memory Node"; the kernel's `early_init_fdt_scan_reserved_mem`.
    public var reservedMemory: [MemoryMap.Region] {
        get throws(DeviceTreeError) {
            var regions: [MemoryMap.Region] = []
            for node in children(of: "/reserved-memory") where isAvailable(node) {
                regions += try ranges(in: "reg", of: node, below: "/reserved-memory")
                    .map { MemoryMap.Region(range: $0, kind: node.path) }
            }
            let stale = staleReservations
            for (index, (start, size)) in reservationBlock.enumerated() {
                let range = try Self.range(start: start, size: size, of: "/memreserve/", entry: index)
                if let range, !stale.contains(range) {
                    regions.append(MemoryMap.Region(range: range, kind: "/memreserve/"))
                }
            }
            return regions
        }
    }

    /// True where a kernel takes its RAM from UEFI's memory map and ignores the memory nodes: all that describes
    /// the map is in /chosen (drivers/firmware/efi/fdtparams.c; efi-init.c, `reserve_regions`).
    public var leavesMemoryToUEFI: Bool {
        let descriptions = ["mmap-start", "mmap-size", "mmap-desc-size", "mmap-desc-ver"]
        return number("linux,uefi-system-table") ?? 0 != 0
            && descriptions.allSatisfy { property(Self.chosen, "linux,uefi-" + $0) != nil }
    }

    /// What a boot loader leaves of a memory node; the kernel takes it instead of `reg`.
    private static let usableMemory = "linux,usable-memory"

    /// `of_fdt_device_is_available`.
    private func isAvailable(_ node: Node) -> Bool {
        guard let status = property(node, "status")?.prefix(while: { $0 != 0 }) else { return true }
        return status.elementsEqual("okay".utf8) || status.elementsEqual("ok".utf8)
    }

    /// The entries of a property that is a list of addresses and sizes, without the empty ones.
    private func ranges(
        in name: String, of node: Node, below parent: String
    ) throws(DeviceTreeError) -> [AddressRange] {
        guard let value = property(node, name) else { return [] }
        let addressCells = try requiredCells("#address-cells", of: parent)
        let sizeCells = try requiredCells("#size-cells", of: parent)
        let entryCells = addressCells + sizeCells
        guard value.count.isMultiple(of: entryCells * 4) else {
            throw .badEntries(node: node.path, property: name, size: value.count, entrySize: entryCells * 4)
        }
        var ranges: [AddressRange] = []
        for entry in 0..<value.count / (entryCells * 4) {
            guard let start = value.cells(at: entry * entryCells, count: addressCells),
                let size = value.cells(at: entry * entryCells + addressCells, count: sizeCells)
            else { continue }
            if let range = try Self.range(start: start, size: size, of: node.path, entry: entry) {
                ranges.append(range)
            }
        }
        return ranges
    }

    /// The specification demands both of the root and of /reserved-memory. Where they are missing, readers differ
    /// in what they take instead (libfdt has 2 and 1, the kernel 1 and 1).
    private func requiredCells(_ name: String, of path: String) throws(DeviceTreeError) -> Int {
        guard property(path, name) != nil, let count = cells(name, of: path) else {
            throw .badCells(node: path, property: name)
        }
        return count
    }

    /// The range; nil where it is empty.
    private static func range(
        start: UInt64, size: UInt64, of node: String, entry: Int
    ) throws(DeviceTreeError) -> AddressRange? {
        if size == 0 { return nil }
        guard let range = AddressRange(start: PhysicalAddress(start), size: size) else {
            throw .rangeTooLarge(node: node, entry: entry, start: start, size: size)
        }
        return range
    }
}
