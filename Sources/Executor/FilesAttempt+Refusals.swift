import Arm64
import Glibc
import KexecPlan

/// What a machine has against a kexec_file_load (kernel/kexec_file.c).
extension FilesAttempt {
    /// The reasons that kexec_file_load has for an errno.
    func candidates(_ errno: Int32, on state: MachineState) -> [Candidate] {
        let isCrash = flags.contains(.onCrash)
        return switch errno {
        case ENOSYS: state.lacking(.kexecFileLoad) + state.filtering
        case EPERM: state.forbidding(isCrash: isCrash) + forbidding(on: state) + state.filtering
        case EACCES: appraising(on: state)
        case EINVAL: unknownFlags(on: state) + malformed(on: state) + (isArm64 ? unloadable(on: state) : [])
        case ENOEXEC: isArm64 ? [] : unloadable(on: state)
        case EFBIG: tooLarge
        case EADDRNOTAVAIL: misplaced(on: state)
        case EBUSY: state.occupying(isCrash: isCrash)
        case ENOMEM:
            [
                Candidate(
                    .outOfMemory(needed: memory, available: state.availableMemory),
                    state.availableMemory.map { $0 < memory } == true ? .likely : .possible,
                    [.file("/proc/meminfo"), .kernelLog("Could not allocate")])
            ]
        case EFAULT: [Candidate(.contentUnreadable, .possible, [])]
        case EOPNOTSUPP:
            [
                file(
                    .poisonedByTDX, isArm64 ? nil : .likely,
                    [.file("/proc/cpuinfo"), .kernelLog("Not allowed on platform with tdx_pw_mce bug")])
            ]
        case EBADF, EIO: [file(.unreadable, .likely)]
        case ETXTBSY: [file(.openForWriting, .certain)]
        case EKEYREJECTED:
            [
                file(.signatureRejected, .likely, [.configuration("CONFIG_KEXEC_SIG")]),
                file(.signatureDamaged, .possible, [.kernelLog("PEFILE: Digest mismatch")]),
            ]
        case ENOKEY: [file(.keyUnknown, .certain, signature)]
        case ENOPKG: [file(.algorithmMissing, .certain, signature)]
        case EBADMSG, EMSGSIZE: [file(.signatureDamaged, .certain, signature)]
        // An unsigned file was ELIBBAD until ENODATA was chosen for it.
        case ENODATA: [file(.unsigned, .certain, signature)]
        case ELIBBAD: [file(.unsigned, .likely, signature), file(.signatureDamaged, .possible, signature)]
        default: []
        }
    }

    /// What is likely to refuse it on a machine where the attempt alone costs the crash kernel that is loaded: the kernel frees
    /// that before it reads a file (kernel/kexec_file.c). Not what depends on what can't be known: where a file is, who signed it.
    func risks(on state: MachineState) -> [Candidate] {
        guard flags.contains(.onCrash), state.isCrashLoaded == true else { return [] }
        return (candidates(EPERM, on: state) + candidates(EACCES, on: state)).filter { candidate in
            guard candidate.certainty == .likely, case .file(let refusal) = candidate.reason else {
                return false
            }
            return switch refusal {
            case .notAppraised(.sealed): true
            case .lockedDown: isSigned == false
            default: false
            }
        }
    }

    /// What is sure before the call, of what has an errno of its own that says all after it.
    func foreseen(on state: MachineState) -> [Candidate] {
        let isDemanded = state.demandsSignatures == true
        return [
            file(
                .unsigned, isDemanded && isSigned == false ? .certain : nil,
                [.configuration("CONFIG_KEXEC_SIG_FORCE")])
        ]
    }

    private var isArm64: Bool { kernel.architecture == .arm64 }
    private var signature: [LoadFailure.Evidence] {
        [.configuration("CONFIG_KEXEC_SIG"), .kernelLog("kernel signature verification failed")]
    }

