import Files
import KexecPlan
import PlanJSON

extension LoadedPlan {
    /// The plan of a file, as a record has it once it is loaded.
    init(_ file: PlanFile<AnyPlan>) {
        self.init(
            id: SHA256Digest(hashing: PlanJSON.canonical(file.plan)), path: realPath(file.path),
            method: file.plan.method, type: file.plan.type)
    }
}
