import Foundation
import KexecPlan
import TestSupport
import Testing

/// kplan capture, and plans from what it writes.
@Suite("Captures and plans from them")
struct CaptureCommandTests {
    /// A workshop with a capture of its machine.
    private static func workshop(_ machine: String, _ options: [String] = []) throws -> MakeWorkshop {
        let workshop = try MakeWorkshop(machine)
        try KernelFile.write(to: workshop.folder / "Image")
        let result = try Kplan.run(
            ["capture", "--root", Fixture.root(machine), "-o", "machine.json"] + options, in: workshop.folder)
        try #require(result.status == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result.errors)")
        return workshop
    }

    private static func make(
        _ workshop: MakeWorkshop, _ options: [String], from machine: [String] = ["--machine", "machine.json"]
    ) throws -> Kplan.Result {
        try Kplan.run(
            [
                "make", "--kernel", "Image", "--initrd", "initrd", "--purgatory", "purgatory.o",
                "--command-line", "quiet", "-o", "plan.json",
            ] + machine + options, in: workshop.folder)
    }

    @Test func sameBytesOnStandardOutput() throws {
        let workshop = try Self.workshop("2g-el2-crash")
        let printed = try workshop.commands.kplan("capture", "--root", Fixture.root("2g-el2-crash"))
        #expect(Array(printed.output.utf8) == (try workshop.folder.read("machine.json")))
    }

    @Test("The plan is that of the memory map and the device tree")
    func samePlan() throws {
        let workshop = try Self.workshop("2g-el2-crash")
        let captured = try Self.make(workshop, [])
        try #require(captured.status == 0, "\(captured.errors)")
        let plan = try workshop.commands.plan()
        #expect(plan.inputs.map(\.role) == [.kernel, .initrd, .machine, .purgatory])
        let other = try Self.make(workshop, [], from: ["--dtb", "fdt", "--memory-map", "iomem"])
        try #require(other.status == 0, "\(other.errors)")
        var expected = try workshop.commands.plan()
        expected.inputs = plan.inputs
        #expect(plan == expected)
    }

