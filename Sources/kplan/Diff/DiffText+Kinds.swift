import KexecPlan

extension DiffText {
    /// Another bzImage, or a kernel of another kind.
    func fileLoadKernel(_ change: Change<FileLoadKernel>) -> [String] {
        guard case .x86(let old)? = change.old, case .x86(let new)? = change.new else {
            return [
                self.change(change) { kernel in
                    switch kernel {
                    case .arm64: "an arm64 Image"
                    case .x86: "an x86 bzImage"
                    }
                }
            ]
        }
        func yes(_ value: Bool) -> String { value ? "yes" : "no" }
        let fields = [
            ("boot protocol", old.bootProtocol.hex, new.bootProtocol.hex),
            ("version", old.version.map(quoted) ?? "none", new.version.map(quoted) ?? "none"),
            ("loadflags", old.loadFlags.hex, new.loadFlags.hex),
            ("xloadflags", old.extendedLoadFlags.hex, new.extendedLoadFlags.hex),
            ("relocatable_kernel", yes(old.isRelocatable), yes(new.isRelocatable)),
            ("kernel_alignment", old.alignment.hex, new.alignment.hex),
            ("pref_address", old.preferredAddress.hex, new.preferredAddress.hex),
            ("init_size", old.initSize.hex, new.initSize.hex),
            ("cmdline_size", old.commandLineLimit.hex, new.commandLineLimit.hex),
            ("initrd_addr_max", old.initrdAddressLimit.hex, new.initrdAddressLimit.hex),
            ("signed", yes(old.isSigned), yes(new.isSigned)),
        ]
        return fields.compactMap { $1 == $2 ? nil : "\($0) " + arrow($1, $2) }
    }

    func text(_ type: KexecType) -> String {
        switch type {
        case .normal: type.rawValue
        case .crash: "\(type.rawValue): all of it in the memory that crashkernel= reserves"
        }
    }

    func text(_ decision: KernelDecision, by decider: Decider) -> String {
        guard decider == .plan else {
            return switch decision {
            case .layout: "decided by the running kernel when it loads"
            case .deviceTree: "the running one, with the kernel's own changes"
            case .bootParameters, .elfCoreHeader: "made by the running kernel"
            case .seeds: "drawn by the running kernel, when its random numbers are good"
            }
        }
        return switch decision {
        case .layout: "every segment's address is planned"
        case .deviceTree: "the one that was given, with the plan's changes"
        case .bootParameters, .elfCoreHeader: "none"
        case .seeds: "as the plan says: drawn by apply, or none"
        }
    }

    func text(_ verifier: Verifier) -> String {
        switch verifier {
        case .ofPlan(.kplan): "purgatory verifies each segment by its digest in the plan"
        case .ofPlan(.kexecTools): "a purgatory of kexec-tools' contract verifies all segments by one digest"
        case .ofKernel(.nothing): "nothing verifies: the kernel has no purgatory here"
        case .ofKernel(.kernel):
            "the kernel's own purgatory verifies all segments by one digest, which is in no plan"
        }
    }

    func text(_ part: PlanPart) -> String {
        let reason =
            switch part {
            case .deviceTreeInput: "the call takes no device tree"
            case .memoryMap: "the kernel goes by its own memory map"
            case .purgatoryInput: "the call takes no purgatory, and none is linked or patched"
            case .console: "there is no purgatory of the plan's to print"
            case .memoryWindow: "the call takes no limits"
            case .pageTables: "there is no purgatory of the plan's to turn the MMU on"
            }
        return "kexec_load only: \(reason)"
    }
}
