import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import BootInputs

@Suite("Device trees")
struct DeviceTreeTests {
    @Test("Each machine's tree is read whole", arguments: Fixture.machines)
    func machines(machine: String) throws {
        let bytes = try Fixture.fdt(machine)
        let tree = try DeviceTree(bytes)
        #expect(tree.bytes == bytes)
        #expect(tree.node(at: "/chosen") != nil)
        #expect(tree.property("/chosen", "bootargs") == Array(try Fixture.commandLine(machine).utf8) + [0])
        #expect(tree.reservations.isEmpty)
    }

    @Test("Bytes behind the tree are dropped")
    func trailing() throws {
        let bytes = try Fixture.fdt("2g-efi-acpi")
        #expect(try DeviceTree(bytes + [1, 2, 3]).bytes == bytes)
    }

    @Test("What isn't there is nil")
    func absent() throws {
        let tree = try DeviceTree(Fixture.fdt("2g-el1"))
        #expect(tree.property("/chosen", "nothing") == nil)
        #expect(tree.property("/nowhere", "reg") == nil)
        #expect(tree.property("chosen", "bootargs") == nil)
        #expect(tree.property("", "compatible") == nil)
        #expect(tree.property("/chosen", "bootargs\0") == nil)
        #expect(tree.property("/chosen\0", "bootargs") == nil)
        #expect(tree.offset(of: "nothing", in: "/chosen") == nil)
        #expect(tree.node(at: "/nowhere") == nil)
    }

    @Test("A property stands at its offset")
    func offset() throws {
        let tree = try DeviceTree(Fixture.fdt("2g-el1"))
        let value = try #require(tree.property("/chosen", "bootargs"))
        let offset = try #require(tree.offset(of: "bootargs", in: "/chosen"))
        #expect(Array(tree.bytes[offset..<offset + value.count]) == value)
    }

    @Test("What is refused, and why")
    func refused() throws {
        let tree = try Fixture.fdt("2g-efi-acpi")
        let size = tree.count
        func patched(_ number: UInt32, at offset: Int) -> [UInt8] {
            tree.patched(number.bigEndian, at: offset)
        }
        let cases: [([UInt8], DeviceTreeError)] = [
            ([], .shorterThanHeader(size: 0)), (Array(tree.prefix(3)), .shorterThanHeader(size: 3)),
            (Array(tree.prefix(39)), .shorterThanHeader(size: 39)),
            (Array("/dts-v1/;".utf8), .notADeviceTree(magic: 0x2f64_7473)),
            (Array(tree.dropLast()), .truncated(size: size - 1, totalSize: UInt32(size))),
            (patched(0xffff_ffff, at: 4), .truncated(size: size, totalSize: 0xffff_ffff)),
            (patched(15, at: 20), .unsupportedVersion(version: 15, lastCompatible: 16)),
            (patched(18, at: 24), .unsupportedVersion(version: 17, lastCompatible: 18)),
            (patched(0xffff_fff0, at: 8), .malformed(.truncated)),
            (patched(20, at: 4), .malformed(.truncated)),
        ]
        for (bytes, error) in cases {
            #expect(throws: error) { try DeviceTree(bytes) }
        }
        let structure = Int(tree[8]) << 24 | Int(tree[9]) << 16 | Int(tree[10]) << 8 | Int(tree[11])
        #expect(throws: DeviceTreeError.malformed(.badStructure)) {
            try DeviceTree(patched(2, at: structure))
        }
    }

    /// Uses everything that a tree offers.
    private func exercise(_ bytes: [UInt8]) {
        guard let tree = try? DeviceTree(bytes) else { return }
        _ = tree.stdoutPath
        _ = tree.serialPorts
        _ = tree.reservations
        _ = try? tree.memory
        _ = try? tree.reservedMemory
        _ = tree.leavesMemoryToUEFI
        let edits = tree.kexecEdits(
            commandLine: "console=ttyAMA0", initrd: (1, 2), seeds: .fresh, hasReport: true)
        let edited = try? tree.edited(by: edits, removingReservations: tree.staleReservations)
        if let edited, edited.property("/chosen", "linux,initrd-start") != [0, 0, 0, 0, 0, 0, 0, 1] {
            Issue.record("\(bytes.hex)")
        }
    }

    /// Every byte of a small tree; of a large one some, in all positions of a 32-bit word.
    @Test("No truncated or changed tree traps", arguments: [("2g-efi-acpi", 1), ("2g-el1", 9)])
    func malformed(machine: String, stride: Int) throws {
        let tree = try DeviceTree(Fixture.fdt(machine)).edited(by: []).bytes
        for length in 0..<tree.count {
            #expect(throws: DeviceTreeError.self) { try DeviceTree(Array(tree.prefix(length))) }
            // The same, with a header that admits it.
            if length >= 8, length.isMultiple(of: stride) {
                exercise(Array(tree.prefix(length)).patched(UInt32(length).bigEndian, at: 4))
            }
        }
        tree.forEachChangedByte(stride: stride, exercise)
    }
}
