import Arm64
import BootInputs
import KexecPlan
import TestSupport
import Testing

@Suite("What a device tree says of memory")
struct DeviceTreeMemoryTests {
    /// A tree with this in its root, and with these cells there.
    private func tree(
        _ root: String, cells: (address: Int, size: Int) = (2, 2), before: String = ""
    ) throws -> DeviceTree {
        let source = """
            /dts-v1/; \(before)
            / { #address-cells = <\(cells.address)>; #size-cells = <\(cells.size)>; \(root) };
            """
        return try DeviceTree(Toolchain.compileDeviceTree(source))
    }

    private func range(_ start: UInt64, _ size: UInt64) throws -> AddressRange {
        try #require(AddressRange(start: PhysicalAddress(start), size: size))
    }

    private func region(_ start: UInt64, _ size: UInt64, _ kind: String) throws -> MemoryMap.Region {
        MemoryMap.Region(range: try range(start, size), kind: kind)
    }

    private let oneGigabyte =
        "memory@40000000 { device_type = \"memory\"; reg = <0 0x40000000 0 0x40000000>; };"

    private func map(_ iomem: String = "40000000-7fffffff : System RAM\n") throws -> MemoryMap {
        try MemoryMap(iomem: Array(iomem.utf8))
    }

    // MARK: Memory nodes

    @Test("Each machine's RAM is in its tree, or left to UEFI", arguments: Fixture.machines)
    func machines(machine: String) throws {
        let tree = try DeviceTree(Fixture.fdt(machine))
        let map = try MemoryMap(iomem: Fixture.iomem(machine))
        #expect(tree.leavesMemoryToUEFI == machine.contains("efi"))
        #expect(try tree.memory.isEmpty == (machine == "2g-efi-acpi"))
        #expect(try tree.reservedMemory.isEmpty)
        if !tree.leavesMemoryToUEFI { #expect(try AddressRangeSet(tree.memory) == map.systemRAM) }
        #expect(try map.restricted(by: tree) == map)
    }

    @Test(
        "Addresses and sizes have one cell or two each",
        arguments: [
            (1, 1, "0x40000000 0x10000000 0x80000000 0x20000000"),
            (2, 1, "0 0x40000000 0x10000000 0 0x80000000 0x20000000"),
            (1, 2, "0x40000000 0 0x10000000 0x80000000 0 0x20000000"),
            (2, 2, "0 0x40000000 0 0x10000000 0 0x80000000 0 0x20000000"),
        ])
    func cells(address: Int, size: Int, reg: String) throws {
        let tree = try tree(
            """
            memory@40000000 { device_type = "memory"; reg = <\(reg)>; };
            reserved-memory {
                #address-cells = <\(address)>; #size-cells = <\(size)>; ranges;
                a@40000000 { reg = <\(reg)>; };
            };
            """, cells: (address, size))
        let ranges = [try range(0x4000_0000, 0x1000_0000), try range(0x8000_0000, 0x2000_0000)]
        #expect(try tree.memory == ranges)
        #expect(
            try tree.reservedMemory
                == ranges.map { MemoryMap.Region(range: $0, kind: "/reserved-memory/a@40000000") })
    }

