import Arm64
import Emulation
import KexecPlan

// Why the kernel was not reached, and what differs from the plan.

extension Messages {
    /// The headline of an end.
    /// - Parameter place: what an address is called.
    static func text(_ end: SimulationEnd, place: (UInt64) -> String) -> String {
        switch end {
        case .kernel: "the kernel is reached"
        case .verificationFailed(let roles, _):
            "the kernel is not reached: purgatory stopped, the verification failed"
                + (roles.isEmpty ? "" : ": \(roles.map(\.rawValue).joined(separator: ", "))")
        case .exception(let exception):
            "the kernel is not reached: \(text(ExceptionSyndrome(UInt64(exception.syndrome)))), at \(place(exception.pc))"
        case .loop(let address): "the kernel is not reached: an endless loop at \(place(address))"
        case .nothing(let access, let address, let pc):
            """
            the kernel is not reached: \(text(access)) \(address.hex), where no segment and no console is\
            \(access == .fetch ? "" : ", by \(place(pc))")
            """
        case .instructionLimit(let limit):
            "given up after \(limit) instructions, before the kernel is reached"
        case .timeLimit(let seconds):
            "given up after \(seconds) s of this machine's time, before the kernel is reached"
        case .notEmulated(let register, let value, let pc):
            """
            the kernel is not reached: the emulator can't go on: \(value.hex) to S\(register.op0)_\(register.op1)_\
            C\(register.crn)_C\(register.crm)_\(register.op2) at \(place(pc))
            """
        }
    }

    /// What helps to a run that gets to its end; nil where it got there.
    static func advice(_ end: SimulationEnd) -> String? {
        switch end {
        case .instructionLimit: "raise --max-instructions"
        case .timeLimit: "raise --time-limit"
        case .notEmulated: "the emulator can't do what purgatory asks of the CPU"
        case .kernel, .verificationFailed, .exception, .loop, .nothing: nil
        }
    }

    static func text(_ access: Outcome.Access) -> String {
        switch access {
        case .read: "a load from"
        case .write: "a store to"
        case .fetch: "a jump to"
        }
    }

    /// ESR in words.
    static func text(_ syndrome: ExceptionSyndrome) -> String {
        var text =
            switch syndrome.exceptionClass {
            case .unknown: "an undefined instruction"
            case .waitForInstruction: "a trapped WFI or WFE"
            case .floatingPointTrap: "a trapped FP or SIMD instruction"
            case .branchTarget: "a branch to no BTI"
            case .scalableVectorTrap: "a trapped SVE instruction"
            case .scalableMatrixTrap: "a trapped SME instruction"
            case .illegalState: "an illegal execution state"
            case .supervisorCall: "an SVC"
            case .hypervisorCall: "an HVC"
            case .secureMonitorCall: "an SMC"
            case .systemRegisterTrap: "a trapped system instruction"
            case .instructionAbort, .instructionAbortLowerLevel: "an instruction abort"
            case .pcAlignment: "a misaligned program counter"
            case .dataAbort, .dataAbortLowerLevel: "a data abort"
            case .stackAlignment: "a misaligned stack pointer"
            case .serror: "an SError"
            case .breakpointInstruction: "a BRK"
            case nil: "an exception of class \(syndrome.classNumber.hex)"
            }
        if let isWrite = syndrome.isWrite { text += isWrite ? " of a store" : " of a load" }
        if syndrome.isCacheMaintenance { text += " of cache maintenance" }
        if let fault = syndrome.fault { text += ", \(Self.text(fault))" }
        return text
    }

    private static func text(_ fault: ExceptionSyndrome.Fault) -> String {
        switch fault {
        case .addressSize(let level): "address size fault at level \(level)"
        case .translation(let level): "translation fault at level \(level)"
        case .accessFlag(let level): "access flag fault at level \(level)"
        case .permission(let level): "permission fault at level \(level)"
        case .external: "external abort"
        case .memoryError: "parity or ECC error"
        case .alignment: "alignment fault"
        case .tlbConflict: "TLB conflict"
        case .other(let code): "fault status \(code.hex)"
        }
    }

    static func text(_ difference: SegmentDifference) -> String {
        switch difference {
        case .entry(let entry, let planned): "the entry is \(entry.hex), the plan says \(planned.hex)"
        case .place(let segment, let planned?):
            """
            \(segment.role.rawValue) is at \(segment.address) with \(segment.memorySize.hex) bytes, the plan says \
            \(planned.address) with \(planned.memorySize.hex)
            """
        case .place(let segment, nil): "\(segment.role.rawValue) at \(segment.address) is not in the plan"
        case .missing(let role): "\(role.rawValue) is missing"
        case .content(let role, let path, let sha256, let planned):
            """
            \(role.rawValue): \(printable(path)) has SHA-256 \(sha256.hex), the plan says \
            \(planned.hex)
            """
        case .value(let text): printable(text)
        }
    }

    /// A name in the list of a folder's segments that is none of a file in it.
    static func segmentFile(_ name: String, _ index: Int, list: String) -> String {
        """
        \(printable(list)): segments[\(index)].file is \(quoted(name)), which is no name of a file in this folder: \
        names have no slash
        """
    }

    /// A role that the list of a folder's segments has already.
    static func segmentRepeated(_ role: SegmentRole, _ index: Int, list: String) -> String {
        "\(printable(list)): segments[\(index)].role is \(role.rawValue), which another segment has: roles are there once"
    }
}
