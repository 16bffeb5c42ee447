import Foundation
import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("kplan bundle, and its bundle in the place of a plan")
struct BundleCommandTests {
    @Test("Every command does with a bundle what it does with its plan")
    func inThePlaceOfAPlan() throws {
        let workshop = try BundleWorkshop()
        let folder = workshop.folder
        for options in [[], ["--id"], ["--relocations"], ["--page-tables"]] {
            let shown = try ["plan.json", "away/plan.tar"].map { plan in
                try TestSupport.Kplan.run(["show", plan] + options, in: folder)
            }
            #expect(shown[0].status == 0 && shown[0].output == shown[1].output)
        }
        for options in [[], ["--json"]] {
            let verified = try ["plan.json", "away/plan.tar"].map { plan in
                try TestSupport.Kplan.run(["verify", plan] + options, in: folder)
            }
            #expect(verified[1].status == 0 && verified[1].errors.isEmpty, "\(verified[1])")
            #expect(
                verified[1].output.replacing("away/plan.tar:inputs/builtin", with: "kplan's own purgatory")
                    .replacing("away/plan.tar:inputs/", with: "./") == verified[0].output)
        }
        let again = try workshop.kplan("make", "--check", "away/plan.tar")
        #expect(again.status == 0, "\(again)")
        expect(
            try workshop.kplan("make", "--check", "away/plan.tar", "--kernel", "Image"), 64,
            "--kernel: away/plan.tar is a bundle, and has its inputs in it")
        let same = try workshop.kplan("diff", "plan.json", "away/plan.tar")
        #expect(same.status == 0 && same.output.hasSuffix("The plans are the same.\n"))
        for (plan, output) in [("plan.json", "one"), ("away/plan.tar", "two")] {
            #expect(try workshop.kplan("emit", plan, "-o", output).status == 0)
        }
        for name in [
            "kernel.bin", "initrd.bin", "dtb.bin", "purgatory.bin", "page-tables.bin", "segments.json",
        ] {
            #expect(try folder.read("one/\(name)") == folder.read("two/\(name)"), "\(name)")
        }
        let simulated = try ["plan.json", "away/plan.tar"].map {
            try workshop.kplan("simulate", $0)
        }
        #expect(
            simulated[1].status == 0 && simulated[1].output.contains("the kernel is reached, as it has to be")
        )
        #expect(simulated[1].output.replacing("away/plan.tar", with: "plan.json") == simulated[0].output)
    }

    @Test("On a machine: compared, made again, and made ready for the call")
    func onAMachine() throws {
        let workshop = try BundleWorkshop()
        let root = try SavedRoot("2g-el1")
        let fit = try workshop.kplan("apply", "away/plan.tar", "--check", "--root", root.path)
        #expect(fit.status == 0 && fit.output.hasSuffix("It fits.\n"), "\(fit)")
        let dry = try ["plan.json", "away/plan.tar"].map { plan in
            try workshop.kplan("apply", plan, "--dry-run", "--root", root.path)
        }
        #expect(dry[1].status == 0 && dry[1].output == dry[0].output, "\(dry[1])")
        let replanned = try workshop.kplan(
            "apply", "away/plan.tar", "--replan", "--dry-run", "--root", root.path, "-o", "new.json")
        #expect(replanned.status == 0, "\(replanned)")
        #expect(try workshop.folder.read("new.json") == workshop.folder.read("plan.json"))
    }

    @Test("A plan for kexec_file_load: sealed copies out of the bundle, but never the files themselves")
    func fileLoad() throws {
        let workshop = try CommandWorkshop()
        try workshop.folder.makeFolder("away")
        try workshop.folder.write([1, 2, 3], "initrd")
        for files in ["sealed", "original"] {
            let made = try workshop.kplan(
                "make", "--method", "kexec_file_load", "--kernel", "Image", "--initrd", "initrd", "--append",
                "quiet",
                "--files", files, "-o", "plan.json")
            try #require(made.status == 0, "\(made)")
            #expect(try workshop.kplan("bundle", "plan.json", "-o", "away/\(files).tar").status == 0)
            #expect(try workshop.kplan("verify", "away/\(files).tar").status == 0)
        }
        let file = try PlanFile<AnyPlan>(workshop.folder / "away/sealed.tar")
        guard case .kexecFileLoad(let plan) = file.plan else { throw CancellationError() }
        let loading = try FileLoading(of: file.with(plan), InputOptions.parse([]), debug: false)
        guard case .sealed(let kernel) = loading.call.kernel, case .sealed(let initrd)? = loading.call.initrd
        else {
            Issue.record("the files are not sealed")
            return
        }
        #expect(kernel.count == 27_236_288 && initrd.withUnsafeBytes { Array($0) } == [1, 2, 3])
        let original = try PlanFile<AnyPlan>(workshop.folder / "away/original.tar")
        guard case .kexecFileLoad(let plan) = original.plan else { throw CancellationError() }
        let failure = try #require(throws: Failure.self) {
            try FileLoading(of: original.with(plan), InputOptions.parse([]), debug: false)
        }
        #expect(
            failure.text.hasSuffix(
                """
                original.tar:inputs/Image: the plan's files are original, so the kernel looks at the file itself, which it \
                can't in a bundle: unpack it (tar -xf BUNDLE) and apply plan.json --inputs inputs
                """))
    }

    @Test("The same bytes whatever the files' times, modes and places are; to a pipe, and of a bundle, too")
    func sameBytes() throws {
        let workshop = try BundleWorkshop()
        let folder = workshop.folder
        let bytes = try folder.read("away/plan.tar")
        try folder.makeFolder("place")
        for name in ["Image", "initrd", "fdt", "iomem", "plan.json"] {
            try FileManager.default.moveItem(atPath: folder / name, toPath: folder / "place/\(name)")
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1), .posixPermissions: 0o400],
                ofItemAtPath: folder / "place/\(name)")
        }
        let script = "umask 077; \(try TestSupport.Kplan.path) bundle plan.json -o plan.tar"
        _ = try Toolchain.run("/bin/sh", ["-c", "cd \(folder / "place"); \(script)"], input: [])
        #expect(try folder.read("place/plan.tar") == bytes)
        let path = try TestSupport.Kplan.path
        for plan in ["place/plan.json", "away/plan.tar"] {
            for output in ["", "-o -"] {
                let piped = try Toolchain.run(
                    "/bin/sh", ["-c", "cd \(folder.path); \(path) bundle \(plan) \(output) | cat"], input: [])
                #expect(piped == bytes)
            }
        }
    }

    @Test("A purgatory of another kplan is in its bundle")
    func anotherPurgatory() throws {
        let workshop = try MakeWorkshop("2g-el1")
        try workshop.folder.write(Fixture.purgatory, "builtin")
        _ = try workshop.make(["--purgatory", "builtin"])
        let kplan = workshop.commands.kplan
        // What an earlier kplan's plan is to this one.
        #expect(try kplan("verify", "plan.json").output.contains("made by a kplan with another purgatory"))
        #expect(try kplan("bundle", "plan.json").status == 1)
        #expect(try kplan("bundle", "plan.json", "--purgatory", "builtin", "-o", "plan.tar").status == 0)
        let verified = try kplan("verify", "plan.tar")
        #expect(verified.status == 0, "\(verified)")
    }

    @Test("Only what the plan was made from is bundled, and nothing of it is overwritten")
    func refusedPlans() throws {
        let workshop = try BundleWorkshop()
        let (folder, kplan) = (workshop.folder, workshop.kplan)
        for output in ["Image", "./initrd", "plan.json"] {
            let result = try kplan("bundle", "plan.json", "-o", output)
            #expect(
                result.status == 64 && result.errors.contains(": would overwrite the input "), "\(result)")
        }
        expect(
            try kplan("bundle", "away/plan.tar", "-o", "away/plan.tar"), 64,
            "away/plan.tar: would overwrite the input away/plan.tar: write somewhere else")
        let initrd = try folder.read("initrd")
        try folder.write([0] + initrd.dropFirst(), "initrd")
        let stale = try kplan("bundle", "plan.json", "-o", "new.tar")
        #expect(
            stale.status == 1
                && stale.errors.contains("initrd: is not the initrd that plan.json was made from"))
        try workshop.remove("initrd")
        let missing = try kplan("bundle", "plan.json", "-o", "new.tar")
        #expect(missing.status == 2 && missing.errors.hasSuffix("with --initrd FILE or --inputs FOLDER\n"))
        try folder.write(initrd, "initrd")
        try workshop.make.commands.edit { $0.request.commandLine = "other\0" }
        let broken = try kplan("bundle", "plan.json", "-o", "new.tar")
        #expect(broken.status == 1 && broken.errors.contains("plan.json: the plan breaks rules"))
        #expect(!folder.names.contains("new.tar"))
    }

    @Test("A memory map that is nowhere is said, and its bundle is complete but for that")
    func noMemoryMap() throws {
        let workshop = try BundleWorkshop()
        try FileManager.default.moveItem(
            atPath: workshop.folder / "iomem", toPath: workshop.folder / "away/map")
        let made = try workshop.kplan("bundle", "plan.json", "-o", "new.tar")
        #expect(made.status == 0 && made.errors.hasPrefix("kplan: note: ./iomem: "), "\(made)")
        #expect(made.errors.contains(": the bundle is without it (--memory-map says where it is)"))
        let verified = try workshop.kplan("verify", "new.tar")
        #expect(verified.status == 2, "\(verified)")
        #expect(
            verified.output.contains(
                #"has no "inputs/iomem", the memory-map of its plan: say where it is with --memory-map"#))
        #expect(try workshop.kplan("verify", "new.tar", "--memory-map", "away/map").status == 0)
        #expect(try workshop.kplan("emit", "new.tar", "-o", "out").status == 0)
        #expect(
            try workshop.kplan("bundle", "plan.json", "--memory-map", "away/map", "-o", "whole.tar").status
                == 0)
        #expect(try workshop.folder.read("whole.tar") == workshop.folder.read("away/plan.tar"))
    }

    @Test func longNames() throws {
        let workshop = try MakeWorkshop("2g-el1")
        let name = String(repeating: "n", count: 101)
        try workshop.folder.write(MakeWorkshop.initrd, name)
        _ = try workshop.make(["--initrd", name])
        expect(
            try workshop.commands.kplan("bundle", "plan.json", "-o", "plan.tar"), 2,
            """
            "\(name)": the name has 101 bytes, and a bundle has room for 100: give the file another one and make the plan anew
            """)
    }
}

