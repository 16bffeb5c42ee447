import Arm64
import Glibc
import KexecPlan

/// What may be behind a refusal of kexec_load, most likely first.
public struct LoadFailure: Equatable, Sendable {
    /// What the kernel said.
    public var errno: Int32
    /// What fits: what was seen to be so, then what can't be excluded. None where nothing known fits.
    public var causes: [Cause]

    /// A reason with how sure it is.
    public struct Cause: Equatable, Sendable {
        /// Why the kernel would refuse.
        public var reason: RefusalReason
        /// True where the machine or the request shows it; false where it could not be excluded.
        public var isObserved: Bool
        /// Where a person finds out.
        public var evidence: [Evidence]
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
    }

    /// Explains why `request` was refused with `errno`.
    /// - Parameter state: the machine as it was before the attempt.
    public init(errno: Int32, request: LoadRequest, state: MachineState) {
        self.errno = errno
        let candidates =
            switch errno {
            case EPERM: state.forbidding(request.flags)
            case EACCES: state.appraising
            case EBUSY: state.occupying(request.flags)
            case EADDRNOTAVAIL: request.misplaced(on: state)
            case EINVAL: request.malformed(on: state)
            case ENOMEM: request.exhausting(state)
            case ENOSYS: state.lacking
            case EFAULT: [Candidate(.contentUnreadable, .possible, [])]
            default: [Candidate]()
            }
        causes = [Finding.observed, .possible].flatMap { finding in
            candidates.filter { $0.finding == finding }.map { candidate in
                Cause(
                    reason: candidate.reason, isObserved: finding == .observed, evidence: candidate.evidence)
            }
        }
    }
}

/// What the machine and the request say to a reason.
enum Finding {
    case observed, possible, excluded

    /// Observed or excluded; possible where it is not known.
    init(_ isSo: Bool?) {
        self =
            switch isSo {
            case true?: .observed
            case false?: .excluded
            case nil: .possible
            }
    }
}

/// A reason that the kernel has for an errno, weighed.
struct Candidate {
    let reason: RefusalReason
    let finding: Finding
    let evidence: [LoadFailure.Evidence]

    init(_ reason: RefusalReason, _ finding: Finding, _ evidence: [LoadFailure.Evidence]) {
        self.reason = reason
        self.finding = finding
        self.evidence = evidence
    }
}
