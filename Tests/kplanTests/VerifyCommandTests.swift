import Arm64
import KexecPlan
import TestSupport
import Testing

@Suite("kplan verify")
struct VerifyCommandTests {
    /// The lines of a run but for the first one, which has the plan's identity.
    static func lines(_ result: Kplan.Result) -> [String] {
        result.output.split(separator: "\n").dropFirst().map(String.init)
    }

    /// The checks that came out with a result.
    static func checks(_ result: Kplan.Result, _ word: String) -> [String] {
        lines(result).map { $0.split(separator: " ") }.filter { $0.first == word[...] }.map { String($0[1]) }
    }

    /// The identity of the plan in the folder.
    private static func id(_ workshop: CommandWorkshop) throws -> String {
        String(try workshop.kplan("show", "--id", "plan.json").output.dropLast())
    }

    @Test("A sound plan: all is well, a line for each check")
    func sound() throws {
        let workshop = try CommandWorkshop.withPlan()
        let result = try workshop.kplan("verify", "plan.json")
        #expect(result.status == 0 && result.errors.isEmpty)
        #expect(result.output.hasPrefix("Plan  \(try Self.id(workshop))\n"))
        #expect(
            Self.checks(result, "ok") == [
                "rules", "kernel", "dtb", "purgatory", "memory-map", "segments", "page-tables",
            ])
        #expect(Self.lines(result).count == 7)
        #expect(Self.lines(result).last?.contains("no fewer would do") == true)
    }

    @Test("Without its inputs: what needs none is checked all the same")
    func withoutInputs() throws {
        let workshop = try CommandWorkshop.withPlan()
        let elsewhere = try TemporaryFolder()
        let result = try workshop.kplan("verify", "plan.json", "--inputs", elsewhere.path)
        #expect(result.status == 2)
        #expect(result.errors == "kplan: plan.json: not everything could be checked\n")
        #expect(Self.checks(result, "failed") == ["kernel", "dtb", "memory-map"])
        #expect(Self.checks(result, "skipped") == ["segments"])
        #expect(Self.checks(result, "ok") == ["rules", "purgatory", "page-tables"])
    }

    @Test("A memory map that can't be read: nothing is verified, and why is told")
    func withoutMemoryMap() throws {
        let workshop = try CommandWorkshop.withPlan()
        let outside = try TemporaryFolder()
        _ = try Toolchain.run("mv", [workshop.folder / "iomem", outside / "map"], input: [])
        let result = try workshop.kplan("verify", "plan.json", "--json")
        #expect(result.status == 2 && result.output.contains("\"verified\": false"))
        #expect(
            result.output.contains(
                """
                ./iomem: open: No such file or directory (ENOENT), and no other file in . has its size and SHA-256: say where it \
                is with --memory-map
                """))
        let given = try workshop.kplan("verify", "plan.json", "--memory-map", outside / "map")
        #expect(given.status == 0 && Self.checks(given, "ok").contains("memory-map"), "\(given.output)")
        let folder = try workshop.kplan("verify", "plan.json", "--memory-map", ".")
        #expect(folder.status == 2 && folder.output.contains("memory-map   .: is a folder"))
    }

    @Test("A name that leads out of the folder is not followed", arguments: ["../Image", "/etc/passwd", ""])
    func nameWithFolder(_ name: String) throws {
        let workshop = try CommandWorkshop.withPlan()
        for index in try workshop.plan().inputs.indices {
            try workshop.edit { $0.inputs[index].name = name }
            let result = try workshop.kplan("verify", "plan.json")
            let role = try workshop.plan().inputs[index].role.rawValue
            #expect(result.status == 1 && Self.checks(result, "no").contains(role))
            #expect(result.output.contains("\"\(name)\" is no file name without a folder, and is not opened"))
        }
    }

    @Test("An input that changed: no, and the rest goes on")
    func changedInput() throws {
        let workshop = try CommandWorkshop.withPlan()
        var kernel = try workshop.folder.read("Image")
        kernel[5000] ^= 1
        try workshop.folder.write(kernel, "Image")
        try workshop.folder.write(Fixture.iomem("1g-el1"), "iomem")
        let result = try workshop.kplan("verify", "plan.json")
        #expect(result.status == 1 && result.errors.isEmpty)
        #expect(Self.checks(result, "no") == ["kernel", "memory-map"])
        #expect(Self.checks(result, "skipped") == ["segments"])
        #expect(Self.checks(result, "ok") == ["rules", "dtb", "purgatory", "page-tables"])
    }

    @Test("A plan's memory that is not what its files say")
    func editedMemory() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { plan in plan.machine.memory.reserved.removeLast() }
        let result = try workshop.kplan("verify", "plan.json")
        #expect(result.status == 1)
        #expect(Self.checks(result, "no") == ["memory-map"])
        #expect(result.output.contains("./iomem: with ./fdt says another memory than the plan"))
    }

    @Test("A plan that breaks rules: every one is named, and what the tables lack")
    func brokenRules() throws {
        let workshop = try CommandWorkshop.withPlan()
        let hole = try #require(AddressRange(start: PhysicalAddress(0x900_0000), size: 0x1000))
        try workshop.edit { plan in
            plan.pageTables?.mappings.removeFirst()
            plan.pageTables?.tables[1].count -= 1
            plan.pageTables?.tables[2].count -= 1
            let index = try #require(plan.segments.firstIndex { $0.role == .pageTables })
            plan.segments[index].contentSize -= 0x2000
        }
        let result = try workshop.kplan("verify", "plan.json")
        #expect(result.status == 1 && result.errors.isEmpty)
        #expect(Set(Self.checks(result, "no")) == ["rules", "page-tables"])
        #expect(Self.checks(result, "skipped") == ["segments"])
        #expect(
            result.output.contains("page-tables  \(hole) is not mapped, but purgatory touches it (console)\n")
        )
    }

    @Test("A digest that the bytes don't have")
    func otherDigest() throws {
        let workshop = try CommandWorkshop.withPlan()
        try workshop.edit { plan in
            for index in plan.segments.indices where plan.segments[index].role == .dtb {
                plan.segments[index].sha256 = .zero
            }
        }
        let result = try workshop.kplan("verify", "plan.json")
        #expect(result.status == 1)
        #expect(Self.checks(result, "no") == ["segments"])
        #expect(result.output.contains("the dtb segment comes out with SHA-256 "))
    }

    @Test("Segments that were made already: a hole in the tables is found by its address")
    func segments() throws {
        let workshop = try CommandWorkshop.withPlan()
        _ = try workshop.kplan("emit", "plan.json", "-o", "out")
        let elsewhere = ["Image", "fdt", "iomem"]
        for name in elsewhere { try workshop.folder.write([], name) }
        let sound = try workshop.kplan("verify", "plan.json", "--segments", "out")
        #expect(sound.status == 0, "\(sound.output)")
        #expect(
            Self.checks(sound, "ok") == [
                "rules", "kernel.bin", "page-tables.bin", "purgatory.bin", "dtb.bin", "segments.json",
                "symbols",
                "page-tables",
            ])

        var bytes = try workshop.folder.read("out/page-tables.bin")
        let plan = try workshop.plan()
        let dtb = try #require(plan.segment(.dtb)?.range)
        // Its level 3 descriptor: the only one with that address.
        let page = dtb.start.rawValue >> 12
        let offset = try #require(
            stride(from: 0, to: bytes.count, by: 8).first { offset in
                let descriptor = (0..<6).reduce(0 as UInt64) {
                    $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1)
                }
                return descriptor >> 12 == page
            })
        for index in offset..<offset + 8 { bytes[index] = 0 }
        try workshop.folder.write(bytes, "out/page-tables.bin")
        let holed = try workshop.kplan("verify", "plan.json", "--segments", "out")
        #expect(holed.status == 1)
        #expect(Set(Self.checks(holed, "no")) == ["page-tables.bin", "page-tables"])
        let hole = try #require(AddressRange(start: dtb.start, size: 0x1000))
        #expect(holed.output.contains("\(hole) is not mapped, but purgatory touches it (dtb)"))
    }

    @Test("Values in purgatory that are not the plan's: named")
    func symbols() throws {
        let workshop = try CommandWorkshop.withPlan()
        _ = try workshop.kplan("emit", "plan.json", "-o", "out")
        let plan = try workshop.plan()
        let base = try #require(plan.segment(.purgatory)?.address.rawValue)
        let sound = try workshop.folder.read("out/purgatory.bin")
        func place(_ name: String) throws -> Int {
            Int(try #require(plan.purgatory.symbols.first { $0.name == name }).address.rawValue - base)
        }
        let regions = try place("purgatory_regions")
        let dtb = try #require(plan.checkedSegments.firstIndex { $0.role == .dtb })
        let changes = [
            (try place("arm64_kernel_entry"), "the symbol arm64_kernel_entry at 0x"),
            (regions + dtb * 80 + 41, "purgatory checks the dtb against SHA-256 "),
            (regions + dtb * 80 + 9, "purgatory checks the dtb with the content length 0x"),
            (regions + 15 * 80, "purgatory checks another number of segments than the 3 of the plan"),
        ]
        for (offset, text) in changes {
            var bytes = sound
            bytes[offset] ^= 0x40
            try workshop.folder.write(bytes, "out/purgatory.bin")
            let result = try workshop.kplan("verify", "plan.json", "--segments", "out")
            #expect(result.status == 1)
            // Beside the segment's digest, and purgatory's own.
            #expect(Self.checks(result, "no") == ["purgatory.bin", "symbols", "symbols"])
            #expect(result.output.contains(text), "\(result.output)")
            #expect(result.output.contains("purgatory_sha256 is not the SHA-256 of purgatory's content"))
        }
        try workshop.folder.write(Array(sound.prefix(100)), "out/purgatory.bin")
        let short = try workshop.kplan("verify", "plan.json", "--segments", "out")
        #expect(short.status == 1 && short.output.contains("pgtble_base at 0x"))
    }

    @Test("Purgatories of kexec-tools' contract: without tables, and with those of the 2017 series")
    func foreign() throws {
        for (source, text) in [
            (
                Series2017.source.replacing("pgtble_base", with: "other_base"),
                "this purgatory has no pgtble_base"
            ),
            (Series2017.source, "nothing writable executes but purgatory itself"),
        ] {
            let workshop = try CommandWorkshop()
            try workshop.folder.write(Toolchain.assemble(source), "purgatory.ro")
            try workshop.folder.write([1, 2, 3], "initrd")
            let options = ["--initrd", "initrd", "--purgatory", "purgatory.ro", "-o", "plan.json"]
            #expect(try workshop.make(options).status == 0)
            let sound = try workshop.kplan("verify", "plan.json")
            #expect(sound.status == 0 && sound.output.contains(text), "\(sound.output)")
            #expect(try workshop.kplan("emit", "plan.json", "-o", "out").status == 0)
            let emitted = try workshop.kplan("verify", "plan.json", "--segments", "out")
            #expect(emitted.status == 0, "\(emitted.output)")
            try workshop.folder.write([1, 2], "initrd")
            let changed = try workshop.kplan("verify", "plan.json")
            #expect(changed.status == 1)
            #expect(Self.checks(changed, "no") == ["initrd"])
            #expect(Self.checks(changed, "skipped") == ["segments"])
        }
    }

    @Test("As JSON")
    func json() throws {
        let workshop = try CommandWorkshop.withPlan()
        let result = try workshop.kplan("verify", "plan.json", "--json")
        #expect(result.status == 0 && result.errors.isEmpty)
        let id = try Self.id(workshop)
        #expect(
            result.output.hasPrefix(
                "{\n  \"format_version\": \"1.0\",\n  \"plan\": \"\(id)\",\n  \"verified\": true,\n  \"checks\": [\n"
            ))
        try workshop.edit { $0.request.commandLine = "other" }
        let other = try workshop.kplan("verify", "plan.json", "--json")
        #expect(other.status == 1)
        #expect(other.output.contains("\"verified\": false"))
        #expect(other.output.contains("\"check\": \"rules\",\n      \"result\": \"no\""))
    }

    @Test(
        "The schema takes every result, and nothing that lacks a key",
        .enabled(
            if: SchemaValidator.isAvailable, "needs python3 with jsonschema (Debian: python3-jsonschema)"))
    func schema() throws {
        let schema = SchemaValidator.schema("verify-1.schema.json")
        #expect(try SchemaValidator.isSchema(schema))
        let workshop = try CommandWorkshop.withPlan()
        var documents = [
            try workshop.kplan("verify", "plan.json", "--json").output,
            try workshop.kplan("verify", "plan.json", "--json", "--segments", "nowhere").output,
        ]
        try workshop.edit { $0.request.commandLine = "other" }
        documents.append(try workshop.kplan("verify", "plan.json", "--json").output)
        for word in ["ok", "no", "failed", "skipped"] {
            #expect(documents.contains { $0.contains("\"result\": \"\(word)\"") })
        }
        for key in ["format_version", "plan", "verified", "checks", "check", "result", "texts"] {
            documents.append(documents[0].replacing("\"\(key)\":", with: "\"other\":"))
        }
        documents.append(documents[0].replacing("\"ok\"", with: "\"fine\""))
        let lines = documents.map { $0.utf8.filter { $0 != UInt8(ascii: "\n") } }
        let due = documents.indices.map { $0 < 3 }
        #expect(try SchemaValidator.verdicts(lines, schema: schema) == due)
    }

    @Test("What can't be asked")
    func usage() throws {
        let workshop = try CommandWorkshop.withPlan()
        #expect(try workshop.kplan("verify", "plan.json", "--segments", "x", "--inputs", "y").status == 64)
        let missing = try workshop.kplan("verify", "none.json")
        expect(missing, 2, "none.json: open: No such file or directory (ENOENT)")
        let folder = try workshop.kplan("verify", "plan.json", "--segments", "nowhere")
        #expect(folder.status == 2)
        #expect(Self.checks(folder, "skipped") == ["page-tables"])
    }
}
