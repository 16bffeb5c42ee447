import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

/// A captured machine with all that `kplan make` takes: an initrd and a purgatory besides.
struct MakeWorkshop {
    let machine: String
    let commands: CommandWorkshop
    var folder: TemporaryFolder { commands.folder }

    /// What the initrd has: no whole number of pages, no two of which are alike.
    static let initrd: [UInt8] = {
        var random = SplitMix64(seed: 1)
        return (0..<75_001).flatMap { _ in
            withUnsafeBytes(of: random.next().littleEndian) { Array($0) }
        } + [1, 2, 3]
    }()

    init(_ machine: String) throws {
        self.machine = machine
        commands = try CommandWorkshop(machine: machine)
        try folder.write(Self.initrd, "initrd")
        try folder.write(try Fixture.purgatory, "purgatory.o")
    }

    /// The arguments that name the folder's files, which are in `folder` for kplan: with a slash at its end, or empty.
    static func inputs(in folder: String = "") -> [String] {
        [
            "make", "--kernel", "\(folder)Image", "--initrd", "\(folder)initrd", "--dtb", "\(folder)fdt",
            "--memory-map", "\(folder)iomem", "--command-line", "console=ttyAMA0 panic=-1",
        ]
    }

    /// Makes `plan.json`; the plan.
    func make(_ options: [String] = []) throws -> Plan {
        let result = try Kplan.run(Self.inputs() + options + ["-o", "plan.json"], in: folder)
        try #require(result.status == 0, "\(result.errors)")
        #expect(result.output.isEmpty)
        // One machine has a tree without UARTs, which is told, and one an ITS.
        #expect(
            result.errors.isEmpty
                || ["2g-efi-acpi", "2g-el1-its"].contains(machine)
                    && result.errors.hasPrefix("kplan: note: fdt: ")
        )
        return try commands.plan()
    }
}
