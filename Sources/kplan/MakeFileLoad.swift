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
        if case .arm64 = header, request.flags.contains(.forceDTB) {
            throw Failure(
                "--force-dtb: is for x86_64: on arm64 the next kernel gets the running kernel's device tree anyway",
                status: .usage)
        }
        if let initrd, initrd.input.size == 0 {
            throw Failure(
                "no plan can be made: \(Messages.printable(initrd.path)): is empty, and the kernel reads no empty file "
                    + "(kernel/kexec_file.c)")
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
