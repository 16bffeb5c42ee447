import Base64
import TestSupport
import Testing

@testable import SSHSignature

@Suite("SSH signatures")
struct SSHSignatureTests {
    private let message = Array("a plan, or what is left of it\n".utf8)

    private func check(_ file: [UInt8], _ message: [UInt8], namespace: String = "kplan")
        throws(SSHSignatureError)
    {
        try SSHSignature(armored: file).check(message, namespace: namespace)
    }

    @Test(
        "Those of keys of all types count here, and to ssh-keygen", arguments: SoftwareKey.types,
        ["sha256", "sha512"])
    func ofSoftware(type: SSHKeyType, hash: String) throws {
        let key = try SoftwareKey(type)
        var parts = SoftwareKey.Parts()
        parts.hash = hash
        let file = try key.armored(message, parts)
        try check(file, message)
        let folder = try TemporaryFolder()
        let path = try folder.write(file, "sig")
        let said = try Toolchain.run(
            "ssh-keygen", ["-Y", "check-novalidate", "-n", "kplan", "-s", path], input: message)
        // Its words for a key differ; the fingerprint doesn't.
        let fingerprint = try SSHPublicKey(key.blob).fingerprint
        #expect(String(decoding: said, as: UTF8.self).hasSuffix("\(fingerprint)\n"))
    }

    @Test(
        "ssh-keygen's count here, and have its fingerprints",
        arguments: [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521")])
    func ofKeygen(type: String, bits: String) throws {
        let folder = try TemporaryFolder()
        let key = folder / "key"
        _ = try Toolchain.run("ssh-keygen", ["-q", "-t", type, "-b", bits, "-N", "", "-f", key], input: [])
        let listed = String(
            decoding: try Toolchain.run("ssh-keygen", ["-l", "-f", key], input: []), as: UTF8.self)
        for hash in ["sha256", "sha512"] {
            let file = try Toolchain.run(
                "ssh-keygen", ["-Y", "sign", "-q", "-f", key, "-n", "kplan", "-O", "hashalg=\(hash)"],
                input: message)
            try check(file, message)
            #expect(listed.contains(" \(try SSHSignature(armored: file).key.fingerprint) "))
            for (index, byte) in file.enumerated() where index.isMultiple(of: 7) {
                #expect(throws: SSHSignatureError.self) {
                    try check(file.patched(byte ^ 1, at: index), message)
                }
            }
        }
    }

    @Test(
        "Each changed byte of a signature or a message is refused, each truncation too",
        arguments: SoftwareKey.types)
    func changed(type: SSHKeyType) throws {
        let file = try SoftwareKey(type).armored(message)
        for count in file.indices {
            #expect(throws: SSHSignatureError.self) { try check(Array(file.prefix(count)), message) }
        }
        file.forEachChangedByte { changed in
            #expect(throws: SSHSignatureError.self) { try check(changed, message) }
        }
        message.forEachChangedByte(stride: 3) { changed in
            #expect(throws: SSHSignatureError.notOfMessage) { try check(file, changed) }
        }
        for other in [Array(message.dropLast()), message + [0], []] {
            #expect(throws: SSHSignatureError.notOfMessage) { try check(file, other) }
        }
        // Of the bytes themselves, wherever base64 hides their places: no part may be cut or changed.
        let blob = try SoftwareKey(type).signature(of: message)
        for count in blob.indices {
            #expect(throws: SSHSignatureError.self) { try SSHSignature(blob: Array(blob.prefix(count))) }
        }
        blob.forEachChangedByte(stride: 2) { changed in
            #expect(throws: SSHSignatureError.self) {
                try SSHSignature(blob: changed).check(message, namespace: "kplan")
            }
        }
    }

    private func refusal(
        _ type: SSHKeyType = .ed25519, _ change: (inout SoftwareKey.Parts) -> Void
    ) throws -> SSHSignatureError? {
        var parts = SoftwareKey.Parts()
        change(&parts)
        let file = try SoftwareKey(type).armored(message, parts)
        do {
            try check(file, message)
            return nil
        } catch {
            return error
        }
    }

