import Files
import Foundation
import TestSupport
import Testing

@testable import kplan

@Suite("A machine that loads only signed plans")
struct SigningPolicyTests {
    let workshop: SigningWorkshop
    let root: SavedRoot
    var folder: TemporaryFolder { workshop.folder }

    init() throws {
        workshop = try SigningWorkshop()
        root = try SavedRoot("2g-el1")
        try workshop.makeKey("key")
        try workshop.makeKey("other")
        try workshop.allow("key", "alice", in: "allowed")
        try workshop.allow("other", "bob", in: "others")
    }

    /// Puts a file of allowed signers where the machine has its demand.
    private func demand(_ name: String = "allowed") throws {
        try root.folder.makeFolder("etc/kplan")
        try root.folder.write(try folder.read(name), "etc/kplan/allowed_signers")
    }

    private func sign(by key: String = "key", _ plan: String = "plan.json") throws {
        try #require(try workshop.kplan("sign", plan, "--key", key).status == 0)
    }

    private func apply(_ options: String...) throws -> TestSupport.Kplan.Result {
        try TestSupport.Kplan.run(
            ["apply", "plan.json", "--root", root.path] + options, in: folder,
            environment: ["LC_ALL": "C.UTF-8"])
    }

    private var policy: String { root.folder / "etc/kplan/allowed_signers" }

