import KexecPlan
import TestSupport
import Testing

@Suite("kplan diff of plans with other device trees")
struct DiffTreeTests {
    /// Two folders, `old` and `new`, each with a plan and its inputs; the trees are compiled from their sources.
    private struct Workshop {
        let folder: TemporaryFolder

        init(_ old: String, _ new: String) throws {
            folder = try TemporaryFolder()
            for (name, source) in [("old", old), ("new", new)] {
                try folder.makeFolder(name)
                try KernelFile.write(to: folder / "\(name)/Image")
                try folder.write(try Fixture.purgatory, "\(name)/purgatory.o")
                try folder.write(try Fixture.iomem("2g-el1"), "\(name)/iomem")
                try folder.write(
                    try Toolchain.compileDeviceTree(
                        """
                        /dts-v1/; / { compatible = "vendor,board"; #address-cells = <2>; #size-cells = <2>;
                        \(source)
                        memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x80000000>; }; };
                        """), "\(name)/fdt")
                let result = try Kplan.run(
                    [
                        "make", "--kernel", "\(name)/Image", "--dtb", "\(name)/fdt", "--memory-map",
                        "\(name)/iomem", "--purgatory", "\(name)/purgatory.o", "--command-line", "quiet",
                        "-o", "\(name)/plan.json",
                    ], in: folder)
                try #require(result.status == 0, "\(result.errors)")
            }
        }

        func diff(_ options: String...) throws -> Kplan.Result {
            try Kplan.run(
                ["diff", "old/plan.json", "new/plan.json"] + options, in: folder,
                environment: ["LC_ALL": "C.UTF-8"])
        }
    }

    private static let old = """
        model = "A"; psci { method = "hvc"; }; uart@1000 { reg = <0 0x1000 0 0x1000>; };
        chosen { bootargs = "one"; rng-seed = [01 02 03]; };
        """
    private static let new = """
        model = "A"; psci { method = "smc"; v = [01 02 03]; }; watchdog { a; b { }; };
        chosen { bootargs = "two"; rng-seed = [04 05 06]; };
        """

    @Test("Beside the plans: every node and property, and what the plans replace all the same")
    func atHand() throws {
        let result = try Workshop(Self.old, Self.new).diff()
        #expect(result.status == 1 && result.errors.isEmpty)
        for line in [
            "/psci/method: \"hvc\" → \"smc\"\n", "/psci/v: none → [01 02 03]\n",
            "+ /watchdog (node: 1 property, 1 node below)\n", "- /uart@1000 (node: 1 property)\n",
            "/chosen/bootargs: \"one\" → \"two\" (both plans replace it)\n",
            "/chosen/rng-seed: 3 bytes, not shown → 3 bytes, not shown (both plans replace it)\n",
        ] {
            #expect(result.output.contains(line), "\(line) is not in \(result.output)")
        }
        let parts = result.output.split(separator: "\n\n")
        #expect(parts.count == 3 && parts[1].contains("/psci/method") && !parts[2].contains("/psci/method"))
        #expect(!result.output.contains("model") && !result.output.contains("not compared"))
    }

    @Test("Somewhere else they are found with --inputs; where they are not, that is said")
    func elsewhere() throws {
        let workshop = try Workshop(Self.old, Self.new)
        let tree = try workshop.folder.read("old/fdt")
        try workshop.folder.write(try workshop.folder.read("new/fdt"), "old/fdt")
        let without = try workshop.diff()
        #expect(without.status == 1)
        #expect(!without.output.contains("/psci"))
        #expect(
            without.output.contains(
                "not compared by node and property: \"fdt\" of old/plan.json, with its recorded SHA-256, is neither"
            ))
        let json = try workshop.diff("--format", "json").output
        #expect(json.contains("\"notes\": [\n    { \"field\": \"dtb\", "))
        #expect(try !workshop.diff("--ignore", "dtb").output.contains("not compared"))
        try workshop.folder.write(tree, "fdt")
        #expect(try workshop.diff("--inputs", ".").output.contains("/psci/method: \"hvc\" → \"smc\"\n"))
        #expect(
            try workshop.diff("--inputs", "nowhere", "--inputs", ".").output.contains("/psci/method"))
    }

    @Test("Another file that says the same is told from another tree")
    func layout() throws {
        let result = try Workshop("a; b;", "b; a;").diff()
        #expect(result.status == 1)
        #expect(
            result.output.contains(
                "nodes and properties are the same, in another order or with other padding"))
    }

    @Test("Two captures: their trees are compared")
    func captures() throws {
        let folder = try TemporaryFolder()
        try KernelFile.write(to: folder / "Image")
        for machine in ["2g-el1-its", "2g-el2-crash"] {
            let capture = try Kplan.run(
                ["capture", "--root", Fixture.root(machine), "-o", "\(machine).json"], in: folder)
            try #require(capture.status == 0, "\(capture.errors)")
            let made = try Kplan.run(
                [
                    "make", "--kernel", "Image", "--machine", "\(machine).json", "--command-line", "quiet",
                    "-o", "plan-\(machine).json",
                ], in: folder)
            try #require(made.status == 0, "\(made.errors)")
        }
        let result = try Kplan.run(
            ["diff", "plan-2g-el1-its.json", "plan-2g-el2-crash.json"], in: folder,
            environment: ["LC_ALL": "C.UTF-8"])
        #expect(result.status == 1)
        #expect(result.output.contains("/psci/method: \"hvc\" → \"smc\"\n"))
        #expect(result.output.contains("  dtb  "))
    }
}