    private func file(
        _ refusal: FileRefusal, _ certainty: Certainty?, _ evidence: [LoadFailure.Evidence] = []
    ) -> Candidate {
        Candidate(.file(refusal), certainty, evidence)
    }

    /// EPERM: what the security modules say of the files.
    private func forbidding(on state: MachineState) -> [Candidate] {
        [
            file(
                .otherFileSystem(files), pinned(on: state),
                [
                    .kernelLog("LoadPin: kexec-image denied obj="),
                    .kernelLog("LoadPin: kexec-initramfs denied obj="),
                    .file("/proc/sys/kernel/loadpin/enforce"),
                ]),
            file(
                .lockedDown(mode: state.lockdown, isSigned: isSigned), locked(on: state),
                [
                    .file("/sys/kernel/security/lockdown"), .configuration("CONFIG_KEXEC_SIG"),
                    .kernelLog("kexec of unsigned images is restricted"),
                ]),
        ]
    }

    /// LoadPin denies files of any file system but the one of the first file that the kernel has read, if it enforces. Were
    /// that a sealed copy, nothing else could be loaded for the rest of the boot, once it does (security/loadpin/loadpin.c,
    /// loadpin_check).
    private func pinned(on state: MachineState) -> Certainty? {
        guard state.asksLoadPin(of: ["kexec-image"] + (initrdSize == nil ? [] : ["kexec-initramfs"])) else {
            return nil
        }
        switch (state.isLoadPinEnforced, files) {
        case (nil, _): return .possible
        case (true?, .sealed): return .certain
        case (true?, .original): return .likely
        case (false?, .sealed): return state.isLoadPinPinned == true ? nil : .certain
        case (false?, .original): return nil
        }
    }

    /// Lockdown asks for signatures only where the kernel was built to look at them, and for none where IMA does.
    private func locked(on state: MachineState) -> Certainty? {
        if state.lockdown == "none" || state.verifiesSignatures == false { return nil }
        if state.lockdown == nil { return .possible }
        let isSure =
            state.verifiesSignatures == true && isSigned == false && state.isKernelAppraised == false
        return isSure ? .certain : .likely
    }

    /// EACCES.
    private func appraising(on state: MachineState) -> [Candidate] {
        let modules = state.securityModules.map { $0.filter(["selinux", "ipe"].contains) }
        return [
            file(
                .notAppraised(files), state.isKernelAppraised == true ? .likely : .possible,
                [.file("/sys/kernel/security/ima/policy")]),
            Candidate(
                .forbiddenByPolicy(modules: modules ?? []), modules == [] ? nil : .possible,
                [.file("/sys/kernel/security/lsm"), .kernelLog("avc:  denied")]),
        ]
    }

    /// EINVAL of both architectures.
    private func malformed(on state: MachineState) -> [Candidate] {
        let half = state.totalMemory.map { $0 / 2 }
        return [
            file(.empty(.kernel), kernelSize == 0 ? .certain : nil),
            file(.empty(.initrd), initrdSize == 0 ? .certain : nil),
            Candidate(
                .moreThanHalfOfMemory(needed: memory, limit: half), Certainty?(half.map { memory > $0 }),
                [.file("/proc/meminfo")]),
        ] + commandLine
    }

    /// x86 leaves room for the crash kernel's `elfcorehdr=`, for whatever is loaded (MAX_ELFCOREHDR_STR_LEN). Sizes have
    /// the NUL here.
    private var commandLine: [Candidate] {
        guard case .x86(let image) = kernel else { return [] }
        let limit = image.commandLineLimit < BzImage.commandLineReserve ? 0 : image.longestCommandLine + 1
        return [
            file(
                .commandLineTooLong(size: commandLineSize, limit: limit),
                commandLineSize > limit ? .certain : nil,
                [
                    .kernelLog("Kernel command line too long"),
                    .kernelLog("Appending elfcorehdr=<addr> to command line exceeds maximum allowed length"),
                ])
        ]
    }

