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

    @Test("A list of segments that can't all be written is not there")
    func aFailedEmitLeavesNoList() throws {
        let workshop = try CommandWorkshop.withPlan()
        #expect(try workshop.kplan("emit", "plan.json", "-o", "out").status == 0)
        let list = workshop.folder / "out/segments.json"
        #expect(FileManager.default.fileExists(atPath: list))
        // A folder where a segment's file would be.
        try FileManager.default.removeItem(atPath: workshop.folder / "out/purgatory.bin")
        try FileManager.default.createDirectory(
            atPath: workshop.folder / "out/purgatory.bin", withIntermediateDirectories: false)
        expect(
            try workshop.kplan("emit", "plan.json", "-o", "out"), 2,
            "out/purgatory.bin: can't be written: is a folder")
        #expect(!FileManager.default.fileExists(atPath: list))
    }
}