    @Test("Nodes are memory by their type, below the root, where they aren't disabled")
    func nodes() throws {
        let tree = try tree(
            """
            memory { device_type = "memory"; reg = <0 0 0 0x1000>; };
            memory@1000 { device_type = "memory"; reg = <0 0x1000 0 0x1000 0 0 0 0>; status = "okay"; };
            bank@2000 { device_type = "memory"; reg = <2 0x2000 1 0>; status = "ok"; };
            memory@3000 { device_type = "memory"; reg = <0 0x3000 0 0x1000>; status = "disabled"; };
            memory@4000 { reg = <0 0x4000 0 0x1000>; };
            memory@5000 { device_type = "memory-controller"; reg = <0 0x5000 0 0x1000>; };
            memory@6000 { device_type = "memory"; };
            memory@7000 {
                device_type = "memory"; reg = <0 0x7000 0 0x1000>; linux,usable-memory = <0 0x7800 0 0x400>;
            };
            soc { memory@8000 { device_type = "memory"; reg = <0 0x8000 0 0x1000>; }; };
            """)
        #expect(
            try tree.memory == [
                range(0, 0x1000), range(0x1000, 0x1000), range(0x2_0000_2000, 1 << 32), range(0x7800, 0x400),
            ])
    }

    // MARK: What is reserved

    @Test("Children of /reserved-memory with an address, then the memory reservation block")
    func reserved() throws {
        let tree = try tree(
            """
            reserved-memory {
                #address-cells = <2>; #size-cells = <2>; ranges;
                secure@50000000 { reg = <0 0x50000000 0 0x200000>; no-map; };
                off@51000000 { reg = <0 0x51000000 0 0x200000>; status = "disabled"; };
                on@52000000 { reg = <0 0x52000000 0 0x123 0 0x53000000 0 0x1000>; status = "okay"; reusable; };
                pool { size = <0 0x1000000>; alignment = <0 0x200000>; };
                secure@40000000 { reg = <0 0x40000000 0 0x1000>; inner { reg = <0 0x1000 0 0x1000>; }; };
            };
            """, before: "/memreserve/ 0x60000000 0x10000; /memreserve/ 0x58000000 0x10;")
        #expect(
            try tree.reservedMemory == [
                region(0x5000_0000, 0x20_0000, "/reserved-memory/secure@50000000"),
                region(0x5200_0000, 0x123, "/reserved-memory/on@52000000"),
                region(0x5300_0000, 0x1000, "/reserved-memory/on@52000000"),
                region(0x4000_0000, 0x1000, "/reserved-memory/secure@40000000"),
                region(0x6000_0000, 0x10000, "/memreserve/"), region(0x5800_0000, 0x10, "/memreserve/"),
            ])
    }

    @Test("What was reserved for the previous initrd is free")
    func stale() throws {
        let tree = try tree(
            "chosen { linux,initrd-start = <0x48000000>; linux,initrd-end = <0x48001234>; };",
            before: "/memreserve/ 0x48000000 0x2000; /memreserve/ 0x48000000 0x3000;")
        #expect(tree.reservations.count == 2)
        #expect(try tree.reservedMemory == [region(0x4800_0000, 0x3000, "/memreserve/")])
    }

    // MARK: What is refused

    @Test("A list of addresses is made of whole entries", arguments: [(1, 1), (1, 2), (2, 1), (2, 2)])
    func entries(address: Int, size: Int) throws {
        let entry = (address + size) * 4
        for length in 0...2 * entry + 1 {
            // Zeros, so that no entry is a range.
            let reg = "[\(String(repeating: "00", count: length))]"
            let memory = try tree(
                "memory { device_type = \"memory\"; reg = \(reg); };", cells: (address, size))
            let usable = try tree(
                "memory { device_type = \"memory\"; linux,usable-memory = \(reg); };", cells: (address, size))
            let reserved = try tree(
                """
                reserved-memory {
                    #address-cells = <\(address)>; #size-cells = <\(size)>; ranges; a { reg = \(reg); };
                };
                """)
            func error(_ node: String, _ property: String) -> DeviceTreeError {
                .badEntries(node: node, property: property, size: length, entrySize: entry)
            }
            if length.isMultiple(of: entry) {
                #expect(try memory.memory.isEmpty && usable.memory.isEmpty && reserved.reservedMemory.isEmpty)
            } else {
                #expect(throws: error("/memory", "reg")) { try memory.memory }
                #expect(throws: error("/memory", "linux,usable-memory")) { try usable.memory }
                #expect(throws: error("/reserved-memory/a", "reg")) { try reserved.reservedMemory }
            }
        }
    }

    @Test("Cells are there, and one or two", arguments: ["#address-cells", "#size-cells"])
    func badCells(name: String) throws {
        let other = name == "#address-cells" ? "#size-cells" : "#address-cells"
        for cells in ["", "\(name) = <0>;", "\(name) = <3>;", "\(name) = <0xffffffff>;", "\(name);"] {
            let source = """
                /dts-v1/; / {
                    \(other) = <2>; \(cells) memory { device_type = "memory"; reg = <0 0 0 0>; };
                    reserved-memory { \(other) = <2>; \(cells) ranges; a { reg = <0 0 0 0>; }; };
                };
                """
            let tree = try DeviceTree(Toolchain.compileDeviceTree(source))
            #expect(throws: DeviceTreeError.badCells(node: "/", property: name)) { try tree.memory }
            #expect(throws: DeviceTreeError.badCells(node: "/reserved-memory", property: name)) {
                try tree.reservedMemory
            }
        }
    }

    @Test("No range leaves 64 bits")
    func overflow() throws {
        let reg = "reg = <0 0 0 0x1000 0xffffffff 0xfffff000 0 0x1000>;"
        func error(_ node: String, _ entry: Int) -> DeviceTreeError {
            .rangeTooLarge(node: node, entry: entry, start: 0xffff_ffff_ffff_f000, size: 0x1000)
        }
        let tree = try tree(
            """
            memory { device_type = "memory"; \(reg) };
            reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; a { \(reg) }; };
            """)
        #expect(throws: error("/memory", 1)) { try tree.memory }
        #expect(throws: error("/reserved-memory/a", 1)) { try tree.reservedMemory }
        let block = try self.tree("", before: "/memreserve/ 0xfffffffffffff000 0x1000;")
        #expect(throws: error("/memreserve/", 0)) { try block.reservedMemory }
    }

    // MARK: The memory map of a kexec

    @Test("What the tree takes of RAM comes after what is reserved, where that doesn't have it")
    func restricted() throws {
        let tree = try tree(
            """
            memory { device_type = "memory"; reg = <0 0x40100000 0 0x1fe00000>; };
            memory@60000000 { device_type = "memory"; reg = <0 0x60000000 0 0x20000000>; };
            reserved-memory {
                #address-cells = <2>; #size-cells = <2>; ranges;
                new@50000000 { reg = <0 0x50000000 0 0x200000>; };
                known@40200000 { reg = <0 0x40200000 0 0x1000>; };
                edge@3ff00000 { reg = <0 0x3ff00000 0 0x180000>; };
                elsewhere@9000000 { reg = <0 0x9000000 0 0x1000>; };
            };
            """, before: "/memreserve/ 0x40202fff 2;")
        let map = try map(
            """
            40000000-7fffffff : System RAM
              40200000-40201fff : reserved
              40202000-40202fff : reserved
            """)
        let restricted = try map.restricted(by: tree)
        #expect(restricted.ram == map.ram)
        #expect(
            try restricted.reserved == map.reserved + [
                region(0x5000_0000, 0x20_0000, "/reserved-memory/new@50000000"),
                region(0x3ff0_0000, 0x18_0000, "/reserved-memory/edge@3ff00000"),
                region(0x4020_2fff, 2, "/memreserve/"),
                region(0x4000_0000, 0x10_0000, "not in the device tree's /memory"),
                region(0x5ff0_0000, 0x10_0000, "not in the device tree's /memory"),
            ])
    }

    @Test("Missing RAM that is reserved anyway isn't listed")
    func missingAndReserved() throws {
        let map = try map("40000000-8fffffff : System RAM\n  80000000-8fffffff : reserved\n")
        #expect(try map.restricted(by: tree(oneGigabyte)) == map)
    }

    @Test("A tree without memory", arguments: ["", "reg = <0 0x40000000 0 0>;", "reg;"])
    func noMemory(reg: String) throws {
        let tree = try tree("memory { device_type = \"memory\"; \(reg) };")
        let map = try map()
        #expect(throws: DeviceTreeError.noMemory) { try map.restricted(by: tree) }
    }

    @Test("A tree of another machine")
    func memoryElsewhere() throws {
        let tree = try tree("memory { device_type = \"memory\"; reg = <0 0 0 0x40000000>; };")
        let map = try map()
        let error = DeviceTreeError.memoryElsewhere(
            memory: try range(0, 0x4000_0000), ram: try range(0x4000_0000, 0x4000_0000))
        #expect(throws: error) { try map.restricted(by: tree) }
    }

    @Test("UEFI's map counts where all of its description is there")
    func uefi() throws {
        let names = ["system-table", "mmap-start", "mmap-size", "mmap-desc-size", "mmap-desc-ver"]
        func chosen(_ names: [String], value: Int = 1) -> String {
            "chosen { \(names.map { "linux,uefi-\($0) = <\(value)>;" }.joined(separator: " ")) };"
        }
        let map = try map("40000000-bfffffff : System RAM\n")
        let complete = try tree(chosen(names) + oneGigabyte)
        #expect(complete.leavesMemoryToUEFI)
        #expect(try map.restricted(by: complete) == map)
        #expect(try map.restricted(by: tree(chosen(names))) == map)
        for missing in names {
            let tree = try tree(chosen(names.filter { $0 != missing }))
            #expect(!tree.leavesMemoryToUEFI)
            #expect(throws: DeviceTreeError.noMemory) { try map.restricted(by: tree) }
        }
        #expect(try !tree(chosen(names, value: 0)).leavesMemoryToUEFI)
    }

    @Test("UEFI's map doesn't make memory free that the tree reserves")
    func reservedUnderUEFI() throws {
        let source =
            try Toolchain.decompileDeviceTree(Fixture.fdt("2g-efi-dt")) + """
                / { reserved-memory {
                    #address-cells = <2>; #size-cells = <2>; ranges; a@60000000 { reg = <0 0x60000000 0 0x1000>; };
                }; };
                """
        let map = try MemoryMap(iomem: Fixture.iomem("2g-efi-dt"))
        let restricted = try map.restricted(by: DeviceTree(Toolchain.compileDeviceTree(source)))
        let expected = try map.reserved + [region(0x6000_0000, 0x1000, "/reserved-memory/a@60000000")]
        #expect(restricted.reserved == expected)
    }
}
