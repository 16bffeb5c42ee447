import PlanJSON
import TestSupport
import Testing

@testable import kplan

@Suite("kplan sign, and verify --allowed-signers")
struct SignCommandTests {
    let workshop: SigningWorkshop
    var folder: TemporaryFolder { workshop.folder }

    init() throws {
        workshop = try SigningWorkshop()
    }

    @Test("A signature that kplan and ssh-keygen take", arguments: ["ed25519", "ecdsa"])
    func signed(type: String) throws {
        try workshop.makeKey("key", type: type)
        let name = type == "ecdsa" ? "ecdsa-sha2-nistp256" : "ssh-ed25519"
        let fingerprint = try workshop.fingerprint("key")
        let id = try workshop.commands.plan().id
        let signed = try workshop.kplan("sign", "plan.json", "--key", "key")
        #expect(signed.status == 0 && signed.output.isEmpty)
        #expect(
            signed.errors == "kplan: signed plan.json (plan \(id.prefix(16))) by \(name) \(fingerprint)\n")
        try workshop.allow("key", "alice@example.com")
        let verified = try workshop.kplan("verify", "plan.json", "--allowed-signers", "allowed")
        #expect(verified.status == 0 && verified.errors.isEmpty, "\(verified)")
        #expect(
            verified.output.contains(
                "  ok  signature    alice@example.com, by \(name) \(fingerprint), as allowed:1 has it\n"))
        _ = try Toolchain.run(
            "ssh-keygen",
            [
                "-Y", "verify", "-f", folder / "allowed", "-I", "alice@example.com", "-n", "kplan", "-s",
                folder / "plan.json.sig",
            ], input: folder.read("plan.json"))
        // And one of ssh-keygen's own, which is in another place.
        _ = try Toolchain.run(
            "ssh-keygen", ["-Y", "sign", "-q", "-f", folder / "key", "-n", "kplan", folder / "Image"],
            input: [])
        let other = try workshop.kplan(
            "verify", "plan.json", "--allowed-signers", "allowed", "--signature", "Image.sig", "--json")
        #expect(other.status == 1 && other.output.contains("\"verified\": false"))
        #expect(other.output.contains("Image.sig: is not this plan's"))
    }

    @Test("By an agent that has the key")
    func agent() throws {
        try workshop.makeKey("key")
        let script = """
            cd "$1" && ssh-add -q key && rm key && exec "$0" sign plan.json --key key.pub -o out.sig 2>&1
            """
        _ = try Toolchain.run(
            "ssh-agent", ["bash", "-c", script, try TestSupport.Kplan.path, folder.path], input: [])
        try workshop.allow("key", "alice")
        let verified = try workshop.kplan(
            "verify", "plan.json", "--allowed-signers", "allowed", "--signature", "out.sig", "--signer",
            "alice")
        #expect(verified.status == 0, "\(verified)")
        #expect(!folder.names.contains("plan.json.sig"))
    }

    @Test("What can't be signed, or with what")
    func refused() throws {
        try workshop.makeKey("key")
        try workshop.makeKey("rsa", type: "rsa")
        let taken =
            "ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, sk-ssh-ed25519@openssh.com, sk-ecdsa-sha2-nistp256@openssh.com"
        expect(
            try workshop.kplan("sign", "plan.json", "--key", "rsa"), 2,
            """
            rsa.pub: is of an RSA key, which kplan doesn't take: use an Ed25519 key (ssh-keygen -t ed25519), or another of \
            \(taken)
            """)
        // Where its public half is not at hand, the signature tells.
        try workshop.remove("rsa.pub")
        let late = try workshop.kplan("sign", "plan.json", "--key", "rsa")
        #expect(late.status == 2 && late.errors.contains("what ssh-keygen made: is of an RSA key"))
        expect(
            try workshop.kplan("sign", "plan.json", "--key", "nothing"), 2,
            "nothing: is not there: --key names a private key, or the public key of one in an agent")
        let notAKey = try workshop.kplan("sign", "plan.json", "--key", "Image")
        #expect(notAKey.status == 2)
        #expect(
            notAKey.errors.hasSuffix(
                "kplan: ssh-keygen: signs nothing with Image (status 255; it says why)\n"))
        expect(
            try TestSupport.Kplan.run(
                ["sign", "plan.json", "--key", "key"], in: folder, environment: ["PATH": "/nowhere"]), 2,
            """
            ssh-keygen: can't be run: No such file or directory (ENOENT): it makes signatures, and is part of OpenSSH \
            (Debian: openssh-client)
            """)
        let over = try workshop.kplan("sign", "plan.json", "--key", "key", "-o", "plan.json")
        #expect(over.status == 64 && over.errors.contains("would overwrite the input plan.json"))
        #expect(try workshop.kplan("sign", "Image", "--key", "key").status == 2)
        try workshop.commands.edit { $0.segments.removeLast() }
        let broken = try workshop.kplan("sign", "plan.json", "--key", "key")
        #expect(
            broken.status == 1 && broken.errors.hasPrefix("kplan: plan.json: is not signed: it breaks rules"))
        #expect(!folder.names.contains { $0.hasSuffix(".sig") || $0.hasPrefix(".kplan-") })
    }

    @Test("What ssh-keygen says is checked: one that signs something else is found out")
    func lyingProgram() throws {
        try workshop.makeKey("key")
        try folder.makeFolder("bin")
        for (script, due) in [
            ("cat >/dev/null; echo hello", "what ssh-keygen made: is no SSH signature"),
            (
                "cat >/dev/null; echo x | /usr/bin/ssh-keygen \"$@\"",
                "what ssh-keygen made: is not this plan's"
            ),
            ("exit 7", "ssh-keygen: signs nothing with key (status 7; it says why)"),
            ("kill -9 $$", "ssh-keygen: was ended by signal 9: nothing is signed"),
        ] {
            try Toolchain.writeProgram(script, folder / "bin/ssh-keygen")
            let result = try TestSupport.Kplan.run(
                ["sign", "plan.json", "--key", "key"], in: folder,
                environment: ["PATH": "\(folder / "bin"):/usr/bin:/bin"])
            #expect(result.status == 2 && result.errors.hasPrefix("kplan: \(due)"), "\(result)")
            #expect(!folder.names.contains("plan.json.sig"))
        }
    }

    @Test("verify says why a signature doesn't count")
    func notCounted() throws {
        try workshop.makeKey("key")
        try workshop.makeKey("other")
        #expect(try workshop.kplan("sign", "plan.json", "--key", "key").status == 0)
        let fingerprint = try workshop.fingerprint("key")
        func finding(_ options: String...) throws -> String? {
            let result = try TestSupport.Kplan.run(
                ["verify", "plan.json", "--allowed-signers", "allowed"] + options, in: folder,
                environment: ["LC_ALL": "C.UTF-8"])
            let line = result.output.split(separator: "\n").first { $0.contains("  signature  ") }
            guard let line, result.status == 1, line.hasPrefix("  no  ") else { return nil }
            return line.dropFirst("  no  signature".count).drop { $0 == " " }.description
        }
        let made = "plan.json.sig: was made by ssh-ed25519 \(fingerprint), which allowed"
        try workshop.allow("other", "alice")
        #expect(try finding() == "\(made) doesn't list")
        try workshop.allow("key", "alice")
        #expect(
            try finding("--signer", "bob")
                == "\(made) doesn't let count: line 1 has it for \"alice\", not for \"bob\"")
        try workshop.allow("key", "alice valid-before=\"20200101\"")
        #expect(try finding() == "\(made) doesn't let count: line 1 has it until 20200101")
        try workshop.allow("key", "alice namespaces=\"git\"")
        #expect(try finding() == "\(made) doesn't let count: line 1 has it for the namespaces \"git\" alone")
        try workshop.allow("key", "alice cert-authority")
        #expect(
            try finding()
                == "\(made) doesn't let count: line 1 has it as cert-authority, and kplan takes no certificates"
        )
        #expect(
            try finding("--signature", "none.sig")?.hasPrefix(
                "none.sig: is not there: the plan is not signed") == true)
        // What can't be read tells nothing: status 2.
        try folder.write(Array("\nalice\n".utf8), "allowed")
        let unread = try workshop.kplan("verify", "plan.json", "--allowed-signers", "allowed")
        #expect(
            unread.status == 2 && unread.output.contains("  failed  signature    allowed:2: has no key: "))
        #expect(try workshop.kplan("verify", "plan.json", "--allowed-signers", "missing").status == 2)
        #expect(try workshop.kplan("verify", "plan.json", "--signature", "plan.json.sig").status == 64)
        #expect(try workshop.kplan("verify", "plan.json", "--signer", "alice").status == 64)
    }

    @Test("Each changed byte of a signed plan, and of its signature, is refused")
    func tampered() throws {
        try workshop.makeKey("key")
        try workshop.allow("key", "alice")
        #expect(
            try workshop.kplan(
                "make", "--method", "kexec_file_load", "--kernel", "Image", "--command-line", "quiet", "-o",
                "plan.json"
            ).status == 0)
        #expect(try workshop.kplan("sign", "plan.json", "--key", "key").status == 0)
        let plan = try folder.read("plan.json")
        let signature = try folder.read("plan.json.sig")
        let policy = SigningPolicy([try SigningDemand(folder.read("allowed"), path: "allowed")])
        func word(_ plan: [UInt8], _ signature: [UInt8]) -> String {
            policy.checks(of: PlanDocument(plan, path: "p")) { SignatureFile(signature, path: "s") }[0].word
        }
        #expect(word(plan, signature) == "ok")
        plan.forEachChangedByte { changed in #expect(word(changed, signature) == "no") }
        signature.forEachChangedByte { changed in #expect(word(plan, changed) == "no") }
        // Some of them by the command, which refuses them whether or not they are plans.
        let options = ["verify", "plan.json", "--allowed-signers", "allowed"]
        #expect(try TestSupport.Kplan.run(options, in: folder).status == 0)
        for index in stride(from: 0, to: plan.count, by: 97) {
            try folder.write(plan.patched(plan[index] ^ 1, at: index), "plan.json")
            #expect(try TestSupport.Kplan.run(options, in: folder).status != 0, "byte \(index)")
        }
        try folder.write(plan, "plan.json")
        for index in stride(from: 0, to: signature.count, by: 31) {
            try folder.write(signature.patched(signature[index] ^ 1, at: index), "plan.json.sig")
            #expect(try TestSupport.Kplan.run(options, in: folder).status == 1, "byte \(index)")
        }
    }
}