@Suite("A bundle that was changed")
struct ChangedBundleTests {
    let workshop: BundleWorkshop

    init() throws { workshop = try BundleWorkshop() }

    /// Expects that no command takes `other.tar`.
    private func expectRefused(
        _ message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for command in [["show"], ["verify"], ["apply", "--dry-run"], ["simulate"], ["emit", "-o", "out"]] {
            expect(
                try TestSupport.Kplan.run(
                    command + ["other.tar"], in: workshop.folder, environment: ["LC_ALL": "C.UTF-8"]), 2,
                "other.tar: \(message)", sourceLocation: sourceLocation)
        }
        #expect(!workshop.folder.names.contains("out"), sourceLocation: sourceLocation)
    }

    @Test("By hand, with GNU tar, it is one as well") func byHand() throws {
        try workshop.repack()
        #expect(try workshop.kplan("verify", "other.tar").status == 0)
        #expect(try workshop.kplan("bundle", "other.tar", "-o", "new.tar").status == 0)
        #expect(try workshop.folder.read("new.tar") == workshop.folder.read("away/plan.tar"))
        // This kplan has that purgatory itself.
        try workshop.repack { try workshop.remove("unpacked/inputs/builtin") }
        #expect(try workshop.kplan("verify", "other.tar").status == 0)
    }

