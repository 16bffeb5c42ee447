/// Whose signatures count: a file of allowed signers as ssh-keygen reads it (ssh-keygen(1), ALLOWED SIGNERS).
///
/// Every line is read, and one that can't be makes the file unusable: ssh-keygen ends at such a line, and whether that is
/// before or after the key in question is chance. Keys of types that are not taken (RSA, certificates) are no errors: a
/// file may be for others too.
public struct AllowedSigners: Equatable, Sendable {
    private let signers: [AllowedSigner]

    /// The signers that a file lists.
    public init(_ file: [UInt8]) throws(AllowedSignersError) {
        var signers: [AllowedSigner] = []
        let lines = file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            do throws(AllowedSignersError.Reason) {
                let bytes = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
                guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
                    throw .noText
                }
                if let signer = try AllowedSigner(text, line: index + 1) { signers.append(signer) }
            } catch {
                throw AllowedSignersError(line: index + 1, reason: error)
            }
        }
        self.signers = signers
    }

    /// Who has made a signature.
    public struct Signer: Equatable, Sendable {
        /// The principal that was asked for; without one, what the line has.
        public let principal: String
        /// The line's number.
        public let line: Int
    }

    /// Why a line with the signature's key doesn't let it count.
    public enum Refusal: Equatable, Sendable {
        /// The key is that of a certificate authority, which signs keys.
        case certificateAuthority
        /// It is for other principals than the one that was asked for.
        case otherPrincipal(String)
        /// It is for other purposes.
        case otherNamespace(String)
        case notYetValid(SSHTime)
        case noLongerValid(SSHTime)
        /// The hardware key wasn't touched.
        case untouched
    }

    /// What the lines say of a signature.
    public enum Answer: Equatable, Sendable {
        case allowed(Signer)
        /// Each line with the signature's key, and why it doesn't count; none where none has the key.
        case refused([RefusingLine])
    }

    /// A line that doesn't let a signature count.
    public struct RefusingLine: Equatable, Sendable {
        /// Its number.
        public let line: Int
        /// Why it doesn't.
        public let reason: Refusal
    }

    /// Whether a signature counts that was checked.
    /// - Parameters:
    ///   - principal: who it has to be; nil for anyone.
    ///   - clock: asked only where a line with the key has a time.
    public func answer(
        to signature: SSHSignature, by principal: String?, at clock: () -> SSHClock
    ) -> Answer {
        var refusals: [RefusingLine] = []
        for signer in signers where signer.keyBlob == signature.key.blob {
            guard let reason = signer.refusal(of: signature, by: principal, at: clock) else {
                return .allowed(Signer(principal: principal ?? signer.principals.text, line: signer.line))
            }
            refusals.append(RefusingLine(line: signer.line, reason: reason))
        }
        return .refused(refusals)
    }
}

extension AllowedSigner {
    /// Why the line doesn't let a signature with its key count; nil where it does.
    fileprivate func refusal(
        of signature: SSHSignature, by principal: String?, at clock: () -> SSHClock
    ) -> AllowedSigners.Refusal? {
        if options.isCertificateAuthority { return .certificateAuthority }
        guard principal.map({ principals.matches($0) }) ?? principals.isAnybody else {
            return .otherPrincipal(principals.text)
        }
        if let namespaces = options.namespaces, !namespaces.matches(signature.namespace) {
            return .otherNamespace(namespaces.text)
        }
        if let time = options.validAfter, clock().isBefore(time) { return .notYetValid(time) }
        if let time = options.validBefore, clock().isAfter(time) { return .noLongerValid(time) }
        if signature.wasTouched == false, !options.needsNoTouch { return .untouched }
        return nil
    }
}
