import BootInputs
import KexecPlan

/// Makes a plan for kexec_file_load: what the files are, and what the kernel is asked.
struct MakeFileLoad {
    let kernel: InputFile
    let initrd: InputFile?
    let type: KexecType
    let request: FileLoadRequest

    func plan() throws(Failure) -> FileLoadPlan {
        let header = try explaining(kernel.path) {
            try FileLoadKernel(prefix: kernel.prefix(FileLoadKernel.prefixSize), fileSize: kernel.input.size)
        }
        let plan = FileLoadPlan(
            type: type, request: request, inputs: [kernel, initrd].compactMap { $0?.input }, kernel: header)
        // Here rules are broken by what was asked for, not by who made the plan.
        if let broken = AnyPlan.kexecFileLoad(plan).brokenRules("no plan can be made") {
            throw Failure(broken)
        }
        return plan
    }
}
