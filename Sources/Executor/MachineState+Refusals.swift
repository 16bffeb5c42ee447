import Glibc
import KexecPlan

/// What the machine has against a load, whatever is loaded.
extension MachineState {
    /// EPERM of both system calls: kexec_load_permitted.
    func forbidding(isCrash: Bool) -> [Candidate] {
        let limit = isCrash ? crashLoadLimit : loadLimit
        let limitFile = "/proc/sys/kernel/kexec_load_limit_\(isCrash ? "panic" : "reboot")"
        return [
            Candidate(.noCapability, Certainty?(mayReboot.map { !$0 }), [.file("/proc/self/status")]),
            Candidate(
                .inUserNamespace, Certainty?(isInInitialUserNamespace.map { !$0 }),
                [.file("/proc/self/uid_map")]),
            Candidate(
                .loadingDisabled, Certainty?(isLoadingDisabled),
                [.file("/proc/sys/kernel/kexec_load_disabled")]),
            // Kernels before 6.3 have no limits.
            Candidate(.limitReached, limit == 0 ? .certain : nil, [.file(limitFile)]),
        ]
    }

    /// EPERM and ENOSYS of whoever filters system calls; what the filter lets through can't be read.
    var filtering: [Candidate] {
        [Candidate(.filtered, isFiltered == false ? nil : .possible, [.file("/proc/self/status")])]
    }

    /// EPERM of kexec_load alone: security_kernel_load_data(LOADING_KEXEC_IMAGE), then security_locked_down.
    var forbiddingSegments: [Candidate] {
        [
            Candidate(
                .loadPin, asksLoadPin(of: ["kexec-image"]) ? Certainty?(isLoadPinEnforced) : nil,
                [
                    .file("/proc/sys/kernel/loadpin/enforce"),
                    .kernelLog("LoadPin: kexec-image old-api-denied"),
                ]),
            Candidate(
                .lockedDown(mode: lockdown),
                isLockdownAsked ? Certainty?(lockdown.map { $0 != "none" }) : nil,
                [
                    .file("/sys/kernel/security/lockdown"),
                    .kernelLog("kexec of unsigned images is restricted"),
                ]),
        ]
    }

    /// EACCES of kexec_load: security_kernel_load_data(LOADING_KEXEC_IMAGE).
    var appraisingSegments: [Candidate] {
        let modules = securityModules.map { $0.filter(["selinux", "ipe"].contains) }
        return [
            Candidate(
                .signatureRequired, isKernelAppraised == true ? .certain : .possible,
                [
                    .file("/sys/kernel/security/ima/policy"),
                    .kernelLog("impossible to appraise a kernel image without a file descriptor"),
                ]),
            Candidate(
                .forbiddenByPolicy(modules: modules ?? []), modules == [] ? nil : .possible,
                [.file("/sys/kernel/security/lsm"), .kernelLog("avc:  denied")]),
        ]
    }

    /// EBUSY: the lock of kexec, then cpus_are_stuck_in_kernel of arm64, which crash kernels are not asked for.
    func occupying(isCrash: Bool) -> [Candidate] {
        let isAsked = !isCrash && architecture.hasPrefix("aarch64")
        let stuck = "Can't kexec: CPUs are stuck in the kernel."
        // Without EL2 there is no KVM, whatever the command line says.
        let protected: Certainty? =
            switch isKVMProtected {
            case true?: .likely
            case false?: nil
            case nil: .possible
            }
        return [
            Candidate(
                .protectedKVM, isAsked ? protected : nil, [.kernelLog(stuck), .file("/proc/cmdline")],
                isAlwaysLogged: true),
            Candidate(.otherLoad, .possible, []),
            Candidate(
                .processorsStuck(enableMethods: enableMethods), isAsked ? sticking : nil,
                [.kernelLog(stuck), .file("/sys/firmware/devicetree/base/cpus")], isAlwaysLogged: true),
        ]
    }

    /// Whether CPUs have no way out of the kernel (arch/arm64/kernel/smp.c, `have_cpu_die`: it asks the one that runs).
    private var sticking: Certainty? {
        if let possibleProcessors, possibleProcessors <= 1 { return nil }
        guard enableMethods.contains("spin-table") else { return .possible }
        return enableMethods == ["spin-table"] && possibleProcessors != nil ? .certain : .likely
    }

    /// ENOSYS.
    func lacking(_ method: LoadMethod) -> [Candidate] {
        let has = systemCalls.map { $0.contains(method) }
        // Without kexec_loaded neither kexec_load nor kexec_file_load is there; with it, one of them.
        let certainty: Certainty? =
            switch has {
            case false?: .certain
            case true?: nil
            case nil: isLoaded == nil ? .likely : .possible
            }
        return [
            Candidate(
                .notBuiltIn(method, other: systemCalls?.first { $0 != method }), certainty,
                [
                    .configuration(method == .kexecLoad ? "CONFIG_KEXEC" : "CONFIG_KEXEC_FILE"),
                    .file("/sys/kernel/kexec_loaded"),
                ])
        ]
    }

    /// The reasons that there are to keep what is loaded: kexec_load asks security modules even for that, kexec_file_load
    /// does not.
    func candidates(_ errno: Int32, unloading type: KexecType, by method: LoadMethod) -> [Candidate] {
        switch errno {
        case ENOSYS: lacking(method) + filtering
        case EPERM:
            forbidding(isCrash: type == .crash) + (method == .kexecLoad ? forbiddingSegments : []) + filtering
        case EACCES: method == .kexecLoad ? appraisingSegments : []
        case EBUSY: [Candidate(.otherLoad, .possible, [])]
        default: []
        }
    }

    /// Whether the running kernel, of whichever byte order, is for another architecture; nil where that isn't known.
    func isOther(than due: Architecture) -> Bool? {
        if architecture.isEmpty { return nil }
        return architecture != due.machineName && !(due == .arm64 && architecture == "aarch64_be")
    }

    /// Whether lockdown decides: its file says a mode even where the module isn't among the active ones
    /// (security/lockdown/lockdown.c, lockdown_secfs_init).
    var isLockdownAsked: Bool { mayHave("lockdown") }

    /// Whether LoadPin looks at files of one of these kinds, or may.
    func asksLoadPin(of kinds: [String]) -> Bool {
        mayHave("loadpin") && !loadPinExceptions.isSuperset(of: kinds)
    }

    /// Whether a security module is active, or may be.
    func mayHave(_ module: String) -> Bool {
        securityModules.map { $0.contains(module) } ?? true
    }
}
