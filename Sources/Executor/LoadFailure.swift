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

        /// Whether a line of the kernel's log has it.
        fileprivate func isIn(_ log: [String]) -> Bool {
            guard case .kernelLog(let text) = self else { return false }
            return log.contains { $0.contains(text) }
        }
    }

    /// Explains why `attempt` was refused with `errno`.
    /// - Parameters:
    ///   - state: the machine as it was before the attempt.
    ///   - log: what the kernel's log got during the attempt: a line of it settles what is behind it. Nil where that can't be
    ///     read.
    public init(errno: Int32, attempt: LoadAttempt, state: MachineState, log: [String]? = nil) {
        self.errno = errno
        method = attempt.method
        let candidates = attempt.candidates(errno, on: state).filter { candidate in
            guard let log, candidate.isAlwaysLogged else { return true }
            return candidate.evidence.contains { $0.isIn(log) }
        }
        let found = candidates.compactMap(Cause.init)
        let logged = found.compactMap { $0.settled(by: log ?? [], among: found) }
        causes = [Certainty.certain, .likely, .possible].flatMap { certainty in
            (logged.isEmpty ? found : logged).filter { $0.certainty == certainty }
        }
    }
}

extension LoadFailure.Cause {
    init?(_ candidate: Candidate) {
        guard let certainty = candidate.certainty else { return nil }
        self.init(reason: candidate.reason, certainty: certainty, evidence: candidate.evidence)
    }

    /// What a line of the kernel's log makes of it: certain, where no other cause leaves the same line. Nil where there is no
    /// line of it.
    fileprivate func settled(by log: [String], among causes: [LoadFailure.Cause]) -> LoadFailure.Cause? {
        let lines = evidence.filter { $0.isIn(log) }
        guard !lines.isEmpty else { return nil }
        let isShared = causes.contains { other in
            other.reason != reason && other.evidence.contains(where: lines.contains)
        }
        return isShared ? self : LoadFailure.Cause(reason: reason, certainty: .certain, evidence: lines)
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

    /// What it may be refused for, where an attempt that fails costs what is loaded.
    public func risks(on state: MachineState) -> [LoadFailure.Cause] {
        guard case .files(let attempt) = self else { return [] }
        return attempt.risks(on: state).compactMap(LoadFailure.Cause.init)
    }

    /// What can be known before the call, in the order in which the kernel asks.
    private static let refusing = [
        ENOSYS, EPERM, EACCES, EFBIG, EINVAL, ENOEXEC, ENODATA, EADDRNOTAVAIL, EBUSY,
    ]

    private func certainties(_ errno: Int32, on state: MachineState) -> [LoadFailure.Cause] {
        // What ENODATA means is certain after the call, whatever was known before.
        let found = errno == ENODATA ? foreseen(on: state) : candidates(errno, on: state)
        return found.compactMap(LoadFailure.Cause.init).filter { $0.certainty == .certain }
    }

    private func foreseen(on state: MachineState) -> [Candidate] {
        if case .files(let attempt) = self { attempt.foreseen(on: state) } else { [] }
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
