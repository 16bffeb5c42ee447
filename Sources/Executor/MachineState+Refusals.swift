/// What the machine has against a load, whatever is loaded.
extension MachineState {
    /// EPERM: kexec_load_permitted, then the security modules.
    func forbidding(_ flags: LoadFlags) -> [Candidate] {
        let isCrash = flags.contains(.onCrash)
        let limit = isCrash ? crashLoadLimit : loadLimit
        let limitFile = "/proc/sys/kernel/kexec_load_limit_\(isCrash ? "panic" : "reboot")"
        return [
            Candidate(.noCapability, Finding(mayReboot.map { !$0 }), [.file("/proc/self/status")]),
            Candidate(
                .inUserNamespace, Finding(isInInitialUserNamespace.map { !$0 }),
                [.file("/proc/self/uid_map")]),
            Candidate(
                .loadingDisabled, Finding(isLoadingDisabled),
                [.file("/proc/sys/kernel/kexec_load_disabled")]),
            // Kernels before 6.3 have no limits.
            Candidate(.limitReached, Finding(limit == 0), [.file(limitFile)]),
            Candidate(
                .lockedDown(mode: lockdown), Finding(lockdown.map { $0 != "none" }),
                [
                    .file("/sys/kernel/security/lockdown"),
                    .kernelLog("kexec of unsigned images is restricted"),
                ]),
            Candidate(
                .loadPin, has("loadpin"),
                [
                    .file("/proc/sys/kernel/loadpin/enforce"),
                    .kernelLog("LoadPin: kexec-image old-api-denied"),
                ]),
            Candidate(.filtered, filtering, [.file("/proc/self/status")]),
        ]
    }

    /// EACCES: security_kernel_load_data(LOADING_KEXEC_IMAGE).
    var appraising: [Candidate] {
        let modules = securityModules.map { $0.filter(["selinux", "ipe"].contains) }
        return [
            Candidate(
                .signatureRequired, .possible,
                [
                    .kernelLog("impossible to appraise a kernel image without a file descriptor"),
                    .file("/sys/kernel/security/ima/policy"),
                ]),
            Candidate(
                .forbiddenByPolicy(modules: modules ?? []), modules == [] ? .excluded : .possible,
                [.file("/sys/kernel/security/lsm"), .kernelLog("avc:  denied")]),
        ]
    }

    /// EBUSY: the lock of kexec, then cpus_are_stuck_in_kernel, which crash kernels are not asked for.
    func occupying(_ flags: LoadFlags) -> [Candidate] {
        let isCrash = flags.contains(.onCrash)
        let stuck: Finding =
            if isCrash {
                .excluded
            } else if enableMethods.contains("spin-table"), let possibleProcessors, possibleProcessors > 1 {
                .observed
            } else {
                possibleProcessors == 1 ? .excluded : .possible
            }
        return [
            Candidate(
                .protectedKVM, isCrash ? .excluded : Finding(isKVMProtected), [.file("/proc/cmdline")]),
            Candidate(.otherLoad, .possible, []),
            Candidate(
                .processorsStuck(enableMethods: enableMethods), stuck,
                [
                    .kernelLog("Can't kexec: CPUs are stuck in the kernel."),
                    .file("/sys/firmware/devicetree/base/cpus"),
                ]),
        ]
    }

    /// ENOSYS.
    var lacking: [Candidate] {
        [
            // Without kexec_loaded neither kexec_load nor kexec_file_load is there; with it, one of them.
            Candidate(
                .notBuiltIn, isLoaded == nil ? .observed : .possible,
                [.configuration("CONFIG_KEXEC"), .file("/sys/kernel/kexec_loaded")]),
            Candidate(.filtered, filtering, [.file("/proc/self/status")]),
        ]
    }

    /// What the filter of system calls lets through can't be read.
    private var filtering: Finding { isFiltered == false ? .excluded : .possible }

    private func has(_ module: String) -> Finding {
        securityModules.map { $0.contains(module) } == false ? .excluded : .possible
    }
}
