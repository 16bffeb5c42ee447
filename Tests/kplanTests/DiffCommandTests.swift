import KexecPlan
import TestSupport
import Testing

@testable import kplan

@Suite("kplan diff")
struct DiffCommandTests {
    private static func workshop() throws -> MakeWorkshop {
        let workshop = try MakeWorkshop("2g-el1")
        _ = try workshop.make(["--purgatory", "purgatory.o"])
        _ = try workshop.folder.write(try workshop.folder.read("plan.json"), "old.json")
        return workshop
    }

    @Test func samePlan() throws {
        let workshop = try Self.workshop()
        let result = try workshop.commands.kplan("diff", "old.json", "plan.json")
        let id = try workshop.commands.plan().id
        #expect(
            result.output == "Old  \(id)  old.json\nNew  \(id)  plan.json\n\nThe plans are the same.\n")
        #expect(result.status == 0 && result.errors.isEmpty)
    }

    @Test("Another initrd, another command line, a reservation more: causes apart from what follows")
    func causesAndConsequences() throws {
        let workshop = try Self.workshop()
        let folder = workshop.folder
        try folder.write(MakeWorkshop.initrd + MakeWorkshop.initrd, "initrd")
        let iomem = String(decoding: try Fixture.iomem("2g-el1"), as: UTF8.self)
        let ram = try #require(iomem.range(of: "40000000-bfffffff : System RAM\n"))
        try folder.write(
            Array((iomem[..<ram.upperBound] + "  40000000-4000ffff : new\n" + iomem[ram.upperBound...]).utf8),
            "iomem")
        let inputs = MakeWorkshop.inputs().map {
            $0 == "console=ttyAMA0 panic=-1" ? "console=ttyAMA0 loglevel=7" : $0
        }
        let made = try TestSupport.Kplan.run(
            inputs + ["--purgatory", "purgatory.o", "-o", "plan.json"], in: folder)
        try #require(made.status == 0, "\(made.errors)")

        let result = try workshop.commands.kplan("diff", "old.json", "plan.json")
        #expect(result.status == 1 && result.errors.isEmpty)
        let parts = result.output.split(separator: "\n\n").map { $0.split(separator: "\n") }
        try #require(parts.count == 3)
        #expect(parts[1].first == "What changed" && parts[2].first == "What follows from it")
        func row(_ part: Int, _ start: String) -> String? {
            parts[part].first { $0.hasPrefix("  \(start)  ") }.map(String.init)
        }
        #expect(row(1, "initrd")?.contains("content changed: 585.9 KiB → 1.1 MiB, SHA-256 ") == true)
        #expect(row(1, "command line")?.hasSuffix("  \"panic=-1\" → \"loglevel=7\"") == true)
        #expect(row(1, "memory")?.hasSuffix("  + new 0x40000000–0x4000ffff (64 KiB)") == true)
        #expect(parts[1].count == 5)
        #expect(row(2, "initrd")?.contains("moved 0x") == true)
        #expect(row(2, "dtb")?.contains("moved 0x") == true || row(2, "dtb")?.contains("content") == true)
        #expect(parts[2].contains { $0.contains("/chosen/linux,initrd-end: 0x") })
    }

    @Test func editedPlan() throws {
        let workshop = try Self.workshop()
        try workshop.commands.edit { $0.segments[0].address = .zero }
        let result = try workshop.commands.kplan("diff", "old.json", "plan.json")
        #expect(result.status == 1)
        #expect(
            result.output.contains(
                """
                What changed
                  nothing in files, request or machine: a plan was edited, or made by another version of kplan
                """))
        #expect(result.output.contains(" → 0x0\n"))
    }

    @Test func trouble() throws {
        let workshop = try Self.workshop()
        expect(
            try workshop.commands.kplan("diff", "old.json", "nowhere.json"), 2,
            "nowhere.json: open: No such file or directory (ENOENT)")
    }
}
