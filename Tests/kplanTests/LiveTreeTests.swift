import BootInputs
import Crypto
import Foundation
import KexecPlan
import TestSupport
import Testing

@Suite("kplan make --dtb live: each machine's own device tree")
struct LiveTreeTests {
    /// Captures of machines whose trees can't be one another's, a kernel and an initrd.
    private struct Fleet {
        let commands: CommandWorkshop
        var folder: TemporaryFolder { commands.folder }
        static let machines = [
            "small.json": "1g-el1", "large.json": "2g-el1", "cpus.json": "2g-el1-gic2-smp2",
            "uefi.json": "2g-efi-dt",
        ]

        init() throws {
            commands = try CommandWorkshop(machine: "2g-el1")
            try folder.write(MakeWorkshop.initrd, "initrd")
            for (name, machine) in Self.machines {
                let root = try SavedRoot(machine)
                let result = try Kplan.run(["capture", "--root", root.path, "-o", name], in: folder)
                try #require(result.status == 0, "\(result.errors)")
            }
        }

        func make(_ machines: [String], _ more: [String] = []) throws -> Kplan.Result {
            try Kplan.run(
                [
                    "make", "--kernel", "Image", "--initrd", "initrd", "--command-line", "quiet", "-o",
                    "plan.json",
                ]
                    + ["--dtb", "live"] + machines.flatMap { ["--machine", $0] } + more,
                in: folder, environment: ["LC_ALL": "C.UTF-8"])
        }

        func check(_ root: SavedRoot, _ more: String...) throws -> Kplan.Result {
            try Kplan.run(
                ["apply", "plan.json", "--check", "--root", root.path] + more, in: folder,
                environment: ["LC_ALL": "C.UTF-8"])
        }
    }

    private static let all = Fleet.machines.keys.sorted()

    @Test("Its bundle loads on each of them, and it is made again to the byte")
    func bundled() throws {
        let fleet = try Fleet()
        try #require(try fleet.make(Self.all).status == 0)
        let again = try Kplan.run(["make", "--check", "plan.json"], in: fleet.folder)
        #expect(again.status == 0, "\(again)")
        try #require(try fleet.commands.kplan("bundle", "plan.json", "-o", "plan.tar").status == 0)
        for machine in Fleet.machines.values {
            let root = try SavedRoot(machine)
            let loaded = try ["plan.json", "plan.tar"].map { plan in
                try Kplan.run(["apply", plan, "--dry-run", "--root", root.path], in: fleet.folder)
            }
            #expect(loaded[0].status == 0 && loaded[1].status == 0, "\(machine): \(loaded)")
            #expect(loaded[0].output.replacing("plan.json", with: "plan.tar") == loaded[1].output)
        }
    }

    @Test("A folder says where its captures are, whatever they are called there")
    func folder() throws {
        let fleet = try Fleet()
        try #require(try fleet.make(Self.all).status == 0)
        try fleet.folder.makeFolder("fleet")
        for name in Self.all {
            try FileManager.default.moveItem(
                atPath: fleet.folder / name, toPath: fleet.folder / "fleet/of-\(name)")
        }
        #expect(try fleet.commands.kplan("verify", "plan.json").status == 2)
        for arguments in [
            ["verify", "plan.json"], ["make", "--check", "plan.json"],
            ["bundle", "plan.json", "-o", "plan.tar"],
            ["emit", "plan.json", "--output-dir", "out"],
        ] {
            let result = try Kplan.run(arguments + ["--machine", "fleet"], in: fleet.folder)
            #expect(result.status == 0, "\(arguments): \(result)")
        }
    }