    @Test("Where nothing is demanded, nothing is looked at; where it is, an unsigned plan goes nowhere")
    func demanded() throws {
        #expect(try apply("--check").status == 0)
        #expect(try apply("--dry-run").status == 0)
        try root.folder.makeFolder("etc/kplan")
        #expect(try apply("--check").status == 0)
        try demand()
        let unsigned =
            "plan.json.sig: is not there: the plan is not signed (kplan sign), or its signature is somewhere else (--signature)"
        expect(try apply("--dry-run"), 1, "plan.json: is not signed as \(policy) demands: \(unsigned)")
        let checked = try apply("--check")
        #expect(
            checked.status == 1 && checked.output.contains(unsigned), "\(checked)")
        #expect(VerifyCommandTests.checks(checked, "no") == ["signature"])
        #expect(checked.output.hasSuffix("It does not fit: 1 of 10 say no.\n"))
        try sign()
        let signed = try apply("--check", "--json")
        #expect(signed.status == 0 && signed.output.contains("\"check\": \"signature\""))
        #expect(try apply("--dry-run").status == 0)
        try sign(by: "other")
        let other = try apply("--dry-run")
        #expect(other.status == 1 && other.errors.contains("which \(policy) doesn't list"))
        try sign()
        let plan = try folder.read("plan.json")
        try folder.write(plan.patched(plan[plan.count / 2] ^ 1, at: plan.count / 2), "plan.json")
        let tampered = try apply("--dry-run")
        #expect(
            tampered.status == 1 && tampered.errors.contains("plan.json.sig: is not this plan's"),
            "\(tampered)")
    }

    @Test("Options ask for more, never for less")
    func options() throws {
        try sign()
        #expect(try apply("--dry-run", "--allowed-signers", folder / "allowed").status == 0)
        #expect(try apply("--dry-run", "--allowed-signers", folder / "others").status == 1)
        #expect(
            try apply("--dry-run", "--allowed-signers", folder / "allowed", "--signer", "bob").status == 1)
        #expect(
            try apply("--dry-run", "--allowed-signers", folder / "allowed", "--signer", "alice").status == 0)
        #expect(try apply("--dry-run", "--signer", "alice").status == 64)
        try demand("others")
        #expect(try apply("--dry-run", "--allowed-signers", folder / "allowed").status == 1)
        let both = try apply("--check", "--allowed-signers", folder / "allowed")
        #expect(both.status == 1)
        #expect(VerifyCommandTests.checks(both, "no") == ["signature"])
        #expect(VerifyCommandTests.checks(both, "ok").contains("signature"))
        try demand()
        #expect(try apply("--dry-run", "--allowed-signers", folder / "others").status == 1)
        #expect(try apply("--dry-run", "--allowed-signers", folder / "allowed").status == 0)
        // The signature is in another place.
        _ = try Toolchain.run("mv", [folder / "plan.json.sig", folder / "elsewhere"], input: [])
        #expect(try apply("--dry-run").status == 1)
        #expect(try apply("--dry-run", "--signature", "elsewhere").status == 0)
    }

    @Test("A demand that can't be read, or that another may change, refuses everything and says what to do")
    func closed() throws {
        try sign()
        try demand()
        let advice = "nothing is loaded until root has put that right, or has removed the file"
        func refusal(_ text: String, of path: String = "etc/kplan/allowed_signers") throws {
            expect(try apply("--dry-run"), 2, "\(root.folder / path): \(text): \(advice)")
            let checked = try apply("--check")
            #expect(checked.status == 2 && VerifyCommandTests.checks(checked, "failed") == ["signature"])
        }
        let mode = { (mode: Int, path: String) in
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: root.folder / path)
        }
        for wrong in [0o664, 0o646, 0o666] {
            try mode(wrong, "etc/kplan/allowed_signers")
            try refusal("others than its owner may write to it (chmod go-w)")
        }
        try mode(0o444, "etc/kplan/allowed_signers")
        #expect(try apply("--dry-run").status == 0)
        try mode(0o775, "etc/kplan")
        try refusal("others than its owner may write to it (chmod go-w)", of: "etc/kplan")
        try mode(0o755, "etc/kplan")
        try mode(0o644, "etc/kplan/allowed_signers")
        try root.folder.write([0xff, 0x0a], "etc/kplan/allowed_signers")
        expect(try apply("--dry-run"), 2, "\(policy):1: is no UTF-8: \(advice)")
        // An empty file allows nobody.
        try root.folder.write([], "etc/kplan/allowed_signers")
        #expect(try apply("--dry-run").status == 1)
        // A link that leads nowhere is no file that isn't there.
        try root.remove("etc/kplan/allowed_signers")
        try FileManager.default.createSymbolicLink(atPath: policy, withDestinationPath: "nowhere")
        try refusal("open: No such file or directory (ENOENT)")
        try root.remove("etc/kplan/allowed_signers")
        try root.folder.makeFolder("etc/kplan/allowed_signers")
        try refusal("is a folder")
        try root.remove("etc/kplan")
        try root.folder.write([], "etc/kplan")
        try refusal("fstat: Not a directory (ENOTDIR)")
        // A folder that isn't mounted yet.
        try root.remove("etc/kplan")
        try FileManager.default.createSymbolicLink(
            atPath: root.folder / "etc/kplan", withDestinationPath: "../mnt/kplan")
        try refusal("open: No such file or directory (ENOENT)", of: "etc/kplan")
    }

    @Test("Whose the file is")
    func owner() throws {
        func refusal(_ user: UInt32, _ isWritableByOthers: Bool = false) -> String? {
            do throws(Failure) {
                try SigningPolicy.check(
                    FileOwner(user: user, isWritableByOthers: isWritableByOthers),
                    of: "/etc/kplan/allowed_signers", due: 0)
                return nil
            } catch {
                return error.text
            }
        }
        #expect(refusal(0) == nil)
        #expect(
            refusal(1000)
                == "/etc/kplan/allowed_signers: is owned by user 1000, and has to be root's (chown root)")
        #expect(refusal(0, true)?.contains("chmod go-w") == true)
    }

    @Test("--replan: the same plan is still signed, another one is not")
    func replanned() throws {
        try demand()
        #expect(try apply("--replan", "--dry-run").status == 1)
        try sign()
        let same = try apply("--replan", "--dry-run", "-o", "new.json")
        #expect(same.status == 0, "\(same)")
        let plan = try workshop.commands.plan()
        let purgatory = try #require(plan.segment(.purgatory)?.range)
        try root.reserve(purgatory.start.rawValue, purgatory.start.rawValue + 0xfff, "Crash kernel")
        let other = try apply("--replan", "--dry-run", "-o", "new.json")
        #expect(other.status == 1 && other.output.hasPrefix("What changed\n"), "\(other)")
        #expect(
            other.errors.hasSuffix(
                """
                kplan: plan.json: nothing is loaded: made again for this machine it is another plan, which nobody has signed as \
                \(policy) demands: have new.json signed (kplan sign), and apply that

                """))
        try sign("new.json")
        #expect(
            try TestSupport.Kplan.run(
                ["apply", "new.json", "--dry-run", "--root", root.path], in: folder
            ).status == 0)
    }

    @Test("kplan kexec loads nothing: its plans are made in memory")
    func kexec() throws {
        guard case .load(let order) = try KexecCommand.parse(["-l", folder / "Image"]).request() else {
            Issue.record("no order")
            return
        }
        try demand()
        do {
            try KernelLoading(order: order, machine: RunningMachine(root: root.path)).run()
            Issue.record("it was loaded")
        } catch let failure as Failure {
            #expect(failure.status == .no)
            #expect(
                failure.text == """
                    \(folder / "Image"): \(policy) lets no plan be loaded that is not signed, and this one is made in memory: make it \
                    with kplan make, have it signed (kplan sign), and kplan apply it
                    """)
        }
    }
}