    @Test func segmentsKeepAwayFromLPITables() throws {
        let workshop = try Self.workshop("2g-el1-its")
        let window = ["--mem-max", "0x43caffff"]
        let unknowing = try Self.make(workshop, window, from: ["--dtb", "fdt", "--memory-map", "iomem"])
        try #require(unknowing.status == 0, "\(unknowing.errors)")
        #expect(unknowing.errors.contains("fdt: the machine has a GICv3 ITS"))
        let tables = [0x4218_0000, 0x4219_0000, 0x421a_0000, 0x421b_0000].map { UInt64($0) }
        func overlapped() throws -> Bool {
            try workshop.commands.plan().segments.contains { segment in
                tables.contains { table in
                    segment.address.rawValue < table + 0x1_0000
                        && table < segment.address.rawValue + segment.memorySize
                }
            }
        }
        #expect(try overlapped())
        let knowing = try Self.make(workshop, window)
        try #require(knowing.status == 0, "\(knowing.errors)")
        #expect(knowing.errors.contains("note: machine.json: segments keep away from the tables"))
        #expect(try !overlapped())
        #expect(
            try workshop.commands.plan().machine.memory.reserved.suffix(4).map(\.kind) == [
                "GICv3 ITS table", "GICv3 ITS table", "GICv3 LPI property table", "GICv3 LPI pending table",
            ])
    }

    @Test("Tables that a log without its beginning still names are kept away from, and there may be more")
    func logWithoutItsBeginning() throws {
        let workshop = try MakeWorkshop("2g-el1-its")
        try KernelFile.write(to: workshop.folder / "Image")
        let root = try SavedRoot("2g-el1-its")
        try root.log("GICv3: using LPI property table @0x421a0000")
        let captured = try workshop.commands.kplan("capture", "--root", root.path, "-o", "machine.json")
        try #require(captured.status == 0, "\(captured)")
        let made = try Self.make(workshop, ["--mem-max", "0x43caffff"])
        try #require(made.status == 0, "\(made)")
        #expect(made.errors.contains("machine.json: segments keep away from the tables"))
        #expect(made.errors.contains("machine.json: the machine has a GICv3 ITS"))
        let plan = try workshop.commands.plan()
        #expect(plan.machine.memory.reserved.last?.kind == "GICv3 LPI property table")

        // A plan that knows nothing of the table doesn't fit the machine.
        try #require(
            try Self.make(
                workshop, ["--mem-max", "0x43caffff"], from: ["--dtb", "fdt", "--memory-map", "iomem"]
            ).status == 0)
        let checked = try workshop.commands.kplan("apply", "plan.json", "--check", "--root", root.path)
        #expect(checked.status == 1)
        #expect(checked.output.contains("is now \"GICv3 LPI property table\" 0x421a0000–0x421affff"))
    }

    /// verify, emit and simulate find the capture as any other input.
    @Test func thePlanIsVerifiedAndEmitted() throws {
        let workshop = try Self.workshop("2g-el1-its")
        try #require(try Self.make(workshop, []).status == 0)
        let verified = try workshop.commands.kplan("verify", "plan.json")
        #expect(verified.status == 0, "\(verified.output)")
        #expect(verified.output.contains("machine.json: as recorded; it says the plan's memory"))
        let emitted = try workshop.commands.kplan("emit", "plan.json", "-o", "out")
        #expect(emitted.status == 0, "\(emitted.errors)")
        try FileManager.default.createDirectory(
            atPath: workshop.folder / "elsewhere", withIntermediateDirectories: false)
        try FileManager.default.moveItem(
            atPath: workshop.folder / "machine.json", toPath: workshop.folder / "elsewhere/moved.json")
        let missing = try workshop.commands.kplan("emit", "plan.json", "-o", "out")
        #expect(missing.status == 2 && missing.errors.contains("--machine FILE or --inputs FOLDER"))
        let found = try workshop.commands.kplan("verify", "plan.json", "--machine", "elsewhere/moved.json")
        #expect(found.status == 0, "\(found.output)")
    }

    /// A device tree beside the capture stands in for its own.
    @Test func anotherDeviceTree() throws {
        let workshop = try Self.workshop("2g-el2-crash")
        let made = try Self.make(workshop, ["--dtb", "fdt"])
        try #require(made.status == 0, "\(made.errors)")
        #expect(
            try workshop.commands.plan().inputs.map(\.role)
                == [.kernel, .initrd, .dtb, .machine, .purgatory])
        #expect(try workshop.commands.kplan("verify", "plan.json").status == 0)
    }

    @Test func whatCannotBePlannedIsSaid() throws {
        let workshop = try Self.workshop("2g-el2-crash")
        func refused(
            _ status: Int32, _ part: String, _ options: [String] = [],
            change: (inout String) -> Void = { _ in }
        ) throws {
            var text = String(decoding: try workshop.folder.read("machine.json"), as: UTF8.self)
            change(&text)
            try workshop.folder.write(Array(text.utf8), "changed.json")
            let result = try Self.make(workshop, options, from: ["--machine", "changed.json"])
            #expect(result.status == status && result.errors.contains(part), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1)
        }
        try refused(64, "--machine has the memory map", ["--memory-map", "iomem"])
        try refused(2, "changed.json: is truncated") { $0.removeLast(30) }
        try refused(2, "the capture has version \"2.0\"") { $0 = $0.replacing("\"1.0\"", with: "\"2.0\"") }
        try refused(2, "is of an x86_64 machine") { $0 = $0.replacing("\"arm64\"", with: "\"x86_64\"") }
        try refused(2, "has pages of 64 KiB", ["--page-size", "4K"]) {
            $0 = $0.replacing("\"page_size\": null", with: "\"page_size\": \"0x10000\"")
        }
        try refused(
            2, "changed.json: has no memory map (/proc/iomem shows zeros to a process without privilege"
        ) {
            $0 = $0.replacing(/"memory_map": \[[^\]]*\]/) { _ in "\"memory_map\": null" }
                .replacing(
                    "\"unreadable\": [",
                    with:
                        "\"unreadable\": [{\"what\": \"memory_map\", \"path\": \"/proc/iomem\", \"reason\": \"hidden\", \"errno\": null},"
                )
        }
        try refused(2, "has no device tree: give one with --dtb FILE") {
            $0 = $0.replacing(/"device_tree": "[^"]*"/) { _ in "\"device_tree\": null" }
        }
        try refused(
            2, "was made with --redact, and the next kernel would get what is masked in its device tree: /a"
        ) {
            $0 = $0.replacing("\"redacted\": null", with: "\"redacted\": [\"device_tree:/a\"]")
        }
    }

    @Test func aRootThatIsNoneIsSaid() throws {
        let folder = try TemporaryFolder()
        let none = try Kplan.run(["capture", "--root", "nowhere"], in: folder)
        #expect(none.status == 2 && none.errors.contains("nowhere: "))
        let empty = try Kplan.run(["capture", "--root", "."], in: folder)
        #expect(empty.status == 2 && empty.errors.contains("is no root folder of an arm64 or x86_64 machine"))
    }
}