    /// What the loader of the kernel's kind says: EINVAL on arm64, ENOEXEC on x86.
    private func unloadable(on state: MachineState) -> [Candidate] {
        let foreign = Candidate(
            .otherArchitecture(running: state.architecture, due: kernel.architecture),
            Certainty?(state.isOther(than: kernel.architecture)), [])
        switch kernel {
        case .arm64(let image):
            // That it is a kernel, and which, its header has said when the plan was made.
            return [
                foreign,
                file(
                    .pageSizeUnsupported(image.pageSize),
                    // The running kernel shows that there is a granule of its own page size.
                    Granule(rawValue: image.pageSize.rawValue).flatMap {
                        $0.size == state.pageSize ? nil : .possible
                    }),
                // Plans are for kernels of the lower byte first.
                file(.byteOrder, state.architecture == "aarch64_be" ? .possible : nil),
                treeNotMade,
            ]
        case .x86(let image):
            // What else the kernel asks of a bzImage, the plan's rules do.
            let lacksEntry = state.hasFiveLevels == true && !image.has5LevelEntry
            return [
                foreign,
                file(.noFiveLevelEntry, lacksEntry ? .certain : nil),
                file(.firmwareOf32Bits, state.firmwareBits == 32 ? mixed(on: state) : nil),
                file(
                    .notAKernel(.x86), .possible,
                    [
                        .kernelLog("File is too short to be a bzImage"), .kernelLog("Not a bzImage"),
                        .kernelLog("No x86 boot sector present"), .kernelLog("bzImage truncated"),
                    ]),
            ]
        }
    }

    /// 32-bit EFI matters while its runtime services are in use: not with `efi=noruntime`, nor without CONFIG_EFI_MIXED.
    private func mixed(on state: MachineState) -> Certainty? { Certainty?(state.hasRuntimeServices) }

    /// Up to 5.10 arm64 says EINVAL; later it looks for other room, as if there were none, and says EADDRNOTAVAIL
    /// (arch/arm64/kernel/kexec_image.c, image_load).
    private var treeNotMade: Candidate {
        Candidate(
            .file(.deviceTreeNotMade), isArm64 ? .possible : nil,
            [.kernelLog("Preparing for new dtb failed")],
            isAlwaysLogged: true)
    }

    /// EFBIG.
    private var tooLarge: [Candidate] {
        let limit = LoadMethod.fileSizeLimit
        return [(InputRole.kernel, kernelSize), (.initrd, initrdSize ?? 0)].map { role, size in
            file(.tooLarge(role, size: size, limit: limit), size > limit ? .certain : nil)
        }
    }

    /// EADDRNOTAVAIL.
    private func misplaced(on state: MachineState) -> [Candidate] {
        let isCrash = flags.contains(.onCrash)
        // Of 0, the other reason says it.
        let isTooSmall = isCrash && state.crashMemory.map { $0 > 0 && $0 < memory } == true
        return [
            treeNotMade,
            Candidate(
                .outsideCrashMemory(size: state.crashMemory),
                isCrash ? state.crashMemory == 0 ? .certain : .possible : nil,
                [.file("/sys/kernel/kexec_crash_size")]),
            file(
                .noRoom(
                    kernel: kernelMemory, initrd: initrdSize, alignment: kernelAlignment,
                    isCrash ? .crash : .normal,
                    largest: isCrash ? state.crashMemory : state.largestFreeMemory),
                isTooSmall ? .certain : .likely,
                [.file("/proc/iomem"), .kernelLog("Could not find any suitable kernel location")]),
        ]
    }

    /// Flags that the running kernel is too old for, or may be.
    private func unknownFlags(on state: MachineState) -> [Candidate] {
        FileLoadFlags.known.compactMap { flag, _, since in
            guard let since, flags.contains(flag) else { return nil }
            // Distributions have newer flags in older kernels too.
            let isOlder = state.version.map { $0 < since } ?? false
            return Candidate(
                .unknownFileFlag(flag, since: since), isOlder ? .likely : .possible,
                [.file("/proc/sys/kernel/osrelease")])
        }
    }
}
