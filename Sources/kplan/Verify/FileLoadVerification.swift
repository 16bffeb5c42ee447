import BootInputs
import KexecPlan

/// Everything about a plan for kexec_file_load that can be checked without the machine that it is for: there are no bytes of
/// kplan's in it.
struct FileLoadVerification {
    let checks: [Check]

    /// Makes all checks.
    init(of file: PlanFile<FileLoadPlan>, _ options: InputOptions) {
        let plan = file.plan
        var checks = [Check(rules: plan.violations())]
        var kernel: InputFile?
        let places = options.places(of: file)
        for input in plan.inputs {
            do throws(Failure) {
                let found = try places.file(input, .mapping)
                try Reproduction.check(found, against: input, of: file)
                if input.role == .kernel { kernel = found }
                checks.append(
                    Check(input.role.rawValue, .ok("\(found.path): as recorded, SHA-256 \(input.sha256.hex)"))
                )
            } catch {
                checks.append(Check(input.role.rawValue, error))
            }
        }
        checks.append(Self.header(file, kernel))
        self.checks = checks
    }

    private static func header(_ file: PlanFile<FileLoadPlan>, _ kernel: InputFile?) -> Check {
        let name = "header"
        guard let kernel else { return Check(name, .skipped("reading it needs the kernel as recorded")) }
        do throws(Failure) {
            try kernel.checkHeader(file)
            return Check(name, .ok("\(kernel.path): says what the plan does"))
        } catch {
            return Check(name, error)
        }
    }
}

extension InputFile {
    /// Fails where this kernel's header is not the one that the plan has.
    func checkHeader(_ file: PlanFile<FileLoadPlan>) throws(Failure) {
        let header = try explaining(path) {
            try FileLoadKernel(prefix: prefix(FileLoadKernel.prefixSize), fileSize: input.size)
        }
        guard header == file.plan.kernel else {
            throw Failure(
                "\(file.path): its `kernel` is not what \(path) says in its header: it was edited. Make it anew.",
                status: .no)
        }
    }
}
