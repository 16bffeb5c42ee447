import Foundation
import TestSupport
import Testing

@Suite("An output is never an input")
struct OverwritingTests {
    @Test func aPlanOverItsKernel() throws {
        let workshop = try CommandWorkshop()
        try FileManager.default.createSymbolicLink(
            atPath: workshop.folder / "link", withDestinationPath: "Image")
        for output in ["Image", "./Image", "link"] {
            expect(
                try workshop.make(["-o", output]), 64,
                "\(output): would overwrite the input Image: write somewhere else")
        }
        #expect(try workshop.make(["-o", "plan.json"]).status == 0)
        // An older plan may be overwritten.
        #expect(try workshop.make(["-o", "plan.json"]).status == 0)
    }

    @Test func segmentsOverInputs() throws {
        let workshop = try CommandWorkshop()
        try FileManager.default.moveItem(atPath: workshop.folder / "fdt", toPath: workshop.folder / "dtb.bin")
        let made = try workshop.kplan(
            "make", "--kernel", "Image", "--dtb", "dtb.bin", "--memory-map", "iomem", "--command-line",
            "quiet",
            "-o", "plan.json")
        try #require(made.status == 0, "\(made.errors)")
        let before = try workshop.folder.read("dtb.bin")
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "."), 64,
            "./dtb.bin: would overwrite the input ./dtb.bin: write somewhere else")
        #expect(try workshop.folder.read("dtb.bin") == before)
        #expect(!workshop.folder.names.contains("kernel.bin"))
        #expect(try workshop.kplan("emit", "plan.json", "-o", "out").status == 0)
    }

    @Test("What another wrote stays as it is; what an emission left goes")
    func filesOfOthers() throws {
        let workshop = try CommandWorkshop.withPlan()
        let folder = workshop.folder
        try FileManager.default.createDirectory(atPath: folder / "out", withIntermediateDirectories: false)
        // No segment of this plan.
        try folder.write([1], "out/initrd.bin")
        #expect(try workshop.kplan("emit", "plan.json", "-o", "out").status == 0)
        #expect(try folder.read("out/initrd.bin") == [1])
        // A plan with an initrd, whose file is there, and no list names it.
        try folder.write([2], "initrd")
        #expect(try workshop.make(["--initrd", "initrd", "-o", "other.json"]).status == 0)
        let list = try folder.read("out/segments.json")
        expect(
            try workshop.kplan("emit", "other.json", "-o", "out"), 2,
            """
            out/initrd.bin: is there, and no list of kplan emit names it: nothing is overwritten; remove it, or write to \
            another folder
            """)
        #expect(try folder.read("out/initrd.bin") == [1] && folder.read("out/segments.json") == list)
        try FileManager.default.removeItem(atPath: folder / "out/initrd.bin")
        #expect(try workshop.kplan("emit", "other.json", "-o", "out").status == 0)
        #expect(try folder.read("out/initrd.bin") == [2])
        #expect(try workshop.kplan("emit", "plan.json", "-o", "out").status == 0)
        #expect(!FileManager.default.fileExists(atPath: folder / "out/initrd.bin"))
        try folder.write(Array("{}".utf8), "out/segments.json")
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 2,
            "out/segments.json: is no list that kplan emit wrote: nothing is overwritten; write to another folder"
        )
        #expect(try folder.read("out/segments.json") == Array("{}".utf8))
    }

    @Test("Segments that can't all be written change nothing of the emission that is there")
    func aFailedEmitChangesNothing() throws {
        let workshop = try CommandWorkshop.withPlan()
        #expect(try workshop.kplan("emit", "plan.json", "-o", "out").status == 0)
        let folder = workshop.folder
        // A folder where a segment's file would be.
        try FileManager.default.removeItem(atPath: folder / "out/purgatory.bin")
        try FileManager.default.createDirectory(
            atPath: folder / "out/purgatory.bin", withIntermediateDirectories: false)
        func files() throws -> [String: [UInt8]] {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder / "out")
            return try Dictionary(
                uniqueKeysWithValues: names.filter { $0 != "purgatory.bin" }
                    .map { ($0, try folder.read("out/\($0)")) })
        }
        let before = try files()
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 2,
            "out/purgatory.bin: can't be written: is a folder")
        #expect(try files() == before)
        #expect(before["segments.json"] != nil)
    }
}
