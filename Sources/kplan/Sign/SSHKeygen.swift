import Files
import SSHSignature

/// Signs by ssh-keygen, which knows all keys that people have: files with a passphrase, agents, hardware.
enum SSHKeygen {
    private static let program = "ssh-keygen"

    /// The signature of these bytes, armored. ssh-keygen asks for a passphrase on the terminal, and says on standard error
    /// when a hardware key is to be touched.
    /// - Parameter key: the path of the private key; or of the public one, where an agent or hardware has the other.
    static func signature(of bytes: [UInt8], key: String) throws(Failure) -> [UInt8] {
        let process: ChildProcess
        do throws(ChildProcessError) {
            process = try ChildProcess(
                program, ["-Y", "sign", "-q", "-f", key, "-n", SignatureFile.namespace])
        } catch {
            throw Failure(
                """
                \(program): can't be run: \(Messages.text(errno: error.errno)): it makes signatures, and is part of OpenSSH \
                (Debian: openssh-client)
                """)
        }
        process.send(bytes)
        var signature: [UInt8] = []
        // Somebody types a passphrase, or looks for a key to touch: whoever runs it ends it.
        let never = ContinuousClock.now + .seconds(1 << 31)
        while let piece = process.receive(until: never), !piece.isEmpty {
            signature += piece
            guard signature.count <= SSHSignature.sizeLimit else {
                throw Failure("\(program): writes more than any signature has: nothing is signed")
            }
        }
        switch process.wait(until: never) {
        case .exited(0)?: return signature
        case .killed(let signal)?:
            throw Failure("\(program): was ended by signal \(signal): nothing is signed")
        case .exited(let status)?:
            throw Failure(
                "\(program): signs nothing with \(Messages.printable(key)) (status \(status); it says why)")
        case nil: throw Failure("\(program): doesn't end")
        }
    }

    /// Fails where there is no such key, or one of a type that is not taken: before anybody types a passphrase. Where only the
    /// private key is at hand, the signature shows it.
    static func check(key path: String) throws(Failure) {
        let paths = ["\(path).pub", path].filter { FileIdentity($0) != nil }
        guard !paths.isEmpty else {
            throw Failure(
                "\(Messages.printable(path)): is not there: --key names a private key, or the public key of one in an agent"
            )
        }
        for path in paths {
            guard
                let text = try? MappedFile(path).withUnsafeBytes({
                    String(decoding: $0.prefix(1 << 14), as: UTF8.self)
                })
            else { continue }
            if try explaining(path, { try SSHPublicKey(publicKeyFile: text) }) != nil { return }
        }
    }
}
