import Arm64
import KexecPlan
import Testing

@testable import Planner

/// Where the segments of a whole plan go.
@Suite struct PlanPlacesTests {
    /// 1 GiB from 1 GiB on.
    static let gigabyte: Range<UInt64> = 1 * gibi..<2 * gibi
    /// More RAM, none of it free: so that no plan needs more than half of it.
    static let taken: Range<UInt64> = 64 * gibi..<96 * gibi

    @Test func everythingIsAtTheHighEnd() throws {
        let plan = try Layout(ram: [Self.gigabyte], initrd: 3 * mebi + 1).plan()
        // The kernel at the highest multiple of 2 MiB, the others below it, each as high as it can be.
        #expect(try plan.place(.kernel) == 0x7f00_0000..<0x8000_0000)
        #expect(try plan.place(.initrd) == 0x7ecf_f000..<0x7f00_0000)
        #expect(try plan.place(.dtb) == 0x7ecf_d000..<0x7ecf_f000)
        #expect(try plan.place(.purgatory) == 0x7ecf_a000..<0x7ecf_d000)
        // Level 1 (T0SZ 33: 31 bits), level 2, and a level 3 for the one ragged block.
        #expect(try plan.place(.pageTables) == 0x7ecf_7000..<0x7ecf_a000)
        #expect(plan.entry == plan.segment(.purgatory)?.address)
        #expect(
            plan.deviceTree.edits.map(\.change) == [
                .number(0x7ecf_f000), .number(0x7ecf_f000 + 3 * mebi + 1),
            ]
        )
    }

    @Test func highPlacesArePreferredButNotAbove4GiB() throws {
        let ram = [1 * gibi..<2 * gibi, 3 * gibi..<3 * gibi + 512 * mebi, 4 * gibi..<8 * gibi]
        let plan = try Layout(ram: ram, initrd: mebi).plan()
        for role in SegmentRole.allCases {
            #expect(try (3 * gibi..<4 * gibi).contains(plan.place(role)), "\(role)")
        }
    }

    @Test func aKernelThatFitsOnlyAbove4GiBIsThere() throws {
        let ram = [1 * gibi..<1 * gibi + 8 * mebi, 4 * gibi..<5 * gibi]
        let plan = try Layout(ram: ram, kernel: 9 * mebi, initrd: mebi).plan()
        #expect(try plan.place(.kernel).lowerBound == 0x1_3f60_0000)
        for role in SegmentRole.allCases {
            #expect(try (4 * gibi..<5 * gibi).contains(plan.place(role)), "\(role)")
        }
        #expect(plan.pageTables?.inputAddressBits == 33)
    }

    @Test(
        arguments: [
            (KernelImage.Placement.anywhere, 0x7ee8_0000), (.nearStartOfRAM, 0x4008_0000),
        ] as [(KernelImage.Placement, UInt64)])
    func textOffsetCountsFromAMultipleOf2MiB(placement: KernelImage.Placement, start: UInt64) throws {
        let plan = try Layout(
            ram: [Self.gigabyte], textOffset: 0x8_0000, placement: placement, initrd: mebi
        ).plan()
        #expect(try plan.place(.kernel) == start..<start + 16 * mebi)
    }

    @Test func nearTheStartOfRAMIsTheLowestHoleThatFits() throws {
        var layout = Layout(
            ram: [Self.gigabyte, 4 * gibi..<8 * gibi],
            reserved: [0x4000_0000..<0x4000_1000, 0x4110_0000..<0x4120_0000, 0x6000_0000..<0x6010_0000],
            textOffset: 0x8_0000, placement: .nearStartOfRAM, initrd: 3 * mebi)
        // text_offset spans what is reserved; what is above takes all the rest, and below 4 GiB.
        var plan = try layout.plan()
        #expect(try plan.place(.kernel) == 0x4008_0000..<0x4108_0000)
        #expect(try plan.place(.initrd) == 0x7fd0_0000..<0x8000_0000)
        // Kernels before 4.2 look for the device tree within 512 MiB.
        #expect(try plan.place(.dtb) == 0x5fff_e000..<0x6000_0000)

        layout.textOffset = 0
        plan = try layout.plan()
        #expect(try plan.place(.kernel) == 0x4120_0000..<0x4220_0000)

        // Nothing is below the kernel's base, which has no linear mapping: the initrd would fit there alone.
        layout.ram = [0x4000_0000..<0x4080_0000, 0x5000_0000..<0x5100_0000, Self.taken]
        layout.reserved = [Self.taken]
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .initrd, size: 3 * mebi, alignment: 4 * kibi, window: try range(0..<33 * gibi),
                    largestHole: nil))
        ) { try layout.plan() }
        layout.placement = .anywhere
        #expect(try layout.plan().place(.initrd) == 0x4050_0000..<0x4080_0000)
    }

    @Test func theInitrdMayBeInAnotherHoleWithinTheWindow() throws {
        var layout = Layout(
            ram: [1 * gibi..<1 * gibi + 20 * mebi, 20 * gibi..<20 * gibi + 100 * mebi, Self.taken],
            reserved: [Self.taken], kernel: 16 * mebi, initrd: 99 * mebi)
        let plan = try layout.plan()
        #expect(try plan.place(.kernel).lowerBound == 1 * gibi + 4 * mebi)
        #expect(try plan.place(.initrd) == 20 * gibi + mebi..<20 * gibi + 100 * mebi)

        // As far as the window reaches, and no byte further.
        layout.ram[1] = 33 * gibi - 99 * mebi..<33 * gibi
        #expect(try layout.plan().place(.initrd) == layout.ram[1])
        layout.ram[1] = 33 * gibi - 99 * mebi + 4 * kibi..<33 * gibi + 4 * kibi
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .initrd, size: 99 * mebi, alignment: 4 * kibi, window: try range(0..<33 * gibi),
                    largestHole: try range(33 * gibi - 99 * mebi + 4 * kibi..<33 * gibi)))
        ) { try layout.plan() }
    }

    @Test func theKernelGoesToTheNextHoleWhereTheInitrdHasNoneNearby() throws {
        // Each hole takes the kernel; an initrd is possible only with the one that is far above.
        let layout = Layout(
            ram: [
                1 * gibi..<1 * gibi + 32 * mebi, 50 * gibi..<50 * gibi + 32 * mebi, Self.taken,
            ],
            reserved: [64 * gibi..<80 * gibi, 80 * gibi + 101 * mebi..<96 * gibi], initrd: 100 * mebi)
        let plan = try layout.plan()
        #expect(try plan.place(.kernel) == 50 * gibi + 16 * mebi..<50 * gibi + 32 * mebi)
        #expect(try plan.place(.initrd).lowerBound >= 80 * gibi)
    }

    @Test func theDeviceTreeIsInAWholeFreeBlockOf2MiB() throws {
        // A page in the highest block is taken: purgatory goes there, the tree does not.
        var layout = Layout(
            ram: [Self.gigabyte], reserved: [0x7fe0_0000..<0x7fe0_1000], kernel: 2 * mebi)
        let plan = try layout.plan()
        #expect(try plan.place(.kernel) == 0x7fc0_0000..<0x7fe0_0000)
        #expect(try plan.place(.dtb) == 0x7fbf_e000..<0x7fc0_0000)

        // Holes of less than 4 MiB that have no whole block, but for the kernel's, which fills it.
        layout = Layout(
            ram: [0x4010_0000..<0x403f_f000, 0x4050_0000..<0x407f_f000, Self.taken],
            reserved: [Self.taken], kernel: 2 * mebi)
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .kernel, size: 2 * mebi, alignment: 2 * mebi, window: nil,
                    largestHole: try range(0x4010_0000..<0x403f_f000)))
        ) { try layout.plan() }
        layout.ram[1] = 0x4050_0000..<0x4080_0000
        #expect(
            throws: PlannerError.noRoom(
                .init(segment: .dtb, size: 8 * kibi, alignment: 4 * kibi, window: nil, largestHole: nil))
        ) { try layout.plan() }
    }

    @Test(arguments: Granule.allCases, Granule.allCases)
    func pagesAreThoseOfTheMachineAndOfTheTables(pages: Granule, granule: Granule) throws {
        let plan = try Layout(
            ram: [Self.gigabyte.lowerBound + 0x1000..<Self.gigabyte.upperBound - 0x1000],
            pageSize: pages.size, granule: granule, kernelFile: 4 * mebi - 100_000, kernel: 4 * mebi - 5000,
            initrd: 100_001, deviceTree: 5001
        ).plan()
        let page = max(pages.size, granule.size)
        for segment in plan.segments {
            #expect(segment.address.rawValue.isMultiple(of: page))
            #expect(segment.memorySize.isMultiple(of: page))
        }
        #expect(plan.segment(.kernel)?.memorySize == (4 * mebi - 5000).alignedUp(to: page))
        #expect(try UInt64(plan.place(.dtb).count) == max(page, 8 * kibi))
        #expect(plan.pageTables?.granule == granule)
    }

    @Test func everythingIsInTheWindow() throws {
        let window: Range<UInt64> = 0x5000_0800..<0x5234_5679
        let plan = try Layout(ram: [Self.gigabyte], initrd: mebi, window: window).plan()
        for role in SegmentRole.allCases {
            let place = try plan.place(role)
            #expect(place.lowerBound >= 0x5000_1000 && place.upperBound <= 0x5234_5000, "\(role)")
        }
        #expect(try plan.place(.kernel) == 0x5120_0000..<0x5220_0000)
        // A window without memory.
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .kernel, size: 16 * mebi, alignment: 2 * mebi, window: nil, largestHole: nil))
        ) { try Layout(ram: [Self.gigabyte], window: 0..<gibi).plan() }
    }

    @Test func inFragmentedMemoryEachSegmentHasAHoleOfItsOwn() throws {
        let free: [Range<UInt64>] = [
            0x4000_0000..<0x4000_6000,  // the tables
            0x4020_0000..<0x4020_3000,  // purgatory
            0x4040_0000..<0x4060_0000,  // the device tree
            0x4080_1000..<0x4082_0000,  // the initrd
            0x40a0_0000..<0x41a0_0000,  // the kernel
        ]
        let plan = try Layout(
            ram: free + [Self.taken], reserved: [Self.taken], initrd: 0x1_f000, deviceTree: 2 * mebi
        ).plan()
        let roles: [SegmentRole] = [.pageTables, .purgatory, .dtb, .initrd, .kernel]
        for (role, hole) in zip(roles, free) {
            #expect(try hole.contains(plan.place(role)), "\(role)")
        }
    }

    @Test func aHoleMayBeFilledToTheLastByte() throws {
        let hole: Range<UInt64> = 0x4000_0000..<0x4060_0000
        // Kernel, device tree, purgatory, and three tables leave this for the initrd. It fits only with the kernel
        // at the hole's low end.
        let rest = 6 * mebi - (3 * mebi + 8 * kibi + 12 * kibi + 12 * kibi)
        var layout = Layout(
            ram: [hole, Self.taken], reserved: [Self.taken], kernel: 3 * mebi, initrd: rest)
        let plan = try layout.plan()
        #expect(plan.segments.reduce(0) { $0 + $1.memorySize } == 6 * mebi)
        #expect(try plan.place(.kernel).lowerBound == hole.lowerBound)

        layout.initrd = rest + 1
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .pageTables, size: 12 * kibi, alignment: 4 * kibi, window: nil,
                    largestHole: try range(0x4030_0000..<0x4030_2000)))
        ) { try layout.plan() }
    }

    @Test func moreThanHalfOfMemoryIsRefused() throws {
        // The kernel, 12 KiB of purgatory, 8 KiB of device tree and four tables are half of RAM exactly.
        let half = 16 * mebi + 36 * kibi
        let ram: Range<UInt64> = gibi..<gibi + 2 * half
        #expect(throws: Never.self) { try Layout(ram: [ram]).plan() }
        let less = ram.lowerBound..<ram.upperBound - 4 * kibi
        #expect(throws: PlannerError.moreThanHalfOfMemory(needed: half, ram: 2 * half - 4 * kibi)) {
            try Layout(ram: [less]).plan()
        }
    }

    @Test func ramBeyond48BitsIsLeftAlone() throws {
        let beyond: Range<UInt64> = 1 << 48..<1 << 48 + gibi
        let plan = try Layout(ram: [5 * gibi..<6 * gibi, beyond]).plan()
        #expect(try plan.place(.kernel).upperBound == 6 * gibi)
        #expect(
            throws: PlannerError.noRoom(
                .init(
                    segment: .kernel, size: 16 * mebi, alignment: 2 * mebi, window: nil, largestHole: nil))
        ) { try Layout(ram: [beyond]).plan() }
        // Up to the last address.
        let last: Range<UInt64> = 1 << 48 - gibi..<1 << 48
        #expect(try Layout(ram: [last]).plan().place(.kernel).upperBound == 1 << 48)
    }

    @Test func whatCannotBePlannedIsSaid() throws {
        let errors: [(Layout, PlannerError)] = [
            (Layout(ram: [Self.gigabyte], pageSize: 8 * kibi), .invalidPageSize(8 * kibi)),
            (
                Layout(ram: [Self.gigabyte], pageSize: 64 * kibi, textOffset: 4 * kibi),
                .textOffsetInsidePage(textOffset: 4 * kibi, pageSize: 64 * kibi)
            ),
            (
                Layout(ram: [Self.gigabyte], deviceTree: 2 * mebi + 1),
                .inputTooLarge(.dtb, size: 2 * mebi + 1, limit: 2 * mebi)
            ),
            (
                Layout(ram: [Self.gigabyte], kernelFile: 16 * mebi + 1),
                .inputTooLarge(.kernel, size: 16 * mebi + 1, limit: 16 * mebi)
            ),
            (
                Layout(ram: [Self.gigabyte], initrd: .max),
                .inputTooLarge(.initrd, size: .max, limit: .max)
            ),
            (Layout(ram: [Self.gigabyte], initrd: 0), .emptyInput(.initrd)),
            (Layout(ram: [Self.gigabyte], kernelFile: 0), .emptyInput(.kernel)),
        ]
        for (layout, error) in errors {
            #expect(throws: error) { try Planner.plan(try layout.inputs()) }
        }
        for role in [.kernel, .dtb, .memoryMap, .purgatory] as [InputRole] {
            #expect(throws: PlannerError.missingInput(role)) {
                try Planner.plan(try Layout(ram: [Self.gigabyte], missing: [role]).inputs())
            }
        }
    }

    @Test func theConsoleIsADeviceWithinReach() throws {
        let inRAM = Console(kind: .pl011, address: PhysicalAddress(0x5000_0000))
        #expect(throws: PlannerError.consoleInRAM(inRAM)) {
            try Layout(ram: [Self.gigabyte], console: inRAM).plan()
        }
        // RAM begins in the console's page of 64 KiB.
        let near = Console(kind: .raw, address: PhysicalAddress(0x3fff_0000))
        #expect(throws: PlannerError.consoleInRAM(near)) {
            try Layout(ram: [0x3fff_f000..<0x8000_0000], granule: .granule64K, console: near).plan()
        }
        #expect(throws: Never.self) {
            try Layout(ram: [0x3fff_f000..<0x8000_0000], granule: .granule4K, console: near).plan()
        }
        for address in [1 << 48 - 5, 1 << 48, .max - 0x1fff] as [UInt64] {
            let beyond = Console(kind: .uart8250, address: PhysicalAddress(address))
            #expect(throws: PlannerError.consoleBeyondTables(beyond, mmuIsOptional: true)) {
                try Layout(ram: [Self.gigabyte], console: beyond).plan()
            }
        }
        for address in [.max, .max - 0xfff] as [UInt64] {
            let beyond = Console(kind: .raw, address: PhysicalAddress(address))
            #expect(throws: PlannerError.consoleBeyond64Bits(beyond)) {
                try Layout(ram: [Self.gigabyte], console: beyond).plan()
            }
        }
        let last = Console(kind: .uart8250Word, address: PhysicalAddress(1 << 48 - 0x18))
        let plan = try Layout(ram: [Self.gigabyte], console: last).plan()
        #expect(plan.pageTables?.inputAddressBits == 48)
        #expect(plan.pageTables?.mappings.last?.purpose == "console")
    }

    @Test func theConsoleIsAtItsRegisters() throws {
        let zero = Console(kind: .uart8250, address: .zero)
        #expect(throws: PlannerError.consoleAtZero(zero)) {
            try Layout(ram: [Self.gigabyte], console: zero).plan()
        }
        let consoles = [
            Console(kind: .pl011, address: PhysicalAddress(0x900_0002)),
            Console(kind: .uart8250Word, address: PhysicalAddress(0x900_0001)),
        ]
        for console in consoles {
            #expect(throws: PlannerError.consoleMisaligned(console, alignment: 4)) {
                try Layout(ram: [Self.gigabyte], console: console).plan()
            }
        }
    }

    /// The status register is behind the data register, perhaps on the next page.
    @Test(
        arguments: [
            (.pl011, 0x900_0fe4, 1), (.pl011, 0x900_0fe8, 2), (.uart8250, 0x900_0ffa, 1),
            (.uart8250, 0x900_0ffb, 2), (.uart8250Word, 0x900_0fe8, 1), (.uart8250Word, 0x900_0fec, 2),
            (.raw, 0x900_0fff, 1),
        ] as [(Console.Kind, UInt64, UInt64)])
    func allRegistersAreMapped(kind: Console.Kind, address: UInt64, pages: UInt64) throws {
        let console = Console(kind: kind, address: PhysicalAddress(address))
        let plan = try Layout(ram: [Self.gigabyte], console: console).plan()
        #expect(
            plan.pageTables?.mappings.first?.range
                == (try range(0x900_0000..<0x900_0000 + pages * 0x1000)))
    }

    @Test func inputsHaveNamesOfTheirOwn() throws {
        var inputs = try Layout(ram: [Self.gigabyte]).inputs()
        inputs.inputs[1].name = "kernel"
        #expect(throws: PlannerError.sameName(.kernel, .dtb, "kernel")) { try Planner.plan(inputs) }
    }
}
