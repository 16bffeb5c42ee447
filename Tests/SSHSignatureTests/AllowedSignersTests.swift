import TestSupport
import Testing

@testable import SSHSignature

@Suite("Files of allowed signers")
struct AllowedSignersTests {
    private static let clock = SSHClock(utc: 2026_06_15_12_00_00, local: 2026_06_15_14_00_00)
    private let key: SoftwareKey
    private let message = Array("a plan".utf8)

    init() throws {
        key = try SoftwareKey(.ed25519)
    }

    private func answer(
        _ text: String, by principal: String? = nil, _ parts: SoftwareKey.Parts = .init(),
        key: SoftwareKey? = nil
    ) throws -> AllowedSigners.Answer {
        let signature = try SSHSignature(armored: (key ?? self.key).armored(message, parts))
        return try AllowedSigners(Array(text.utf8)).answer(to: signature, by: principal) { Self.clock }
    }

    private func refusal(_ text: String, by principal: String? = nil) throws -> AllowedSigners.Refusal? {
        guard case .refused(let lines) = try answer(text, by: principal) else { return nil }
        return lines.first?.reason
    }

    @Test("Who it is: the name that was asked for, or the line's")
    func allowed() throws {
        let file = "# who may\n\n \t\n" + (try SoftwareKey(.ecdsaP256).line("bob")) + key.line("alice,al*")
        #expect(try answer(file) == .allowed(.init(principal: "alice,al*", line: 5)))
        #expect(try answer(file, by: "alan") == .allowed(.init(principal: "alan", line: 5)))
        #expect(try refusal(file, by: "bob") == .otherPrincipal("alice,al*"))
        #expect(try answer(try SoftwareKey(.ed25519, seed: 8).line("alice")) == .refused([]))
        #expect(try answer("") == .refused([]))
        #expect(try refusal(key.line("!alice")) == .otherPrincipal("!alice"))
        #expect(try answer(key.line("\"a b\""), by: "a b") == .allowed(.init(principal: "a b", line: 1)))
        // A line that says no is not the last word.
        #expect(
            try answer(key.line("bob") + key.line("alice"), by: "alice")
                == .allowed(.init(principal: "alice", line: 2)))
        #expect(
            try answer(key.line("alice").replacing("\n", with: "\r\n"))
                == .allowed(.init(principal: "alice", line: 1)))
    }

    @Test(
        "Patterns",
        arguments: [
            ("*", "anyone", true), ("*", "", true), ("?", "", false), ("a?c", "abc", true),
            ("a*c", "ac", true),
            ("a*b*c", "axxbyyc", true), ("a*b*c", "axxbyy", false), ("*@example.com", "a@example.com", true),
            ("*@example.com", "a@example.org", false), ("*,!bob", "bob", false), ("!bob,*", "bob", false),
            ("*,!bob", "alice", true), ("!bob", "alice", false), ("Alice", "alice", false),
            ("**a", "bba", true),
        ])
    func patterns(list: String, name: String, isMatched: Bool) throws {
        #expect(try #require(PatternList(list)).matches(name) == isMatched)
    }

    @Test("A pattern that would take for ever doesn't")
    func evilPattern() throws {
        let list = try #require(PatternList(String(repeating: "*a", count: 500) + "b"))
        #expect(!list.matches(String(repeating: "a", count: 5000)))
    }

    @Test("Namespaces and times")
    func options() throws {
        func line(_ options: String) -> String { "alice \(options) " + key.line() }
        for good in [
            #"namespaces="kplan""#, #"namespaces="git,kpl*""#,
            #"NameSpaces="file,kplan",valid-after="20200101""#,
            #"valid-after="20260615140000""#, #"valid-before="202606151400""#,
            #"valid-after="20260615120000Z""#,
            #"valid-before="20260615120000Z""#, #"valid-after="20260101Z",valid-before="20270101""#,
        ] {
            #expect(try refusal(line(good)) == nil, "\(good)")
        }
        #expect(try refusal(line(#"namespaces="git""#)) == .otherNamespace("git"))
        #expect(try refusal(line(#"namespaces="*,!kplan""#)) == .otherNamespace("*,!kplan"))
        for (option, isEarly) in [
            (#"valid-after="20260615140001""#, true), (#"valid-before="20260615135959""#, false),
            (#"valid-after="20260615120001Z""#, true), (#"valid-before="20260615115959Z""#, false),
            (#"valid-after="20260616""#, true), (#"valid-before="20260615""#, false),
        ] {
            switch try refusal(line(option)) {
            case .notYetValid: #expect(isEarly, "\(option)")
            case .noLongerValid: #expect(!isEarly, "\(option)")
            case let other: Issue.record("\(option): \(String(describing: other))")
            }
        }
        #expect(try refusal(line("cert-authority")) == .certificateAuthority)
    }

    @Test("The clock is asked only where a line with the key has a time")
    func clockIsNotAsked() throws {
        let signature = try SSHSignature(armored: key.armored(message))
        let text = #"bob valid-before="20200101" "# + (try SoftwareKey(.ecdsaP256).line()) + key.line("alice")
        let answer = try AllowedSigners(Array(text.utf8)).answer(to: signature, by: nil) {
            Issue.record("the clock was asked")
            return Self.clock
        }
        #expect(answer == .allowed(.init(principal: "alice", line: 2)))
    }

    @Test(
        "A hardware key was touched, or need not be",
        arguments: [SSHKeyType.hardwareEd25519, .hardwareECDSAP256])
    func touch(type: SSHKeyType) throws {
        let hardware = try SoftwareKey(type)
        var untouched = SoftwareKey.Parts()
        // User verification without presence.
        untouched.flags = 4
        #expect(
            try answer(hardware.line("alice"), key: hardware) == .allowed(.init(principal: "alice", line: 1)))
        #expect(
            try answer(hardware.line("alice"), untouched, key: hardware)
                == .refused([.init(line: 1, reason: .untouched)]))
        #expect(
            try answer(hardware.line("alice no-touch-required"), untouched, key: hardware)
                == .allowed(.init(principal: "alice", line: 1)))
    }

    @Test("Keys that are not taken are no errors: the file may be for others too")
    func otherKeys() throws {
        let folder = try TemporaryFolder()
        _ = try Toolchain.run("ssh-keygen", ["-q", "-t", "rsa", "-N", "", "-f", folder / "rsa"], input: [])
        let file = "bob " + String(decoding: try folder.read("rsa.pub"), as: UTF8.self) + key.line("alice")
        #expect(try answer(file) == .allowed(.init(principal: "alice", line: 2)))
    }

    @Test("A line that can't be read is an error, wherever it is")
    func broken() throws {
        func reason(_ line: String) -> AllowedSignersError? {
            do {
                _ = try AllowedSigners(Array((key.line("alice") + line).utf8))
                return nil
            } catch {
                return error
            }
        }
        let text = key.line()
        let blob = text.split(separator: " ")[1]
        let cases: [(String, AllowedSignersError.Reason)] = [
            ("bob", .noKey), ("bob cert-authority", .noKey), ("bob ssh-ed25519", .noBase64),
            ("bob ssh-ed25519 \(blob.dropLast())", .noBase64), ("a,,b " + text, .noPrincipals),
            (",bob " + text, .noPrincipals), ("! " + text, .noPrincipals), ("\"bob " + text, .openQuote),
            ("\"\" " + text, .noPrincipals),
            // To ssh-keygen these are principals with options, or with a negation.
            (
                #"a,namespaces="kplan",valid-before="20200101" "# + text,
                .badPrincipals(#"a,namespaces="kplan",valid-before="20200101""#)
            ),
            (#"a,cert-authority=x "# + text, .badPrincipals("a,cert-authority=x")),
            (#"*,!"bob" "# + text, .badPrincipals(#"*,!"bob""#)),
            (#""a"cert-authority "# + text, .badPrincipals("a")),
            ("al\0ce,alice " + text, .noText),
            ("bob ssh-rsa \(blob)", .otherKeyType("ssh-ed25519", line: "ssh-rsa")),
            ("bob ssh-ed25519 AAAA", .key(.cutOff(.keyType, needed: 4, found: 3))),
            ("bob verify-required " + text, .unknownOption("verify-required")),
            ("bob cert-authority, " + text, .unknownOption("")),
            ("bob namespaces=kplan " + text, .badOption("namespaces", "kplan")),
            (#"bob namespaces="" "# + text, .badOption("namespaces", "\"\"")),
            (#"bob namespaces="a",namespaces="b" "# + text, .optionTwice("namespaces")),
            (#"bob valid-after="2026" "# + text, .badOption("valid-after", "\"2026\"")),
            (#"bob valid-after="20260229" "# + text, .badOption("valid-after", "\"20260229\"")),
            (#"bob valid-after="20261301" "# + text, .badOption("valid-after", "\"20261301\"")),
            (#"bob valid-before="202601012400" "# + text, .badOption("valid-before", "\"202601012400\"")),
            (#"bob valid-before="2026010112z" "# + text, .badOption("valid-before", "\"2026010112z\"")),
            (
                #"bob valid-after="20260101",valid-before="20260101" "# + text,
                .neverValid(after: "20260101", before: "20260101")
            ),
            ("bob ssh-foo \(blob)", .unknownOption("ssh-foo")),
            ("bob cert-authority ssh-foo \(blob)", .unknownKeyType("ssh-foo")),
        ]
        for (line, due) in cases {
            #expect(reason(line) == AllowedSignersError(line: 2, reason: due), "\(line)")
        }
        #expect(throws: AllowedSignersError(line: 1, reason: .noText)) { try AllowedSigners([0xff]) }
    }

    @Test("Whatever the bytes of a file are, it is read or refused")
    func changed() throws {
        let file = Array((#"a,!b namespaces="kplan",valid-before="20300101Z" "# + key.line()).utf8)
        for count in file.indices { _ = try? AllowedSigners(Array(file.prefix(count))) }
        file.forEachChangedByte { _ = try? AllowedSigners($0) }
    }

    @Test(
        "ssh-keygen reads the same lines in the same way",
        arguments: [
            ("alice", "alice", true), ("bob", "alice", false), ("*,!alice", "alice", false),
            ("\"a b\",c", "c", false),
            (#""x,al*" namespaces="kplan""#, "alice", true),
            (#"alice namespaces="git,!kplan""#, "alice", false),
            (#"alice namespaces="file,kp*",valid-after="20000101""#, "alice", true),
            (#"alice valid-before="20000101Z""#, "alice", false),
            (#"alice valid-after="29990101""#, "alice", false),
            (#"alice VALID-AFTER="20000101010101Z",valid-before="29990101""#, "alice", true),
            ("alice cert-authority", "alice", false),
            (#"alice namespaces=kplan"#, "alice", false), (#"alice frob="x""#, "alice", false),
            ("a?ice", "alice", true),
        ])
    func asKeygen(line: String, principal: String, isAllowed: Bool) throws {
        let folder = try TemporaryFolder()
        let text = line + " " + key.line()
        let allowed = try folder.write(Array(text.utf8), "allowed")
        let signature = try folder.write(key.armored(message), "sig")
        let theirs =
            (try? Toolchain.run(
                "ssh-keygen",
                ["-Y", "verify", "-f", allowed, "-I", principal, "-n", "kplan", "-s", signature],
                input: message)) != nil
        let ours = if case .allowed = try? answer(text, by: principal) { true } else { false }
        #expect(theirs == isAllowed && ours == isAllowed)
    }
}
