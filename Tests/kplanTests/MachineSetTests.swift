import Foundation
import KexecPlan
import PlanJSON
import TestSupport
import Testing

@Suite("kplan make for several machines")
struct MachineSetTests {
    /// A folder with captures of fixtures, a kernel and an initrd.
    private struct Fleet {
        let commands: CommandWorkshop
        var folder: TemporaryFolder { commands.folder }

        init(
            _ machines: KeyValuePairs<String, String>,
            change: (String, SavedRoot) throws -> Void = { _, _ in }
        )
            throws
        {
            commands = try CommandWorkshop(machine: "2g-el1")
            try folder.write(MakeWorkshop.initrd, "initrd")
            for (name, machine) in machines {
                let root = try SavedRoot(machine)
                try change(name, root)
                let result = try Kplan.run(["capture", "--root", root.path, "-o", name], in: folder)
                try #require(result.status == 0, "\(result.errors)")
            }
        }

        func make(_ machines: [String], _ more: [String] = [], output: String = "plan.json") throws
            -> Kplan.Result
        {
            try Kplan.run(
                ["make", "--kernel", "Image", "--initrd", "initrd", "--command-line", "quiet", "-o", output]
                    + machines.flatMap { ["--machine", $0] } + more,
                in: folder, environment: ["LC_ALL": "C.UTF-8"])
        }
    }

    private static func three() throws -> Fleet {
        try Fleet(["a.json": "2g-el1", "b.json": "2g-el1-crash", "c.json": "2g-el1-6.12"])
    }

    @Test("The same set gives the same bytes, whatever its order, twice or once, as files or as a folder")
    func order() throws {
        let fleet = try Self.three()
        #expect(try fleet.make(["a.json", "b.json", "c.json"]).status == 0)
        let bytes = try fleet.folder.read("plan.json")
        #expect(try fleet.make(["c.json", "a.json", "c.json", "b.json"]).status == 0)
        #expect(try fleet.folder.read("plan.json") == bytes)
        try FileManager.default.createDirectory(
            atPath: fleet.folder / "fleet", withIntermediateDirectories: false)
        for name in ["a.json", "b.json", "c.json"] {
            try fleet.folder.write(fleet.folder.read(name), "fleet/\(name)")
        }
        try fleet.folder.write(fleet.folder.read("a.json"), "fleet/z.json")
        try fleet.folder.write([], "fleet/README")
        for folder in ["fleet", "fleet/"] {
            #expect(try fleet.make([folder]).status == 0)
            #expect(try fleet.folder.read("plan.json") == bytes)
        }
        let plan = try fleet.commands.plan()
        #expect(plan.inputs.map(\.role) == [.kernel, .initrd, .machine, .machine, .machine, .purgatory])
        #expect(plan.violations().isEmpty)
        // A machine that was captured twice is one: the plan is that of the machine.
        #expect(try fleet.make(["a.json", "fleet/z.json"]).status == 0)
        let twice = try fleet.folder.read("plan.json")
        let alone = try fleet.make(["a.json"])
        #expect(alone.status == 0 && alone.errors.isEmpty)
        #expect(try fleet.folder.read("plan.json") == twice)
    }

    @Test(
        "It is made again to the byte, wherever its captures are found, and a capture that changed is named")
    func madeAgain() throws {
        let fleet = try Self.three()
        try #require(try fleet.make(["a.json", "b.json", "c.json"]).status == 0)
        func check(_ more: String...) throws -> Kplan.Result {
            try Kplan.run(["make", "--check", "plan.json"] + more, in: fleet.folder)
        }
        #expect(try check().status == 0)
        let renamed = try fleet.folder.read("b.json")
        try FileManager.default.removeItem(atPath: fleet.folder / "b.json")
        try fleet.folder.write(renamed, "other.json")
        #expect(try check().status == 0)
        #expect(try check("--machine", "other.json").status == 64)
        #expect(try check("--machine", ".").status == 0)
        try fleet.folder.write(fleet.folder.read("c.json"), "other.json")
        try fleet.folder.write(fleet.folder.read("c.json"), "b.json")
        let changed = try check()
        #expect(changed.status == 1 && changed.errors.contains("b.json: is not the machine"), "\(changed)")
        try FileManager.default.removeItem(atPath: fleet.folder / "b.json")
        #expect(try check().status == 2)
    }

