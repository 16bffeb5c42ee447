import BootInputs
import KexecPlan
import TestSupport
import Testing

@Suite("What tells machines apart by their device trees")
struct DeviceTreeIdentityTests {
    private func tree(_ machine: String) throws -> DeviceTree { try DeviceTree(try Fixture.fdt(machine)) }

    /// A tree of a board, with what every boot and every kexec changes.
    private func tree(of source: String) throws -> DeviceTree {
        try DeviceTree(Toolchain.compileDeviceTree(source))
    }

    /// Real boots of one board with one set of devices: other RAM, other kernels, other command lines.
    @Test(arguments: ["1g-el1", "2g-el1-crash", "2g-el1-6.12", "8g-el1-crash"])
    func bootsOfOneMachine(other: String) throws {
        let (one, two) = (try tree("2g-el1"), try tree(other))
        #expect(one.bytes != two.bytes)
        #expect(one.lastingChanges(to: two) == [])
        #expect(one.identityBytes == two.identityBytes)
        #expect(one.compatible == ["linux,dummy-virt"])
    }

    @Test("Other devices: what differs has its path")
    func otherMachines() throws {
        let one = try tree("2g-el1")
        let secondCPU = one.lastingChanges(to: try tree("2g-el1-gic2-smp2"))
        #expect(
            secondCPU.contains {
                if case .node("/cpus/cpu@1", let change) = $0 { change.old == nil } else { false }
            })
        #expect(!secondCPU.contains { $0.path?.hasPrefix("/cpus/cpu@1/") == true })
        #expect(
            secondCPU.contains {
                guard case .property("/intc@8000000", "compatible", let change) = $0 else { return false }
                return change.old != nil && change.new != nil
            })
        #expect(
            one.lastingChanges(to: try tree("2g-el1-its")).contains { $0.path?.contains("its") == true })
        #expect(one.lastingChanges(to: try tree("2g-el2-crash")).map(\.path).contains("/psci/method"))
        let acpi = try tree("2g-efi-acpi")
        #expect(acpi.compatible.isEmpty)
        #expect(acpi.identityBytes != one.identityBytes)
        #expect(acpi.uefiPointers.count == 5)
        #expect(one.uefiPointers.isEmpty)
    }

    /// Every kexec's changes, by kplan's own edits and by those of drivers/of/kexec.c.
    @Test(arguments: Fixture.machines)
    func afterAKexec(machine: String) throws {
        let before = try tree(machine)
        let edits = before.kexecEdits(
            commandLine: "other", initrd: (start: 0x5000_0000, end: 0x5010_0000), seeds: .fresh,
            hasReport: true)
        let after = try before.edited(by: edits)
        #expect(before.identityBytes == after.identityBytes)
        #expect(before.uefiPointers == after.uefiPointers)
        let kernel = [
            DeviceTreeEdit(node: "/chosen", property: "linux,usable-memory-range", change: .number(1)),
            DeviceTreeEdit(node: "/chosen", property: "linux,elfcorehdr", change: .number(1)),
        ]
        #expect(before.identityBytes == (try after.edited(by: kernel)).identityBytes)
    }

    @Test("Order, padding and a unit's own numbers make no other machine; a clock does")
    func smallDifferences() throws {
        func source(_ head: String, _ clock: String) -> String {
            """
            /dts-v1/; /memreserve/ 0x40000000 0x1000;
            / { compatible = "vendor,board"; \(head) #address-cells = <2>;
                uart@1000 { clock-frequency = <\(clock)>; reg = <0 0x1000>; }; net { mac-address = [01 02]; };
                memory@0 { device_type = "memory"; reg = <0 0>; }; chosen { bootargs = "\(head.count)"; }; };
            """
        }
        let one = try tree(of: source("serial-number = \"1\";", "24"))
        let two = try tree(
            of: """
                /dts-v1/;
                / { #address-cells = <2>; serial-number = "23"; compatible = "vendor,board"; net { };
                    uart@1000 { reg = <0 0x1000>; clock-frequency = <24>; }; };
                """)
        #expect(one.identityBytes == two.identityBytes)
        let three = try tree(of: source("", "48"))
        #expect(one.identityBytes != three.identityBytes)
        #expect(
            one.lastingChanges(to: three) == [
                .property(
                    node: "/uart@1000", name: "clock-frequency",
                    try #require(Change(from: [0, 0, 0, 24], to: [0, 0, 0, 48])))
            ])
    }

    @Test func boards() {
        func identity(_ names: String...) -> DeviceTreeIdentity {
            DeviceTreeIdentity(compatible: names, sha256: .zero)
        }
        let board = identity("vendor,board", "vendor,chip")
        #expect(board.isSameBoard(as: board))
        #expect(board.isSameBoard(as: identity("vendor,board-rev2", "vendor,board", "vendor,chip")))
        #expect(identity("vendor,board-rev2", "vendor,board").isSameBoard(as: board))
        #expect(!board.isSameBoard(as: identity("vendor,other", "vendor,chip")))
        #expect(!board.isSameBoard(as: identity()))
        #expect(identity().isSameBoard(as: identity()))
    }
}
