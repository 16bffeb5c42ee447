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
        case EBADF, EIO: [file(.unreadable, .likely)]
        case ETXTBSY: [file(.openForWriting, .certain)]
        case EKEYREJECTED: [file(.signatureRejected, .likely, signature)]
        case ENOKEY: [file(.keyUnknown, .certain, signature)]
        case ENOPKG: [file(.algorithmMissing, .certain, signature)]
        case EBADMSG, EMSGSIZE: [file(.signatureDamaged, .certain, signature)]
        // An unsigned file was ELIBBAD until ENODATA was chosen for it.
        case ENODATA: [file(.unsigned, .certain, signature)]
        case ELIBBAD: [file(.unsigned, .likely, signature), file(.signatureDamaged, .possible, signature)]
        default: []
        }
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
        // Lockdown asks for signatures only where the kernel was built to check them.
        let locked: Certainty? =
            switch state.lockdown {
            case "none"?: nil
            case nil: .possible
            default: .likely
            }
        return [
            file(
                .otherFileSystem(files),
                state.isLoadPinEnforced == true ? .likely : state.mayHave("loadpin") ? .possible : nil,
                [.kernelLog("LoadPin: kexec-"), .file("/proc/sys/kernel/loadpin/enforce")]),
            file(
                .lockedDown(mode: state.lockdown), locked,
                [
                    .file("/sys/kernel/security/lockdown"),
                    .kernelLog("kexec of unsigned images is restricted"),
                ]),
        ]
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
                [.kernelLog("command line")])
        ]
    }

    /// What the loader of the kernel's kind says: EINVAL on arm64, ENOEXEC on x86.
    private func unloadable(on state: MachineState) -> [Candidate] {
        let foreign = Candidate(
            .otherArchitecture(running: state.architecture, due: kernel.architecture),
            Certainty?(state.isOther(than: kernel.architecture)), [])
        switch kernel {
        case .arm64(let image):
            return [
                foreign,
                file(
                    .pageSizeUnsupported(image.pageSize), image.pageSize == .unspecified ? nil : .possible),
                file(.byteOrder, .possible), file(.notAKernel(.arm64), .possible),
            ]
        case .x86(let image):
            // What else the kernel asks of a bzImage, the plan's rules do.
            let lacksEntry = state.hasFiveLevels == true && !image.has5LevelEntry
            return [
                foreign,
                file(.noFiveLevelEntry, lacksEntry ? .certain : nil),
                file(.firmwareOf32Bits, state.firmwareBits == 32 ? .certain : nil),
                file(.notAKernel(.x86), .possible, [.kernelLog("bzImage")]),
            ]
        }
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
        return [
            Candidate(
                .outsideCrashMemory(size: state.crashMemory),
                isCrash ? state.crashMemory == 0 ? .certain : .possible : nil,
                [.file("/sys/kernel/kexec_crash_size")]),
            file(
                .noRoom(needed: memory, largest: isCrash ? state.crashMemory : state.largestFreeMemory),
                .likely,
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