    @Test("Its bundle has the capture that bytes need, and goes where the plan goes")
    func bundled() throws {
        let fleet = try Self.three()
        try #require(try fleet.make(["a.json", "b.json", "c.json"]).status == 0)
        let first = try #require(try fleet.commands.plan().inputs.first { $0.role == .machine }).name
        try #require(try fleet.commands.kplan("bundle", "plan.json", "-o", "plan.tar").status == 0)
        let names = String(
            decoding: try Toolchain.run("tar", ["-tf", fleet.folder / "plan.tar"], input: []), as: UTF8.self)
        #expect(
            names.split(separator: "\n").filter { $0.hasSuffix(".json") } == ["plan.json", "inputs/\(first)"])
        let verified = try fleet.commands.kplan("verify", "plan.tar")
        if SchemaValidator.isAvailable {
            let json = try fleet.commands.kplan("verify", "plan.tar", "--json").output
            #expect(json.contains("\"result\": \"note\""))
            let schema = SchemaValidator.schema("verify-1.schema.json")
            let line = json.utf8.filter { $0 != UInt8(ascii: "\n") }
            #expect(try SchemaValidator.verdicts([line], schema: schema) == [true])
        }
        // Nothing is known to be wrong, and the memory of two can't be compared.
        #expect(verified.status == 2, "\(verified)")
        #expect(verified.output.contains("2 of 2 more not found; no byte is made of them"))
        #expect(verified.output.contains("that of 3 captures, of which 1 are at hand"))
        for (plan, output) in [("plan.json", "one"), ("plan.tar", "two")] {
            try #require(try fleet.commands.kplan("emit", plan, "--output-dir", output).status == 0)
        }
        for name in ["segments.json", "purgatory.bin", "dtb.bin"] {
            #expect(try fleet.folder.read("one/\(name)") == fleet.folder.read("two/\(name)"))
        }
    }

    @Test("Who takes what is said, the most first")
    func takings() throws {
        let fleet = try Self.three()
        let made = try fleet.make(["a.json", "b.json"])
        #expect(
            made.errors == """
                kplan: note: 2 machines have 2 GiB of RAM in common, of which 1.6 GiB is free on all
                kplan: note: b.json alone reserves 0xa9800000–0xb97fffff (256 MiB): "reserved", "Crash kernel"

                """)
        let all = try fleet.make(["a.json", "b.json", "c.json"])
        #expect(
            all.errors.contains(
                "note: 0xa9800000–0xb97fffff (256 MiB) is not free on 2 of 3 machines, b.json among them\n"))
        let none = try fleet.make(
            ["a.json", "b.json"], ["--mem-min", "0xaa000000", "--mem-max", "0xb9000000"])
        #expect(none.status == 2 && none.errors.contains("b.json alone reserves 0xa9800000–0xb97fffff"))
    }

    @Test("The plan fits the machines that it is for, and no other")
    func fits() throws {
        let fleet = try Self.three()
        func check(_ machine: String, change: (SavedRoot) throws -> Void = { _ in }) throws -> Kplan.Result {
            let root = try SavedRoot(machine)
            try change(root)
            return try fleet.commands.kplan("apply", "plan.json", "--check", "--root", root.path)
        }
        // Of its own, a's plan is in the way of b.
        #expect(try fleet.make(["a.json"]).status == 0)
        #expect(try check("2g-el1").status == 0)
        #expect(try check("2g-el1-crash").output.contains("\"Crash kernel\""))
        #expect(try fleet.make(["a.json", "b.json"]).status == 0)
        for machine in ["2g-el1", "2g-el1-crash"] {
            let result = try check(machine)
            #expect(result.status == 0, "\(result)")
            #expect(result.output.contains("as when the plan was made"))
        }
        let other = try check("1g-el1")
        #expect(other.status == 1 && other.output.contains("is no System RAM"))
        let taken = try check("2g-el1") { root in
            let place = try #require(try fleet.commands.plan().segment(.initrd)?.range)
            try root.reserve(place.start.rawValue, place.last.rawValue, "Crash kernel")
        }
        #expect(taken.status == 1 && taken.output.contains("initrd "))
    }

    @Test("What needs the inputs needs the first capture alone; those that are there are checked")
    func inputs() throws {
        let fleet = try Self.three()
        #expect(try fleet.make(["a.json", "b.json", "c.json"]).status == 0)
        let names = try fleet.commands.plan().machines.map(\.name)
        let whole = try fleet.commands.kplan("verify", "plan.json")
        #expect(whole.status == 0 && whole.output.contains("3 captures: they say the plan's memory"))
        // Another file of the name is told; none is not in the way.
        let last = try fleet.folder.read(names[2])
        try fleet.folder.write(fleet.folder.read(names[0]), names[2])
        let changed = try fleet.commands.kplan("verify", "plan.json")
        #expect(changed.status == 1 && changed.output.contains("./\(names[2]): is not the machine that"))
        for name in names.dropFirst() { try FileManager.default.removeItem(atPath: fleet.folder / name) }
        let without = try fleet.commands.kplan("verify", "plan.json")
        #expect(without.status == 2, "\(without)")
        #expect(without.output.contains("2 of 2 more not found; no byte is made of them"))
        #expect(try fleet.commands.kplan("emit", "plan.json", "--output-dir", "bytes").status == 0)
        try fleet.folder.write(last, names[2])
        // A plan whose memory is not that of its captures.
        try fleet.folder.write(last, names[2])
        try fleet.commands.edit { $0.machine.memory.reserved.removeAll { $0.kind == "Crash kernel" } }
        let edited = try fleet.commands.kplan("verify", "plan.json")
        #expect(edited.status == 1 && edited.output.contains("has not all free that the plan takes for free"))
    }

    @Test("A difference says which machine came, and nothing of the others")
    func difference() throws {
        let fleet = try Self.three()
        #expect(try fleet.make(["a.json", "b.json"], output: "old.json").status == 0)
        #expect(try fleet.make(["a.json", "b.json", "c.json"]).status == 0)
        let result = try fleet.commands.kplan("diff", "old.json", "plan.json")
        #expect(result.status == 1)
        #expect(result.output.split(separator: "\n").count { $0.hasPrefix("  machine") } == 1)
        #expect(result.output.contains("new: c.json"))
        let shown = try fleet.commands.kplan("show", "plan.json")
        #expect(shown.output.contains("3, with 2 GiB of RAM in common; segments in pages of 64 KiB"))
    }

    @Test("Device trees of which none suits all are refused, with what differs")
    func trees() throws {
        let fleet = try Fleet([
            "a.json": "2g-el1", "its.json": "2g-el1-its", "small.json": "1g-el1", "uefi.json": "2g-efi-dt",
        ])
        for (name, place) in [
            ("its.json", "/intc@8000000/its@8080000 is new"), ("small.json", "/memory@40000000/reg"),
            ("uefi.json", "/chosen"),
        ] {
            let result = try fleet.make(["a.json", name])
            #expect(result.status == 2)
            #expect(result.errors.hasPrefix("kplan: \(name): its device tree can't be that of a.json: "))
            #expect(result.errors.contains(place) && result.errors.contains("--dtb FILE"), "\(result.errors)")
        }
        // With one tree for both, that of more RAM is refused, and the other taken.
        try fleet.folder.write(Fixture.fdt("2g-el1"), "large.dtb")
        try fleet.folder.write(Fixture.fdt("1g-el1"), "small.dtb")
        let large = try fleet.make(["a.json", "small.json"], ["--dtb", "large.dtb"])
        #expect(large.status == 2 && large.errors.contains("of which small.json knows nothing"))
        #expect(try fleet.make(["a.json", "small.json"], ["--dtb", "small.dtb"]).status == 0)
        let plan = try fleet.commands.plan()
        #expect(plan.machine.memory.systemRAM.size == 1 << 30)
        #expect(try fleet.commands.kplan("verify", "plan.json").status == 0)
    }

    @Test("A single unit's property is no other's: the next kernel would get its MAC address")
    func unit() throws {
        func tree(_ address: String) throws -> [UInt8] {
            let source = try Toolchain.decompileDeviceTree(Fixture.fdt("2g-el1"))
            let end = try #require(source.range(of: "/ {"))
            return try Toolchain.compileDeviceTree(
                source.replacingCharacters(in: end, with: "/ { serial-number = \"\(address)\";"))
        }
        let fleet = try Fleet(["a.json": "2g-el1", "b.json": "2g-el1"]) { name, root in
            try root.folder.write(try tree(name), "sys/firmware/fdt")
        }
        let result = try fleet.make(["a.json", "b.json"])
        #expect(result.status == 2 && result.errors.contains("/serial-number has another value"))
    }

    @Test("Consoles at two places, page sizes and command lines are refused by name")
    func refusals() throws {
        let fleet = try Fleet(["a.json": "2g-el1", "b.json": "2g-el1", "large.json": "2g-el1"]) {
            name, root in
            if name == "b.json" {
                let source = try Toolchain.decompileDeviceTree(Fixture.fdt("2g-el1"))
                let tree = source.replacing(try Regex("stdout-path = .*"), with: "")
                    .replacing(try Regex("bootargs = .*"), with: "bootargs = \"other\";")
                try root.folder.write(try Toolchain.compileDeviceTree(tree), "sys/firmware/fdt")
            }
            if name == "large.json" {
                let vector: [UInt64] = [16, 0x119fff, 6, 0x1_0000, 0, 0]
                try root.folder.write(
                    vector.flatMap { withUnsafeBytes(of: $0.littleEndian) { Array($0) } }, "proc/self/auxv")
            }
        }
        let console = try fleet.make(["a.json", "b.json"])
        #expect(console.status == 2)
        #expect(
            console.errors.hasPrefix(
                "kplan: b.json: purgatory would print on no UART, by a.json on pl011,0x9000000: "))
        #expect(try fleet.make(["a.json", "b.json"], ["--console", "none"]).status == 0)
        #expect(try fleet.make(["a.json", "b.json"], ["--console", "ttyAMA0"]).status == 0)
        let line = try fleet.make(["a.json", "b.json"], ["--console", "none", "--reuse-cmdline"])
        #expect(line.status == 2 && line.errors.contains("b.json: has another command line than a.json"))
        let pages = try fleet.make(["a.json", "large.json"], ["--page-size", "4K"])
        #expect(pages.status == 2 && pages.errors.contains("large.json: its kernel has pages of 64 KiB"))
        try fleet.folder.write(Array("{}".utf8), "broken.json")
        #expect(try fleet.make(["a.json", "broken.json"]).errors.hasPrefix("kplan: broken.json: "))
        for folder in ["odd", "empty"] {
            try FileManager.default.createDirectory(
                atPath: fleet.folder / folder, withIntermediateDirectories: false)
        }
        try fleet.folder.write(Array("{}".utf8), "odd/broken.json")
        #expect(try fleet.make(["a.json", "odd"]).errors.hasPrefix("kplan: odd/broken.json: "))
        expect(
            try fleet.make(["empty"]), 2,
            "empty: is a folder without a .json file, as kplan capture writes them")
    }

    @Test("A plan for many machines shows the first of them and is read again")
    func many() throws {
        let fleet = try Self.three()
        var text = String(decoding: try fleet.folder.read("a.json"), as: UTF8.self)
        try FileManager.default.createDirectory(
            atPath: fleet.folder / "fleet", withIntermediateDirectories: false)
        for number in 0..<40 {
            text.replace(try Regex("\"release\": [^,]*"), with: "\"release\": \"\(number)\"")
            try fleet.folder.write(Array(text.utf8), "fleet/\(number).json")
        }
        let made = try fleet.make(["fleet"])
        #expect(made.status == 0 && made.errors.split(separator: "\n").count < 10, "\(made.errors)")
        let shown = try fleet.commands.kplan("show", "plan.json")
        #expect(shown.output.contains("and 37 more machines"))
        #expect(try fleet.commands.plan().machines.count == 40)
    }
}
