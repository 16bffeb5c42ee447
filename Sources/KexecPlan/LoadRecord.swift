/// A plan that was loaded, or was to be.
public struct LoadedPlan: Hashable, Sendable {
    /// Its identity.
    public var id: SHA256Digest
    /// The absolute path of its file at that time; for a plan in memory a text with its kernel's.
    public var path: String
    /// The system call.
    public var method: LoadMethod
    /// When it runs.
    public var type: KexecType

    /// Makes the value from its parts.
    public init(id: SHA256Digest, path: String, method: LoadMethod, type: KexecType) {
        self.id = id
        self.path = path
        self.method = method
        self.type = type
    }
}

/// What may be loaded, as far as kplan has done it: the kernel says that something is loaded, and never what.
///
/// A kexec_load takes effect at its very end, all at once (kernel/kexec.c, `do_kexec_load`). So a record that names what
/// was loaded before and what is about to be is true before, during and after the call, wherever a signal ends the
/// process. What is not loaded after all needs no record: the kernel says so.
public struct LoadRecord: Equatable, Sendable {
    /// The boot that it is of (/proc/sys/kernel/random/boot_id).
    public var bootID: String
    /// The plans of which one is loaded if anything is; the last was to replace the others.
    public var candidates: [LoadedPlan]
    /// Whether something may be loaded that no record names.
    public var mayBeOther: Bool

    /// Makes a record from its parts.
    public init(bootID: String, candidates: [LoadedPlan], mayBeOther: Bool) {
        self.bootID = bootID
        self.candidates = candidates
        self.mayBeOther = mayBeOther
    }

    /// What is true while `plan` is being loaded.
    public func replacing(with plan: LoadedPlan) -> LoadRecord {
        let others = candidates.filter { $0.id != plan.id }
        let named = others.suffix(Self.longest - 1)
        return LoadRecord(
            bootID: bootID, candidates: named + [plan], mayBeOther: mayBeOther || named.count < others.count)
    }

    /// More loads in a row than this are not interrupted; if they are, the first have no names any more.
    private static let longest = 16
}

/// Where what is loaded comes from.
public enum LoadOrigin: Equatable, Sendable {
    /// From a plan. A loader that isn't kplan may have replaced it since: it leaves no trace.
    case plan(LoadedPlan)
    /// From one of these plans, or from something that no record names: a load of the last one was interrupted.
    case interrupted([LoadedPlan], mayBeOther: Bool)
    /// From another loader: kplan has no record of this boot.
    case unrecorded
    /// There is a record that can't be read; why, for people.
    case unreadable(path: String, reason: String)

    /// The origin of what the kernel says is loaded.
    /// - Parameters:
    ///   - record: the record, of whatever boot.
    ///   - bootID: the running boot.
    public init(record: LoadRecord?, bootID: String?) {
        guard let record, let bootID, record.bootID == bootID, let last = record.candidates.last else {
            self = .unrecorded
            return
        }
        let isCertain = record.candidates.count == 1 && !record.mayBeOther
        self = isCertain ? .plan(last) : .interrupted(record.candidates, mayBeOther: record.mayBeOther)
    }
}
