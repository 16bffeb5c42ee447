import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("kplan make --check: whether a plan is what one gets today")
struct MakeCheckTests {
    private static let same = "plan.json: made again from its inputs, it is the same, to the byte\n"

    private func check(_ workshop: CommandWorkshop, _ more: String...) throws -> TestSupport.Kplan.Result {
        try TestSupport.Kplan.run(
            ["make", "--check", "plan.json"] + more, in: workshop.folder,
            environment: ["LC_ALL": "C.UTF-8"])
    }

    /// Everything that can be asked for.
    private static let requests: [[String]] = [
        [], ["--console", "ttyAMA0"], ["--console", "stdout-path"], ["--console", "none"],
        ["--console", "pl011,0x9000000"], ["--reuse-cmdline"], ["--granule", "64K"], ["--page-size", "4K"],
        ["--seeds", "none"], ["--purgatory", "purgatory.o"], ["--mem-min", "1088M", "--mem-max", "1536M"],
    ]

    @Test("The same to the byte, whatever was asked for", arguments: requests)
    func same(options: [String]) throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make(options)
        let result = try check(workshop.commands)
        #expect(result.status == 0 && result.output == Self.same && result.errors.isEmpty, "\(result)")
    }

    @Test("By kexec_file_load, too")
    func fileLoad() throws {
        let workshop = try CommandWorkshop()
        let make = [
            "make", "--method", "kexec_file_load", "--kernel", "Image", "--no-cma", "-o", "plan.json",
        ]
        _ = try TestSupport.Kplan.run(make + ["--command-line", "quiet"], in: workshop.folder)
        #expect(try check(workshop).output == Self.same)
        try workshop.folder.write(try workshop.folder.read("Image") + [0], "Image")
        let result = try check(workshop)
        #expect(result.status == 1 && result.errors.contains("./Image: is not the kernel that plan.json"))
        #expect(result.output.contains("kernel  content changed: "), "\(result.output)")
    }

    @Test("With its files elsewhere, under other names")
    func elsewhere() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.folder.makeFolder("store")
        for name in ["Image", "fdt", "iomem"] {
            _ = try Toolchain.run(
                "mv", [workshop.folder / name, workshop.folder / "store/\(name)-1"], input: [])
        }
        #expect(try check(workshop, "--inputs", "store").output == Self.same)
        let named = try check(
            workshop, "--kernel", "store/Image-1", "--dtb", "store/fdt-1", "--memory-map", "store/iomem-1")
        #expect(named.output == Self.same, "\(named)")
        let missing = try check(workshop)
        #expect(missing.status == 2 && missing.output.isEmpty)
        #expect(
            missing.errors.hasPrefix("kplan: ./Image: open: No such file or directory (ENOENT), and no other")
        )
    }

    @Test("Another input: which, and what becomes of the plan")
    func changedInput() throws {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make()
        try workshop.folder.write(MakeWorkshop.initrd + [4], "initrd")
        let result = try check(workshop.commands)
        #expect(result.status == 1)
        #expect(
            result.errors.hasPrefix("kplan: note: ./initrd: is not the initrd that plan.json was made from: ")
        )
        #expect(result.output.contains("What changed\n  initrd  content changed: "), "\(result.output)")
        // What no plan can be made of is another file all the same.
        try workshop.folder.write([1, 2, 3], "Image")
        let broken = try check(workshop.commands)
        #expect(broken.status == 1 && broken.output.isEmpty, "\(broken)")
    }

    @Test("A purgatory of another kplan is another one, not trouble")
    func otherPurgatory() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { plan in
            let index = try #require(plan.inputs.firstIndex { $0.role == .purgatory })
            plan.inputs[index].sha256 = .zero
        }
        let result = try check(workshop)
        #expect(result.status == 1)
        #expect(result.output.contains("purgatory  content changed: "), "\(result.output)")
    }

    @Test("An edit shows, and so do other bytes of the same plan")
    func edited() throws {
        let workshop = try CommandWorkshop.withPlan()
        let bytes = try workshop.folder.read("plan.json")
        try workshop.folder.write([0x20] + bytes, "plan.json")
        let spaced = try check(workshop)
        #expect(spaced.status == 1)
        #expect(
            spaced.output == "plan.json: made again it is the same plan, but not the bytes that make writes\n"
        )
        try workshop.edit { $0.entry = .zero }
        let edited = try check(workshop)
        #expect(edited.status == 1 && edited.output.contains("made again\n"), "\(edited.output)")
        try workshop.folder.write(Array(bytes.dropLast(2)), "plan.json")
        #expect(try check(workshop).status == 2)
    }

    @Test("Nothing that the plan says goes with it")
    func usage() throws {
        let workshop = try CommandWorkshop.withPlan()
        for options in [
            ["--granule", "4K"], ["-o", "new.json"], ["--method", "kexec_file_load"], ["--initrd", "fdt"],
        ] {
            let result = try TestSupport.Kplan.run(
                ["make", "--check", "plan.json"] + options, in: workshop.folder)
            #expect(result.status == 64 && result.output.isEmpty, "\(result)")
        }
        #expect(try workshop.make(["--inputs", "."]).status == 64)
        let result = try workshop.kplan("make", "--dtb", "fdt")
        #expect(result.status == 64 && result.errors.contains("Missing expected argument '--kernel <file>'"))
    }

    @Test("show --json prints the bytes of which --id is the digest")
    func canonicalForm() throws {
        let workshop = try CommandWorkshop.withPlan()
        let text = try workshop.kplan("show", "--json", "plan.json").output
        let digest = Array(text.utf8).withUnsafeBytes { SHA256Digest(hashing: $0) }
        #expect(try workshop.kplan("show", "--id", "plan.json").output == "\(digest.hex)\n")
        #expect(text.hasPrefix(#"{"architecture":"arm64","device_tree":{"#) && text.hasSuffix("}"))
    }
}