    @Test("One plan fits machines of all sizes, and is the same whatever the order")
    func fits() throws {
        let fleet = try Fleet()
        let made = try fleet.make(Self.all)
        try #require(made.status == 0, "\(made.errors)")
        let bytes = try fleet.folder.read("plan.json")
        #expect(try fleet.make(Self.all.reversed()).status == 0)
        #expect(try fleet.folder.read("plan.json") == bytes)
        let plan = try fleet.commands.plan()
        #expect(plan.deviceTree.isLive && plan.violations().isEmpty)
        let tree = try #require(plan.segment(.dtb))
        #expect(tree.memorySize >= tree.contentSize + Plan.liveTreeSlack)
        #expect(plan.machine.memory.systemRAM.size == 1 << 30)
        for machine in Fleet.machines.values {
            let result = try fleet.check(SavedRoot(machine))
            #expect(result.status == 0, "\(machine): \(result)")
            #expect(
                result.output.contains(
                    "that of \"linux,dummy-virt\", as when the plan was made"))
            #expect(result.output.contains("with the plan's changes, and room for "))
        }
        // What is no RAM there and what is reserved there are told apart.
        #expect(made.errors.contains("small.json alone has no RAM at 0x80000000–"), "\(made.errors)")
        #expect(made.errors.contains("small.json alone reserves 0x7ac00000–"), "\(made.errors)")
        let verified = try fleet.commands.kplan("verify", "plan.json")
        #expect(verified.status == 0, "\(verified)")
        #expect(verified.output.contains("the device tree is the machine's own when the plan is applied"))
        let shown = try fleet.commands.kplan("show", "plan.json")
        #expect(shown.output.contains("Device tree  the machine's own, when the plan is applied, with "))
    }

    @Test("The bytes for each machine have its tree, and purgatory its digest", arguments: all)
    func bytes(name: String) throws {
        let fleet = try Fleet()
        #expect(try fleet.make(Self.all).status == 0)
        let plan = try fleet.commands.plan()
        let result = try fleet.commands.kplan(
            "emit", "plan.json", "--machine", name, "--output-dir", "bytes")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("here it is that of "))
        let machine = try #require(Fleet.machines[name])
        let own = try DeviceTree(Fixture.fdt(machine))
        let made = try DeviceTree(try fleet.folder.read("bytes/dtb.bin"))
        #expect(try made.memory == own.memory)
        #expect(made.uefiPointers == own.uefiPointers)
        #expect(made.bootArguments == "quiet")
        #expect(own.lastingChanges(to: made).isEmpty)
        #expect(made.property("/chosen", "linux,elfcorehdr") == nil)
        let digest = Array(SHA256.hash(data: try fleet.folder.read("bytes/dtb.bin")))
        let purgatory = Data(try fleet.folder.read("bytes/purgatory.bin"))
        #expect(purgatory.range(of: Data(digest)) != nil)
        // All else is as the plan says.
        for role in [SegmentRole.kernel, .initrd, .pageTables] {
            let bytes = try fleet.folder.read("bytes/\(role.rawValue).bin")
            #expect(Array(SHA256.hash(data: bytes)) == plan.segment(role)?.sha256.bytes)
        }
        #expect(UInt64(made.bytes.count) <= plan.segment(.dtb)?.memorySize ?? 0)
    }

    @Test("Without a stand-in it is the first machine's, with the plan's digests; a tree is one as well")
    func standIn() throws {
        let fleet = try Fleet()
        #expect(try fleet.make(Self.all).status == 0)
        let plan = try fleet.commands.plan()
        let first = try fleet.commands.kplan("emit", "plan.json", "--output-dir", "first")
        #expect(first.status == 0 && first.errors.contains(plan.machines[0].name))
        for segment in plan.segments {
            let bytes = try fleet.folder.read("first/\(segment.role.rawValue).bin")
            #expect(Array(SHA256.hash(data: bytes)) == segment.sha256.bytes)
        }
        try fleet.folder.write(Fixture.fdt("1g-el1"), "small.dtb")
        let tree = try fleet.commands.kplan("emit", "plan.json", "--dtb", "small.dtb", "--output-dir", "tree")
        let machine = try fleet.commands.kplan(
            "emit", "plan.json", "--machine", "small.json", "--output-dir", "machine")
        #expect(tree.status == 0 && machine.status == 0)
        // A capture's seeds are zeros, and a plan's too.
        #expect(try fleet.folder.read("tree/dtb.bin") == fleet.folder.read("machine/dtb.bin"))
    }

    @Test("A machine whose own tree doesn't suit the plan is told why")
    func misfits() throws {
        let fleet = try Fleet()
        #expect(try fleet.make(["small.json", "large.json"]).status == 0)
        func edited(_ change: (String) throws -> String) throws -> SavedRoot {
            let root = try SavedRoot("2g-el1")
            let source = try Toolchain.decompileDeviceTree(Fixture.fdt("2g-el1"))
            try root.folder.write(try Toolchain.compileDeviceTree(change(source)), "sys/firmware/fdt")
            return root
        }
        let large = try fleet.check(
            edited { source in
                let text = String(repeating: "x", count: 200_000)
                let end = try #require(source.range(of: "/ {"))
                return source.replacingCharacters(in: end, with: "/ { padding = \"\(text)\";")
            })
        #expect(large.status == 1 && large.output.contains("that the plan has room for"), "\(large)")
        let silent = try fleet.check(
            edited { $0.replacing(try Regex("stdout-path = .*"), with: "") })
        #expect(silent.status == 1, "\(silent)")
        #expect(
            silent.output.contains(
                "would print on pl011,0x9000000, but by this machine's device tree it should be nothing"))
        let place = try #require(try fleet.commands.plan().segment(.kernel)).address.rawValue
        let reserved = try fleet.check(
            edited { source in
                let end = try #require(source.range(of: "};", options: .backwards))
                return source.replacingCharacters(
                    in: end,
                    with: """
                        reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;
                        firmware@\(String(place, radix: 16)) { reg = <0 \(place) 0 0x10000>; no-map; }; }; };
                        """)
            })
        #expect(reserved.status == 1, "\(reserved)")
        #expect(reserved.output.contains("\"/reserved-memory/firmware@\(String(place, radix: 16))\""))
        let board = try fleet.check(edited { $0.replacing("linux,dummy-virt", with: "vendor,other") })
        #expect(board.status == 1 && board.output.contains("this machine is \"vendor,other\""))
    }

    @Test("It takes captures, which say what the trees are like")
    func refusals() throws {
        let fleet = try Fleet()
        let result = try Kplan.run(
            [
                "make", "--kernel", "Image", "--dtb", "live", "--memory-map", "iomem", "--command-line",
                "quiet",
            ], in: fleet.folder)
        #expect(
            result.status == 64 && result.errors.contains("--dtb live: takes the device tree of the machine"))
        // One machine is as good as many.
        #expect(try fleet.make(["small.json"]).status == 0)
        #expect(try fleet.check(SavedRoot("1g-el1")).status == 0)
        let plan = try fleet.commands.plan()
        #expect(plan.machines.count == 1 && plan.deviceTree.isLive)
        // The same as a plan with the capture's tree, but for what is live.
        let given = try Kplan.run(
            [
                "make", "--kernel", "Image", "--initrd", "initrd", "--command-line", "quiet", "-o",
                "given.json",
                "--machine", "small.json",
            ], in: fleet.folder)
        #expect(given.status == 0)
        let difference = try fleet.commands.kplan("diff", "given.json", "plan.json")
        #expect(difference.output.contains("that of an input → the machine's own, when the plan is applied"))
        try fleet.commands.edit {
            $0.inputs.insert(Input(role: .dtb, name: "fdt", size: 1, sha256: .zero), at: 2)
        }
        let broken = try fleet.commands.kplan("verify", "plan.json")
        #expect(broken.output.contains("there is a dtb among the inputs, but the machine says the same"))
    }
}
