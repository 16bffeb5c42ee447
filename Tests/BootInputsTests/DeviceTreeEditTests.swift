import Arm64
import KexecPlan
import TestSupport
import Testing

@testable import BootInputs

@Suite("Editing device trees")
struct DeviceTreeEditTests {
    private func edit(_ node: String, _ property: String, _ change: DeviceTreeEdit.Change) -> DeviceTreeEdit {
        DeviceTreeEdit(node: node, property: property, change: change)
    }

    @Test("Each change is read back")
    func changes() throws {
        let base = try DeviceTree(Fixture.fdt("2g-el1"))
        let tree = try base.edited(by: [
            edit("/chosen", "bootargs", .text("quiet")), edit("/chosen", "number", .number(0x1_0203_0405)),
            edit("/chosen", "slot", .zeros(5)), edit("/chosen", "flag", .zeros(0)),
            edit("/chosen", "kaslr-seed", .delete), edit("/chosen", "nothing", .delete),
            edit("/not/here", "nothing", .delete), edit("/made/of/parts", "text", .text("")),
            edit("/", "model", .text("another")),
        ])
        #expect(tree.property("/chosen", "bootargs") == Array("quiet\0".utf8))
        #expect(tree.property("/chosen", "number") == [0, 0, 0, 1, 2, 3, 4, 5])
        #expect(tree.property("/chosen", "slot") == [0, 0, 0, 0, 0])
        #expect(tree.property("/chosen", "flag") == [])
        #expect(tree.property("/chosen", "kaslr-seed") == nil)
        #expect(tree.property("/made/of/parts", "text") == [0])
        #expect(tree.property("/", "model") == Array("another\0".utf8))
        #expect(tree.node(at: "/not") == nil)
        #expect(tree.property("/chosen", "stdout-path") == base.property("/chosen", "stdout-path"))
        #expect(try DeviceTree(tree.bytes) == tree)
    }

    @Test("The padding of a value is zeros, whatever stood there")
    func padding() throws {
        let base = try DeviceTree(Fixture.fdt("2g-el1"))
        for count in 1...9 {
            let tree = try base.edited(by: [
                edit("/chosen", "bootargs", .text(String(repeating: "x", count: count)))
            ])
            let offset = try #require(tree.offset(of: "bootargs", in: "/chosen"))
            #expect(tree.bytes[(offset + count)..<(offset + (count + 4) / 4 * 4)].allSatisfy { $0 == 0 })
        }
    }

    @Test("Edited trees are small, the same each time, and dtc reads them", arguments: Fixture.machines)
    func machines(machine: String) throws {
        let base = try DeviceTree(Fixture.fdt(machine))
        let edits = base.kexecEdits(
            commandLine: "console=ttyAMA0 a=b", initrd: (0x5000_0000, 0x5100_0001), seeds: .fresh,
            hasReport: true)
        let tree = try base.edited(by: edits)
        #expect(try base.edited(by: edits) == tree)
        #expect(tree.bytes.count < 16384)

        let source = try Toolchain.decompileDeviceTree(tree.bytes)
        #expect(source.contains(#"bootargs = "console=ttyAMA0 a=b";"#))
        #expect(source.contains("linux,initrd-start = <0x00 0x50000000>;"))
        #expect(source.contains("linux,initrd-end = <0x00 0x51000001>;"))
        #expect(source.contains("linux,booted-from-kexec;"))
        #expect(source.contains("kaslr-seed = <0x00 0x00>;"))
        // All but /chosen is as it was.
        for path in ["/cpus/cpu@0", "/memory@40000000", "/intc@8000000", "/pl011@9000000"] {
            #expect(tree.property(path, "reg") == base.property(path, "reg"))
        }
    }

    @Test("The size doesn't depend on the addresses", arguments: Fixture.machines)
    func size(machine: String) throws {
        let base = try DeviceTree(Fixture.fdt(machine))
        let initrds: [(UInt64, UInt64)] = [(0, 0), (1, 2), (0x4800_0000, 0x4847_e600), (.max - 1, .max)]
        let sizes = try initrds.map { initrd in
            let edits = base.kexecEdits(commandLine: "x", initrd: initrd, seeds: .fresh, hasReport: true)
            return try base.edited(by: edits).bytes.count
        }
        #expect(Set(sizes).count == 1)
    }

    @Test("What is refused, and why")
    func refused() throws {
        let base = try DeviceTree(Fixture.fdt("2g-efi-acpi"))
        let cases: [(DeviceTreeEdit, DeviceTreeError)] = [
            (edit("chosen", "x", .number(1)), .editRefused(node: "chosen", property: "x", .badPath)),
            (edit("/chosen", "", .number(1)), .editRefused(node: "/chosen", property: "", .badPath)),
            (edit("/a\0b", "x", .delete), .editRefused(node: "/a\0b", property: "x", .badPath)),
            (edit("/chosen", "x\0", .zeros(1)), .editRefused(node: "/chosen", property: "x\0", .badPath)),
            (edit("/", "x", .zeros(-1)), .propertyTooLarge(node: "/", property: "x", size: -1)),
            (edit("/", "x", .zeros(.max)), .propertyTooLarge(node: "/", property: "x", size: .max)),
        ]
        for (edit, error) in cases {
            #expect(throws: error) { try base.edited(by: [edit]) }
        }
        let largest = try base.edited(by: [edit("/", "x", .zeros(2 << 20))])
        #expect(largest.property("/", "x")?.count == 2 << 20)
    }
}
