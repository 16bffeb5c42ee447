import Files
import Glibc
import SSHSignature

/// That a plan be signed by one of those whom a file lists.
struct SigningDemand {
    /// The file's path.
    let path: String
    let signers: AllowedSigners
    /// Who it has to be; nil for anyone in the file.
    let principal: String?

    /// The demand that a file's bytes make.
    init(_ file: [UInt8], path: String, principal: String? = nil) throws(Failure) {
        self.path = path
        self.principal = principal
        do throws(AllowedSignersError) {
            signers = try AllowedSigners(file)
        } catch {
            throw Failure("\(Messages.printable(path)):\(error.line): \(Messages.text(error.reason))")
        }
    }

    /// The demand that the file at `path` makes.
    init(reading path: String, principal: String?) throws(Failure) {
        let bytes = try explaining(path) { () throws(FileError) in
            let file = try MappedFile(path)
            guard file.count <= Self.sizeLimit else { throw .tooLarge(path: path, limit: Self.sizeLimit) }
            return file.withUnsafeBytes { Array($0) }
        }
        try self.init(bytes, path: path, principal: principal)
    }

    /// The largest file that is read, in bytes: ten thousand signers.
    static let sizeLimit = 4 << 20

    /// Who has signed the plan, in words; fails with a no where it is nobody whom the file lists.
    func signer(of plan: PlanDocument, by file: SignatureFile) throws(Failure) -> String {
        let signature = try file.signature(of: plan)
        let key = Messages.text(signature.key)
        switch signers.answer(to: signature, by: principal, at: { .now }) {
        case .allowed(let signer):
            return
                "\(Messages.printable(signer.principal)), by \(key), as \(Messages.printable(path)):\(signer.line) has it"
        case .refused(let lines) where lines.isEmpty:
            throw Failure(
                "\(Messages.printable(file.path)): was made by \(key), which \(path) doesn't list",
                status: .no)
        case .refused(let lines):
            let reasons = lines.map { "line \($0.line) \(Messages.text($0.reason, asked: principal))" }
            throw Failure(
                """
                \(Messages.printable(file.path)): was made by \(key), which \(path) doesn't let count: \
                \(reasons.joined(separator: "; "))
                """, status: .no)
        }
    }
}

extension SSHClock {
    /// What the clock of this machine shows.
    static var now: SSHClock {
        var seconds = time(nil)
        var (utc, local) = (tm(), tm())
        gmtime_r(&seconds, &utc)
        localtime_r(&seconds, &local)
        return SSHClock(utc: digits(utc), local: digits(local))
    }

    private static func digits(_ time: tm) -> UInt64 {
        let parts = [time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec]
        return parts.reduce(UInt64(max(time.tm_year, 0)) + 1900) { $0 * 100 + UInt64(max($1, 0)) }
    }
}
