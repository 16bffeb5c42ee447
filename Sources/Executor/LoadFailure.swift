import Glibc
import KexecPlan

/// What may be behind a refusal of kexec_load or kexec_file_load, most likely first.
public struct LoadFailure: Equatable, Sendable {
    /// What the kernel said.
    public var errno: Int32
    /// Which system call said it.
    public var method: LoadMethod
    /// What fits. None where nothing known fits.
    public var causes: [Cause]

    /// A reason with how sure it is.
    public struct Cause: Equatable, Sendable {
        /// Why the kernel would refuse.
        public var reason: RefusalReason
        /// How sure that is.
        public var certainty: Certainty
        /// Where a person finds out.
        public var evidence: [Evidence]

        /// Makes a cause from its parts.
        public init(reason: RefusalReason, certainty: Certainty, evidence: [Evidence]) {
            self.reason = reason
            self.certainty = certainty
            self.evidence = evidence
        }
    }

    /// Where a reason shows.
    public enum Evidence: Equatable, Sendable {
        /// A file of the machine.
        case file(String)
        /// A line with this text in the kernel's log.
        case kernelLog(String)
        /// An option of the running kernel's configuration.
        case configuration(String)
        /// The addresses and sizes that were asked for.
        case request

        /// Whether it is in the kernel's log.
        public var isLogged: Bool {
            if case .kernelLog = self { true } else { false }
        }
    }

    /// Explains why `attempt` was refused with `errno`.
    /// - Parameters:
    ///   - state: the machine as it was before the attempt.
    ///   - log: what the kernel's log got during the attempt: a line of it settles what is behind it.
    public init(errno: Int32, attempt: LoadAttempt, state: MachineState, log: [String] = []) {
        self.errno = errno
        method = attempt.method
        let found = attempt.candidates(errno, on: state).compactMap(Cause.init)
        let logged = found.filter { $0.isIn(log) }
        guard logged.isEmpty else {
            causes = logged.map {
                Cause(reason: $0.reason, certainty: .certain, evidence: $0.evidence.filter(\.isLogged))
            }
            return
        }
        causes = [Certainty.certain, .likely, .possible].flatMap { certainty in
            found.filter { $0.certainty == certainty }
        }
    }
}

extension LoadFailure.Cause {
    init?(_ candidate: Candidate) {
        guard let certainty = candidate.certainty else { return nil }
        self.init(reason: candidate.reason, certainty: certainty, evidence: candidate.evidence)
    }

    /// Whether a line of the kernel's log is one that this reason leaves there.
    fileprivate func isIn(_ log: [String]) -> Bool {
        evidence.contains { evidence in
            guard case .kernelLog(let text) = evidence else { return false }
            return log.contains { $0.contains(text) }
        }
    }
}

extension LoadAttempt {
    /// What the kernel must refuse this for on that machine: known before it is asked. In the order in which it asks.
    public func refusals(on state: MachineState) -> [LoadFailure.Cause] {
        Self.refusing.flatMap { certainties($0, on: state) }
    }

    /// The errno that the kernel must refuse this with on that machine, the first where there are several; nil where there
    /// is none.
    public func refusalErrno(on state: MachineState) -> Int32? {
        Self.refusing.first { !certainties($0, on: state).isEmpty }
    }

    /// What can be known before the call, in the order in which the kernel asks.
    private static let refusing = [ENOSYS, EPERM, EACCES, EFBIG, EINVAL, ENOEXEC, EADDRNOTAVAIL, EBUSY]

    private func certainties(_ errno: Int32, on state: MachineState) -> [LoadFailure.Cause] {
        candidates(errno, on: state).compactMap(LoadFailure.Cause.init).filter { $0.certainty == .certain }
    }

    /// The reasons that there are for an errno: the one table for what is told before and after the call.
    func candidates(_ errno: Int32, on state: MachineState) -> [Candidate] {
        switch self {
        case .segments(let attempt): attempt.candidates(errno, on: state)
        case .files(let attempt): attempt.candidates(errno, on: state)
        case .unload(let method, let type): state.candidates(errno, unloading: type, by: method)
        }
    }
}
