import Arm64
import Executor
import KexecPlan
import PlanJSON

/// The machine that a plan for kexec_file_load is meant for, by its capture: the plan records nothing of it.
struct CapturedTarget {
    private let capture: MachineCapture
    private let path: String

    /// Reads the capture at `path`.
    init(_ path: String) throws(Failure) {
        self.path = Messages.printable(path)
        let bytes = try InputFile.mapping(path, as: .machine).bytes(limit: MachineJSON.maximumSize)
        do throws(PlanDecodingError) {
            capture = try MachineJSON.decode(bytes)
        } catch {
            if (try? PlanJSON.decode(bytes)) != nil {
                throw Failure("\(self.path): \(Messages.planIsNoCapture)")
            }
            throw Failure("\(self.path): \(Messages.text(error, of: "capture"))")
        }
    }

    /// Its kernel's command line for the next kernel, without what is of the one that runs.
    func commandLine(for type: KexecType) throws(Failure) -> String {
        guard let line = capture.kernel.commandLine else {
            throw Failure("\(path): has no command line that --reuse-cmdline could keep")
        }
        guard capture.redacted?.contains("kernel.command_line") != true else {
            throw Failure(
                "\(path): was made with --redact, and the next kernel would get what is masked in its command line"
            )
        }
        return ReusedCommandLine.text(line, for: type)
    }

    /// Fails where the plan can't be for this machine. What the machine, as it was, would refuse is told: that may change.
    func notes(on plan: FileLoadPlan) throws(Failure) -> [String] {
        guard capture.architecture == plan.architecture else {
            throw Failure(
                "no plan can be made: the kernel is for \(plan.architecture.rawValue), \(path) is of an "
                    + "\(capture.architecture.rawValue) machine")
        }
        var notes: [String] = []
        if case .arm64(let kernel) = plan.kernel {
            let ids = capture.processors.models.map { $0.mainID ?? 0 }
            switch KernelPages(of: kernel, runningPageSize: capture.kernel.pageSize ?? 0, ids) {
            case nil: break
            case .lacking(let text):
                throw Failure("no plan can be made: the kernel \(text("the CPU of \(path)"))")
            case .unknown(let text): notes.append("the kernel \(text("the CPU of \(path)"))")
            }
        }
        let attempt = LoadAttempt.files(FilesAttempt(plan, flags: FileLoadFlags(plan, debug: false)))
        return notes
            + Messages.texts(refusals: attempt.refusals(on: MachineState(capture)))
            .map { "as \(path) has the machine, it would refuse the plan: \($0)" }
    }
}
