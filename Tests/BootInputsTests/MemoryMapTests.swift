import Arm64
import BootInputs
import KexecPlan
import TestSupport
import Testing

@Suite("/proc/iomem")
struct MemoryMapTests {
    private func map(_ text: String) throws -> MemoryMap { try MemoryMap(iomem: Array(text.utf8)) }

    /// Half-open, as (start, end, kind).
    private func region(_ start: UInt64, _ end: UInt64, _ kind: String) throws -> MemoryMap.Region {
        let range = try #require(AddressRange(start: PhysicalAddress(start), end: PhysicalAddress(end)))
        return MemoryMap.Region(range: range, kind: kind)
    }

    @Test("A machine, line by line")
    func crash() throws {
        let map = try MemoryMap(iomem: Fixture.iomem("2g-el1-crash"))
        #expect(map.ram == [try region(0x4000_0000, 0xc000_0000, "System RAM")])
        #expect(
            try map.reserved == [
                region(0x4159_0000, 0x41a1_0000, "reserved"), region(0x4800_0000, 0x4847_f000, "reserved"),
                region(0x4860_0000, 0x4870_0000, "reserved"), region(0xa980_0000, 0xa9a0_0000, "reserved"),
                region(0xa9a0_0000, 0xb9a0_0000, "Crash kernel"),
                region(0xb9a0_0000, 0xbfa0_0000, "reserved"), region(0xbfab_8000, 0xbfbb_9000, "reserved"),
                region(0xbfbb_9000, 0xbfbd_7000, "reserved"), region(0xbfbd_9000, 0xbfbd_c000, "reserved"),
                region(0xbfbd_c000, 0xbfbf_0000, "reserved"), region(0xbfbf_0000, 0xbfbf_9000, "reserved"),
                region(0xbfbf_9000, 0xc000_0000, "reserved"),
            ])
        #expect(map.usable.ranges.first?.start == PhysicalAddress(0x4000_0000))
    }

    /// kexec_file_load of arm64 doesn't take the running kernel's own memory, as kexec_load may.
    @Test("Where kexec_file_load looks for room")
    func room() throws {
        let crash = try [MemoryResource](iomem: Fixture.iomem("2g-el1-crash"))
        #expect(try MemoryMap.largestRoom(crash, on: .arm64) == 0xa980_0000 - 0x4870_0000)
        let text = "0-fffffff : System RAM\n  1000-1fff : reserved\n  8000000-fffffff : Kernel code\n"
        let small = try [MemoryResource](iomem: Array(text.utf8))
        #expect(try MemoryMap.largestRoom(small, on: .arm64) == 0x0800_0000 - 0x2000)
        #expect(try MemoryMap.largestRoom(small, on: .x86) == 0x1000_0000)
    }

    @Test(
        "Each machine has the RAM that it was started with, without what its firmware keeps",
        arguments: [
            ("1g-el1", 1 << 30), ("2g-el1", 2 << 30), ("2g-el1-crash", 2 << 30), ("2g-el1-its", 2 << 30),
            ("8g-el1-crash", 8 << 30), ("2g-efi-acpi", 2 << 30 - 0x6d_0000),
            ("2g-efi-dt", 2 << 30 - 0x6d_0000),
        ] as [(String, UInt64)])
    func size(machine: String, size: UInt64) throws {
        let iomem = try Fixture.iomem(machine)
        let map = try MemoryMap(iomem: iomem)
        #expect(map.systemRAM.size == size)
        // On these machines nothing but the kernel and reservations stands below RAM, and all of it is inside.
        #expect(map.reserved.allSatisfy { map.systemRAM.contains($0.range) })
        #expect(map.reserved.allSatisfy { ["reserved", "Crash kernel"].contains($0.kind) })
        let text = String(decoding: iomem, as: UTF8.self)
        let below = text.split(separator: "\n").filter {
            $0.hasPrefix("  ") && ($0.hasSuffix(" : reserved") || $0.hasSuffix(" : Crash kernel"))
        }
        #expect(map.reserved.count == below.count)
    }

    @Test("What a driver manages isn't RAM, and what holds RAM isn't reserved")
    func nesting() throws {
        let map = try map(
            """
            1000-1fff : CXL Window 0
              1000-17ff : region0
                1000-13ff : System RAM
                  1000-10ff : Kernel bss
                  1100-11ff : soft reserved
                    1180-11ff : deeper
            2000-2fff : Persistent Memory
              2000-2fff : System RAM (kmem)
            3000-3fff : System RAM
              3800-4fff : across the end
            3900-39ff : beside it
            5000-5fff : System RAM (virtio_mem)
            """)
        #expect(
            try map.ram == [region(0x1000, 0x1400, "System RAM"), region(0x3000, 0x4000, "System RAM")])
        #expect(
            try map.reserved == [
                region(0x1100, 0x1200, "soft reserved"), region(0x1180, 0x1200, "deeper"),
                region(0x3800, 0x5000, "across the end"), region(0x3900, 0x3a00, "beside it"),
            ])
    }

    @Test("What a driver gave no name is a device, or reserved where it is in RAM")
    func nameless() throws {
        let map = try map("1000-1fff : System RAM\n  1800-18ff : \nfe00-feff :\n")
        #expect(try map.reserved == [region(0x1800, 0x1900, "")])
        #expect(try map.ram == [region(0x1000, 0x2000, "System RAM")])
    }

    @Test("Other line ends, blank lines and a terminating zero make no difference")
    func lineEnds() throws {
        let text = "1000-1fff : System RAM\n  1000-10ff : reserved\n"
        let expected = try map(text)
        #expect(try map(text.replacing("\n", with: "\r\n")) == expected)
        #expect(try map("\n\n" + text + "\n \0\0") == expected)
        #expect(try map(String(text.dropLast())) == expected)
    }

    @Test("The last address of all is left out, not wrapped around")
    func lastAddress() throws {
        let map = try map(
            "1000-ffffffffffffffff : System RAM\n  ffffffffffffffff-ffffffffffffffff : reserved")
        #expect(map.ram == [try region(0x1000, .max, "System RAM")])
        #expect(map.reserved.isEmpty)
    }

    @Test("What is refused, and why")
    func refused() {
        let cases: [(String, MemoryMapError)] = [
            ("", .noSystemRAM), ("\n", .noSystemRAM), ("1000-1fff : reserved\n", .noSystemRAM),
            ("1000-1fff : System RAM (kmem)\n", .noSystemRAM),
            ("00000000-00000000 : System RAM\n  00000000-00000000 : reserved\n", .addressesHidden),
            ("1000-1fff : System RAM\n2000-1fff : x\n", .endBeforeStart(line: 2, start: 0x2000, end: 0x1fff)),
            ("1000-1fff : System RAM\n\nnonsense\n", .malformedLine(line: 3)),
            ("1000-1fff: System RAM", .malformedLine(line: 1)),
            ("1000 : System RAM", .malformedLine(line: 1)),
            ("1000-1fff", .malformedLine(line: 1)), ("1000-1fff :x", .malformedLine(line: 1)),
            ("1000-1fff : ", .noSystemRAM), ("-1fff : System RAM", .malformedLine(line: 1)),
            ("+1000-1fff : System RAM", .malformedLine(line: 1)),
            ("1000-10000000000000000 : System RAM", .malformedLine(line: 1)),
        ]
        for (text, error) in cases {
            #expect(throws: error, "\(text)") { try map(text) }
        }
    }

    @Test("No truncated or changed map traps", arguments: ["1g-el1", "2g-efi-dt"])
    func malformed(machine: String) throws {
        let iomem = try Fixture.iomem(machine)
        var readable = 0
        for length in 0...iomem.count where (try? MemoryMap(iomem: Array(iomem.prefix(length)))) != nil {
            readable += 1
        }
        #expect(readable > 0)
        iomem.forEachChangedByte(stride: 3) { bytes in
            let map = try? MemoryMap(iomem: bytes)
            if let map { #expect(!map.ram.isEmpty) }
        }
    }
}