    @Test("What is wrong with a signature is told")
    func reasons() throws {
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.magic = Array("SSHSIH".utf8) } == .noMagic)
        #expect(try refusal { $0.version = 2 } == .version(2))
        #expect(try refusal { $0.namespace = "git" } == .namespace("git", due: "kplan"))
        #expect(try refusal { $0.namespace = "" } == .namespace("", due: "kplan"))
        #expect(try refusal { $0.hash = "sha1" } == .hashAlgorithm("sha1"))
        #expect(try refusal { $0.more = [0] } == .bytesLeft(after: .signature, count: 1))
        #expect(try refusal { $0.moreInside = [0, 0] } == .bytesLeft(after: .signature, count: 2))
        #expect(
            try refusal(.hardwareEd25519) { $0.moreInside = [1] } == .bytesLeft(after: .counter, count: 1))
        // Kept for later, and signed.
        #expect(try refusal { $0.reserved = [1, 2, 3] } == .reserved(size: 3))
    }

    @Test("What is wrong with a key is told")
    func keys() throws {
        func refusal(_ blob: [UInt8]) -> SSHSignatureError? {
            do {
                _ = try SSHPublicKey(blob)
                return nil
            } catch {
                return error
            }
        }
        let string = { (text: String) in SoftwareKey.string(text) }
        let short = SoftwareKey.string([UInt8](repeating: 0, count: 31))
        #expect(refusal(string("ssh-rsa") + short) == .keyType("ssh-rsa"))
        #expect(refusal(string("ssh-ed25519") + short) == .length(.keyMaterial, found: 31, due: 32))
        #expect(refusal(try SoftwareKey(.ed25519).blob + [0]) == .bytesLeft(after: .keyMaterial, count: 1))
        #expect(refusal([0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff]) == .noText(.keyType))
        #expect(refusal([0xff, 0xff, 0xff, 0xff, 0]) == .cutOff(.keyType, needed: 0xffff_ffff, found: 1))
        #expect(refusal([0, 0, 0]) == .cutOff(.keyType, needed: 4, found: 3))
        let point = [UInt8](repeating: 4, count: 65)
        let p256 = string("ecdsa-sha2-nistp256")
        #expect(refusal(p256 + string("nistp256") + SoftwareKey.string(point)) == .notOnCurve)
        #expect(
            refusal(p256 + string("nistp384") + SoftwareKey.string(point))
                == .curve("nistp384", due: "nistp256"))
        // The compressed form of a point that is on the curve.
        let whole = try SoftwareKey(.ecdsaP256).blob.suffix(65)
        let compressed = [2 + (whole.last ?? 0) & 1] + Array(whole.dropFirst().prefix(32))
        #expect(
            refusal(p256 + string("nistp256") + SoftwareKey.string(compressed))
                == .length(.keyMaterial, found: 33, due: 65))
        var web = try SoftwareKey(.hardwareEd25519)
        web.application = "https://example.com"
        #expect(refusal(web.blob) == .application("https://example.com"))
        web.application = "ssh:plans"
        #expect(refusal(web.blob) == nil)
        try check(web.armored(message), message)
    }

    @Test("Numbers of ECDSA have one form")
    func integers() {
        func read(_ bytes: [UInt8]) -> [UInt8]? {
            var reader = SSHReader(SoftwareKey.string(bytes))
            return try? reader.integer(4, of: .signatureR)
        }
        #expect(
            read([1]) == [0, 0, 0, 1] && read([0, 0x80]) == [0, 0, 0, 0x80]
                && read([1, 2, 3, 4]) == [1, 2, 3, 4])
        #expect(read([0, 0xff, 2, 3, 4]) == [0xff, 2, 3, 4])
        for wrong: [UInt8] in [
            [], [0], [0x80], [0, 1], [0, 0, 0x80], [1, 2, 3, 4, 5], [0, 0xff, 2, 3, 4, 5],
        ] {
            #expect(read(wrong) == nil, "\(wrong)")
        }
    }

    @Test("The text form has nothing but base64 between its lines")
    func armor() throws {
        let blob = try SoftwareKey(.ed25519).signature(of: message)
        for width in [1, 64, 76, 1000] { try check(SoftwareKey.armored(blob, width: width), message) }
        let file = String(decoding: SoftwareKey.armored(blob), as: UTF8.self)
        func refusal(_ text: String) -> SSHSignatureError? {
            do {
                try check(Array(text.utf8), message)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal("") == .noFirstLine && refusal("x" + file) == .noFirstLine)
        #expect(refusal(file + "\n") == .noLastLine && refusal(String(file.dropLast())) == .noLastLine)
        #expect(refusal("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n") == .noLastLine)
        #expect(refusal(file.replacing("\n", with: "\r\n")) == .noFirstLine)
        #expect(refusal(file.replacing("U1NI", with: "U1NI\n\n")) == .noBase64)
        #expect(refusal(file.replacing("U1NI", with: "U1NI ")) == .noBase64)
        #expect(
            refusal(String(repeating: file, count: 100))
                == .tooLarge(size: file.utf8.count * 100, limit: 16384))
        // The last digit of base64 with bits that belong to no byte.
        let padded = String(decoding: SoftwareKey.armored(blob + [0, 0, 0]), as: UTF8.self)
        #expect(padded.contains("AA=="))
        #expect(refusal(padded.replacing("AA==", with: "AB==")) == .noBase64)
    }
}
