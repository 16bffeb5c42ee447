/// How sure it is that a reason is behind a refusal.
public enum Certainty: Equatable, Sendable {
    /// The kernel has to refuse, by what the machine or the request shows; or its log says that it did.
    case certain
    /// It was seen, but the kernel decides by more than that.
    case likely
    /// Nothing excludes it.
    case possible
}

/// A reason that the kernel has for an errno, weighed.
struct Candidate {
    let reason: RefusalReason
    /// Nil where it is excluded.
    let certainty: Certainty?
    let evidence: [LoadFailure.Evidence]
    /// Whether the kernel never refuses for it without a line of `evidence` in its log.
    let isAlwaysLogged: Bool

    init(
        _ reason: RefusalReason, _ certainty: Certainty?, _ evidence: [LoadFailure.Evidence],
        isAlwaysLogged: Bool = false
    ) {
        self.reason = reason
        self.certainty = certainty
        self.evidence = evidence
        self.isAlwaysLogged = isAlwaysLogged
    }
}

extension Certainty? {
    /// Certain where it is so, excluded where it is not, possible where that isn't known.
    init(_ isSo: Bool?) {
        self =
            switch isSo {
            case true?: .certain
            case false?: nil
            case nil: .possible
            }
    }
}
