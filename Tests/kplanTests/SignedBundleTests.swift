import Foundation
import TestSupport
import Testing

@testable import kplan

@Suite("A plan's signature goes with it into its bundle")
struct SignedBundleTests {
    let workshop: SigningWorkshop
    var folder: TemporaryFolder { workshop.folder }

    init() throws {
        workshop = try SigningWorkshop()
        try workshop.makeKey("key")
        try workshop.allow("key", "alice")
        try #require(try workshop.kplan("sign", "plan.json", "--key", "key").status == 0)
        try folder.makeFolder("away")
        try #require(try workshop.kplan("bundle", "plan.json", "-o", "away/plan.tar").status == 0)
    }

    private func verify(_ bundle: String, _ options: String...) throws -> TestSupport.Kplan.Result {
        try TestSupport.Kplan.run(
            ["verify", bundle, "--allowed-signers", "allowed"] + options, in: folder,
            environment: ["LC_ALL": "C.UTF-8"])
    }

    @Test("It is the file beside the plan, byte for byte, and counts as that does")
    func verified() throws {
        let bundle = try #require(try PlanDocument(reading: folder / "away/plan.tar").bundle)
        let signature = try #require(bundle.signature)
        #expect(try signature.bytes == folder.read("plan.json.sig"))
        let verified = try verify("away/plan.tar")
        #expect(verified.status == 0 && verified.output.contains("alice, by "), "\(verified)")
        #expect(try workshop.kplan("bundle", "away/plan.tar", "-o", "again.tar").status == 0)
        #expect(try folder.read("again.tar") == folder.read("away/plan.tar"))
    }

    @Test("A bundle without one has it beside itself, as a plan has, or where --signature says")
    func beside() throws {
        try FileManager.default.moveItem(atPath: folder / "plan.json.sig", toPath: folder / "moved.sig")
        try #require(try workshop.kplan("bundle", "plan.json", "-o", "away/plan.tar").status == 0)
        let missing = try verify("away/plan.tar")
        #expect(
            missing.status == 1 && missing.output.contains("away/plan.tar.sig: is not there"), "\(missing)")
        #expect(try verify("away/plan.tar", "--signature", "moved.sig").status == 0)
        try #require(try workshop.kplan("sign", "away/plan.tar", "--key", "key").status == 0)
        #expect(try verify("away/plan.tar").status == 0)
        // It is made of the plan's bytes, so it is the plan's as well.
        #expect(try verify("plan.json", "--signature", "away/plan.tar.sig").status == 0)
    }

    @Test("Every changed byte of the plan and of the signature in a bundle is refused")
    func tampered() throws {
        let bytes = try folder.read("away/plan.tar")
        let document = try PlanDocument(reading: folder / "away/plan.tar")
        let signature = try #require(document.bundle?.signature)
        for part in [document.bytes, signature.bytes] {
            let start = try #require(bytes.firstRange(of: part)?.lowerBound)
            // All of them are changed in SignCommandTests; here, that the bundle's are looked at.
            for offset in stride(from: 0, to: part.count, by: part.count / 20) {
                var changed = bytes
                changed[start + offset] ^= 1
                try folder.write(changed, "changed.tar")
                let result = try verify("changed.tar")
                #expect(result.status != 0, "byte \(offset) of \(part.count)")
            }
        }
    }

    @Test("A signature of other bytes goes into no bundle")
    func stale() throws {
        try folder.write(try folder.read("plan.json") + [UInt8(ascii: "\n")], "plan.json")
        let made = try workshop.kplan("bundle", "plan.json", "-o", "stale.tar")
        #expect(made.status == 1 && made.errors.contains("plan.json.sig: "), "\(made)")
        #expect(!FileManager.default.fileExists(atPath: folder / "stale.tar"))
        try folder.write(Array("a signature\n".utf8), "plan.json.sig")
        #expect(try workshop.kplan("bundle", "plan.json", "-o", "stale.tar").status == 1)
    }

    @Test("A machine that demands signatures takes a signed bundle")
    func applied() throws {
        let root = try SavedRoot("2g-el1")
        try root.folder.makeFolder("etc/kplan")
        try root.folder.write(try folder.read("allowed"), "etc/kplan/allowed_signers")
        let options = ["--dry-run", "--root", root.path]
        func apply(_ bundle: String) throws -> TestSupport.Kplan.Result {
            try TestSupport.Kplan.run(["apply", bundle] + options, in: folder)
        }
        #expect(try apply("away/plan.tar").status == 0)
        try workshop.remove("plan.json.sig")
        try #require(try workshop.kplan("bundle", "plan.json", "-o", "unsigned.tar").status == 0)
        let unsigned = try apply("unsigned.tar")
        #expect(
            unsigned.status == 1 && unsigned.errors.contains("unsigned.tar: is not signed"), "\(unsigned)")
    }
}
