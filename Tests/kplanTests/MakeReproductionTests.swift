import KexecPlan
import PlanJSON
import TestSupport
import Testing

@testable import kplan

/// The same inputs give the same bytes, and others can read and check them.
@Suite("Same bytes from the same inputs")
struct MakeReproductionTests {
    /// Runs a shell's command in the folder.
    private func shell(_ command: String, in folder: TemporaryFolder) throws -> [UInt8] {
        try Toolchain.run("sh", ["-c", "set -eu; cd \"$1\"; \(command)", "sh", folder.path], input: [])
    }

    private func python(_ program: String, _ arguments: [String]) throws -> String {
        let output = try Toolchain.run("python3", ["-c", program] + arguments, input: [])
        return String(decoding: output, as: UTF8.self)
    }

    @Test("Time zone, locale, umask, working directory, folder of the files, environment")
    func surroundings() throws {
        let workshop = try MakeWorkshop("2g-el1")
        let folder = workshop.folder
        _ = try workshop.make()
        let plan = try folder.read("plan.json")

        let kplan = "\"\(try Kplan.path)\""
        func arguments(_ path: String) -> String {
            MakeWorkshop.inputs(in: path).map { "'\($0)'" }.joined(separator: " ")
        }
        let other = "a folder/größe"
        let setUp = "mkdir -p '\(other)'; cp Image initrd fdt iomem '\(other)'; ln -s '\(other)' link; "
        let prints = [
            "TZ=Pacific/Chatham \(kplan) \(arguments(""))",
            "LC_ALL=tr_TR.UTF-8 LANG=de_DE \(kplan) \(arguments("./"))",
            "umask 077; \(kplan) \(arguments(folder.path + "/"))",
            "cd /; \(kplan) \(arguments("\(folder.path)/\(other)/"))",
            "cd link; \(kplan) \(arguments("../../"))",
            "env -i \(kplan) \(arguments("link/"))",
            "env -i HOME=/nowhere COLUMNS=20 TERM=xterm CLICOLOR_FORCE=1 \(kplan) \(arguments(""))",
            "touch -d 1999-01-01 Image initrd fdt iomem; chmod 400 fdt; \(kplan) \(arguments(""))",
            // Twice at once, one reading through pipes.
            "\(kplan) \(arguments("")) >/dev/null & \(kplan) \(arguments("")); wait",
        ]
        _ = try shell(setUp, in: folder)
        for command in prints {
            #expect(try shell(command, in: folder) == plan, "\(command)")
        }
        _ = try shell("umask 077; \(kplan) \(arguments("")) --output '\(other)/plan.json'", in: folder)
        #expect(try folder.read("\(other)/plan.json") == plan)
        #expect(!String(decoding: plan, as: UTF8.self).contains(folder.path))
    }

    @Test("Emitted files are those of the plan, each time, also for sha256sum and Python")
    func emitted() throws {
        let workshop = try MakeWorkshop("8g-el1-crash")
        let folder = workshop.folder
        let plan = try workshop.make()
        _ = try shell("mkdir elsewhere; cp Image initrd fdt elsewhere", in: folder)
        for arguments in [
            ["--output-dir", "one"], ["--output-dir", "two/"],
            ["--inputs", "elsewhere", "--output-dir", "three"],
        ] {
            let result = try Kplan.run(["emit", "plan.json"] + arguments, in: folder)
            #expect(result.status == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result)")
        }
        #expect(throws: Never.self) { try shell("diff -r one two && diff -r one three", in: folder) }

        let names = plan.segments.map { "\($0.role.rawValue).bin" }
        #expect(
            try shell("ls one", in: folder)
                == Array((names + ["segments.json"]).sorted().joined(separator: "\n").utf8) + [10])
        let sums = plan.segments.map { "\($0.sha256.hex)  \($0.role.rawValue).bin\n" }.joined()
        let found = try shell("cd one; sha256sum \(names.joined(separator: " "))", in: folder)
        #expect(String(decoding: found, as: UTF8.self) == sums)

        #expect(try python(Self.checkSegments, [folder / "one"]) == Self.describe(plan))
        // Kernel and initrd are the files, unchanged.
        #expect(throws: Never.self) {
            try shell("cmp one/kernel.bin Image && cmp one/initrd.bin initrd", in: folder)
        }
    }

    /// Reads segments.json, checks every file that it names, and prints what it says.
    private static let checkSegments = """
        import hashlib, json, os, sys
        folder = sys.argv[1]
        document = json.load(open(folder + "/segments.json"))
        end = 0
        for segment in document["segments"]:
            content = open(os.path.join(folder, segment["file"]), "rb").read()
            address, memory = int(segment["address"], 16), int(segment["memory_size"], 16)
            assert len(content) == int(segment["content_size"], 16) <= memory, segment
            assert hashlib.sha256(content).hexdigest() == segment["sha256"], segment
            assert end <= address, segment
            end = address + memory
            print(segment["role"], address, memory, len(content), segment["sha256"])
        tables = document["page_tables"]
        print(int(document["entry"], 16), int(document["flags"], 16), int(tables["root"], 16),
              tables["granule"], tables["input_address_bits"])
        """

    private static func describe(_ plan: Plan) -> String {
        let segments = plan.segments.map {
            "\($0.role.rawValue) \($0.address.rawValue) \($0.memorySize) \($0.contentSize) \($0.sha256.hex)\n"
        }
        let tables = plan.pageTables.map {
            " \($0.root.rawValue) \($0.granule.rawValue) \($0.inputAddressBits)\n"
        }
        // KEXEC_ARCH_AARCH64 (183) in the upper half.
        return segments.joined() + "\(plan.entry.rawValue) \(183 << 16)" + (tables ?? "")
    }

    @Test("Another reader of JSON finds the same values, and no key twice", arguments: Fixture.machines)
    func readByPython(machine: String) throws {
        let workshop = try MakeWorkshop(machine)
        let plan = try workshop.make()
        let program = """
            import hashlib, json, sys
            def once(pairs):
                assert len(dict(pairs)) == len(pairs), pairs
                return dict(pairs)
            text = open(sys.argv[1], encoding="utf-8").read()
            document = json.loads(text, object_pairs_hook=once)
            for segment in document["segments"]:
                print(segment["role"], int(segment["address"], 16), int(segment["memory_size"], 16),
                      int(segment["content_size"], 16), segment["sha256"])
            for mapping in document["page_tables"]["mappings"]:
                print(int(mapping["start"], 16), int(mapping["end"], 16), mapping["access"], mapping["for"])
            for relocation in document["purgatory"]["relocations"]:
                print(int(relocation["site"], 16), relocation["type"], relocation["symbol"],
                      int(relocation["addend"], 16), int(relocation["value"], 16))
            print(int(document["entry"], 16))
            # RFC 8785, for a document of text, small integers and booleans alone.
            canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            print(hashlib.sha256(canonical.encode()).hexdigest())
            """
        var due = plan.segments.map {
            "\($0.role.rawValue) \($0.address.rawValue) \($0.memorySize) \($0.contentSize) \($0.sha256.hex)"
        }
        due += (plan.pageTables?.mappings ?? []).map {
            "\($0.range.start.rawValue) \($0.range.end.rawValue) \($0.access.rawValue) \($0.purpose)"
        }
        due += plan.purgatory.relocations.map {
            "\($0.site.rawValue) \($0.type.name) \($0.symbol) \($0.addend) \($0.value)"
        }
        due += ["\(plan.entry.rawValue)", plan.id]
        let found = try python(program, [workshop.folder / "plan.json"]).split(separator: "\n")
        #expect(found == due.map { Substring($0) })
    }
}
