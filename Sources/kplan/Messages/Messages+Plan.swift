import KexecPlan
import PlanJSON

extension Messages {
    static func text(_ error: PlanDecodingError) -> String { "\(error)" }
    static func text(for violation: Violation) -> String { "\(violation)" }
}
