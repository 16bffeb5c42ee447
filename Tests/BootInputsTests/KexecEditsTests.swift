import Arm64
import BootInputs
import KexecPlan
import TestSupport
import Testing

@Suite("What a kexec changes in a device tree")
struct KexecEditsTests {
    private func chosen(_ property: String, _ change: DeviceTreeEdit.Change) -> DeviceTreeEdit {
        DeviceTreeEdit(node: "/chosen", property: property, change: change)
    }

    @Test("A first kexec with a new command line, an initrd and seeds")
    func first() throws {
        let tree = try DeviceTree(Fixture.fdt("2g-el1"))
        #expect(
            tree.kexecEdits(
                commandLine: "quiet", initrd: (0x5000_0000, 0x5000_1234), seeds: .fresh, hasReport: true)
                == [
                    chosen("bootargs", .text("quiet")), chosen("linux,initrd-start", .number(0x5000_0000)),
                    chosen("linux,initrd-end", .number(0x5000_1234)), chosen("kaslr-seed", .zeros(8)),
                    chosen("rng-seed", .zeros(128)), chosen("kplan,purgatory-report", .zeros(40)),
                    chosen("linux,booted-from-kexec", .zeros(0)),
                ])
    }

    @Test("Nothing asked for: the old initrd and seed go")
    func nothing() throws {
        let tree = try DeviceTree(Fixture.fdt("2g-el1"))
        #expect(
            tree.kexecEdits(commandLine: nil, initrd: nil, seeds: .none, hasReport: false) == [
                chosen("linux,initrd-start", .delete), chosen("linux,initrd-end", .delete),
                chosen("kaslr-seed", .delete), chosen("linux,booted-from-kexec", .zeros(0)),
            ])
    }

    @Test(
        "What earlier kexecs left goes, the firmware's stays, and the command line is listed whatever it was")
    func stale() throws {
        let names = [
            "linux,elfcorehdr", "linux,usable-memory-range", "linux,ima-kexec-buffer", "linux,kho-fdt",
            "linux,kho-scratch",
        ]
        // The report of the purgatory that started the running kernel goes as well.
        let report = "kplan,purgatory-report"
        let base = try DeviceTree(Fixture.fdt("2g-efi-dt"))
        let used = try base.edited(
            by: names.map { chosen($0, .zeros(16)) }
                + [
                    chosen("linux,booted-from-kexec", .zeros(0)), chosen("rng-seed", .zeros(32)),
                    chosen(report, .text("of the last kexec")),
                ])
        let edits = used.kexecEdits(
            commandLine: try Fixture.commandLine("2g-efi-dt"), initrd: nil, seeds: .none, hasReport: false)
        #expect(
            edits == [chosen("bootargs", .text(try Fixture.commandLine("2g-efi-dt")))]
                + names.map { chosen($0, .delete) } + [
                    chosen("kaslr-seed", .delete), chosen("rng-seed", .delete), chosen(report, .delete),
                ])
        let edited = try used.edited(by: edits)
        for name in names + [report] { #expect(edited.property("/chosen", name) == nil) }
        #expect(edited.property("/chosen", "linux,uefi-mmap-start")?.count == 8)
        #expect(edited.property("/chosen", "linux,uefi-system-table")?.count == 8)
        // A second time there is nothing to do.
        #expect(edited.kexecEdits(commandLine: nil, initrd: nil, seeds: .none, hasReport: false).isEmpty)
    }

    @Test("A report of the last purgatory doesn't count for the next one")
    func report() throws {
        let used = try DeviceTree(Fixture.fdt("2g-el1")).edited(by: [
            chosen("kplan,purgatory-report", .text("of the last kexec"))
        ])
        let edits = used.kexecEdits(commandLine: nil, initrd: nil, seeds: .none, hasReport: true)
        let edited = try used.edited(by: edits)
        #expect(
            edited.property("/chosen", "kplan,purgatory-report") == [UInt8](repeating: 0, count: 40))
        let slots = try #require(edited.runtimeSlots(of: edits))
        #expect(slots.map(\.fill) == [.report] && slots.map(\.purpose) == ["/chosen/kplan,purgatory-report"])
        #expect(slots.first?.length == 40 && slots.first?.offset.isMultiple(of: 4) == true)
    }

    /// A tree with these entries in its reservation block, by dtc.
    private func tree(reservations: String, chosen: String) throws -> DeviceTree {
        let source = """
            /dts-v1/;
            \(reservations)
            / { #address-cells = <2>; #size-cells = <2>; chosen { \(chosen) }; };
            """
        return try DeviceTree(Toolchain.compileDeviceTree(source))
    }

    private func range(_ start: UInt64, _ size: UInt64) throws -> AddressRange {
        try #require(AddressRange(start: PhysicalAddress(start), size: size))
    }

    @Test("The reservations of the old initrd and IMA buffer go, others stay")
    func reservations() throws {
        let initrd = "linux,initrd-start = <0x48000000>; linux,initrd-end = <0x48001234>;"
        let ima = "linux,ima-kexec-buffer = <0 0x60000000 0 0x10000>;"
        for size in [0x1234, 0x2000, 0x10000] as [UInt64] {
            let base = try tree(
                reservations: """
                    /memreserve/ 0x40000000 0x10000;
                    /memreserve/ 0x48000000 \(size.hex);
                    /memreserve/ 0x60000000 0x10000;
                    /memreserve/ 0x60000000 0x20000;
                    """, chosen: initrd + ima)
            #expect(base.reservations.count == 4)
            let stale = [try range(0x4800_0000, size), try range(0x6000_0000, 0x10000)]
            #expect(base.staleReservations == stale)
            let edited = try base.edited(by: [], removingReservations: base.staleReservations)
            #expect(
                edited.reservations == [try range(0x4000_0000, 0x10000), try range(0x6000_0000, 0x20000)])
            #expect(edited.property("/chosen", "linux,initrd-end") == [0x48, 0, 0x12, 0x34])
        }
    }

    @Test("A reservation of the initrd's start and another size stays")
    func otherReservation() throws {
        let base = try tree(
            reservations: "/memreserve/ 0x48000000 0x3000;",
            chosen: "linux,initrd-start = <0 0x48000000>; linux,initrd-end = <0 0x48001234>;")
        #expect(base.staleReservations.isEmpty)
        let edited = try base.edited(by: [], removingReservations: [range(0x4800_0000, 0x1234)])
        #expect(edited.reservations == [try range(0x4800_0000, 0x3000)])
    }
}