    @Test func anotherInput() throws {
        let kernel = try workshop.folder.read("Image")
        try workshop.repack {
            try workshop.folder.write([1] + kernel.dropFirst(), "unpacked/inputs/Image")
        }
        let changed = try workshop.kplan("verify", "other.tar")
        #expect(changed.status == 1)
        #expect(
            changed.output.contains("ther.tar:inputs/Image: is not the kernel that other.tar was made from: ")
        )
        #expect(try workshop.kplan("simulate", "other.tar").status == 1)
        try workshop.repack { try workshop.folder.write(kernel + [1], "unpacked/inputs/Image") }
        let longer = try workshop.kplan("emit", "other.tar", "-o", "out")
        expect(
            longer, 1,
            """
            other.tar:inputs/Image: is not the kernel that other.tar was made from: 27236289 bytes, planned were 27236288. The \
            bundle was changed: make it anew.
            """)
    }

    @Test func missingAndOtherMembers() throws {
        try workshop.repack { try workshop.remove("unpacked/inputs/initrd") }
        try expectRefused(#"has no "inputs/initrd", the initrd of its plan"#)
        try workshop.repack { try workshop.folder.write([1], "unpacked/inputs/more") }
        try expectRefused(#"is no bundle: its plan has no input "inputs/more""#)
        try workshop.repack(["inputs"]) { try workshop.remove("unpacked/inputs/more") }
        try expectRefused("is no bundle: it has no plan.json")
        try workshop.repack(["-P", "plan.json", "inputs", workshop.folder / "fdt"])
        try expectRefused(
            """
            is no bundle: it has "\(workshop.folder / "fdt")", and a bundle has plan.json, plan.json.sig and files in inputs/
            """)
    }

    @Test func links() throws {
        try workshop.repack {
            try workshop.remove("unpacked/inputs/fdt")
            try FileManager.default.createSymbolicLink(
                atPath: workshop.folder / "unpacked/inputs/fdt", withDestinationPath: "/etc/shadow")
        }
        try expectRefused(#"is no bundle: "inputs/fdt" is a link, and a bundle has only files"#)
        try workshop.repack {
            try workshop.remove("unpacked/inputs/fdt")
            try FileManager.default.linkItem(
                atPath: workshop.folder / "unpacked/inputs/iomem",
                toPath: workshop.folder / "unpacked/inputs/fdt")
        }
        let linked = try workshop.kplan("show", "other.tar")
        #expect(linked.status == 2 && linked.errors.hasSuffix("is a link, and a bundle has only files\n"))
    }

    @Test func whatIsNoBundle() throws {
        let folder = workshop.folder
        let bytes = try folder.read("away/plan.tar")
        try folder.write(Array(bytes.dropLast(512)), "other.tar")
        try expectRefused("is a truncated bundle: its end is missing")
        try folder.write(Array(bytes.prefix(5000)), "other.tar")
        try expectRefused("is a tar archive that can't be read: Truncated tar archive")
        try folder.write(bytes + [1], "other.tar")
        try expectRefused(
            "is no bundle: byte \(bytes.count) is behind the end of the archive, where only zeros may be")
        for (program, options) in [("gzip", ["-1c"]), ("xz", ["-0c"])] {
            let packed = try Toolchain.run(program, options + [folder / "away/plan.tar"], input: [])
            try folder.write(packed, "other.tar")
            try expectRefused(
                "is compressed: a bundle is mapped as it is, so unpack it first (\(program) -d)")
        }
        // A plan that would not be read from a file either.
        try workshop.repack {
            try folder.write([UInt8](repeating: 0x20, count: 64 << 20 + 1), "unpacked/plan.json")
        }
        try expectRefused(
            "has 64.0 MiB (0x4000001), too many for a plan: at most 64 MiB (0x4000000) are read")
        for options in [
            ["--kernel", "Image"], ["--inputs", "."], ["--dtb", "fdt"], ["--purgatory", "purgatory.o"],
        ] {
            for command in ["verify", "apply", "bundle", "simulate"] {
                expect(
                    try TestSupport.Kplan.run([command, "away/plan.tar"] + options, in: folder), 64,
                    "\(options[0]): away/plan.tar is a bundle, and has its inputs in it")
            }
        }
    }

    @Test("Device trees are compared out of their bundles") func trees() throws {
        let commands = workshop.make.commands
        // The same tree with another node.
        let source = try Toolchain.decompileDeviceTree(workshop.folder.read("fdt"))
        try workshop.folder.write(
            Toolchain.compileDeviceTree(source.replacing("psci {", with: "watchdog { a; }; psci {")), "fdt")
        #expect(try commands.make(["-o", "new.json"]).status == 0)
        #expect(try commands.kplan("bundle", "new.json", "-o", "away/new.tar").status == 0)
        let diff = try commands.kplan("diff", "away/plan.tar", "away/new.tar")
        #expect(diff.status == 1 && diff.output.contains("+ /watchdog (node: 1 property)"), "\(diff)")
    }
}
