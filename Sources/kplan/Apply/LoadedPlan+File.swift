import Files
import KexecPlan
import PlanJSON

extension LoadedPlan {
    /// The plan of a file, as a record has it once it is loaded.
    init(_ file: PlanFile<AnyPlan>) {
        self.init(file.plan, path: realPath(file.path))
    }

    /// A plan that was made in memory for a kernel's file.
    init(inMemory plan: AnyPlan, for kernel: String) {
        self.init(plan, path: "in memory, for \(realPath(kernel))")
    }

    private init(_ plan: AnyPlan, path: String) {
        self.init(
            id: SHA256Digest(hashing: PlanJSON.canonical(plan)), path: path, method: plan.method,
            type: plan.type)
    }
}
