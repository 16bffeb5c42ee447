import Glibc
import KexecPlan
import Testing

@testable import Executor

struct FileLoadFailureTests {
    private static let image = FileLoadKernel.arm64(
        KernelImage(textOffset: 0, imageSize: 0x1aa_0000, pageSize: .pages4K, placement: .anywhere))

    private static let bzImage = FileLoadKernel.x86(
        BzImage(
            bootProtocol: 0x20f, version: nil, loadFlags: 1, extendedLoadFlags: 0x7f, isRelocatable: true,
            alignment: 0x20_0000, preferredAddress: 0x100_0000, initSize: 0x300_0000, commandLineLimit: 2047,
            initrdAddressLimit: 0x7fff_ffff, isSigned: false))

    private func attempt(
        _ kernel: FileLoadKernel = image, kernelSize: UInt64 = 1 << 24, initrdSize: UInt64? = 1 << 20,
        commandLineSize: UInt64 = 30, flags: FileLoadFlags = [], files: FilePassing = .sealed
    ) -> LoadAttempt {
        .files(
            FilesAttempt(
                flags: flags, kernel: kernel, kernelSize: kernelSize, initrdSize: initrdSize,
                commandLineSize: commandLineSize, files: files))
    }

    private func x86() throws -> MachineState { try machine(architecture: "x86_64") }

    private func causes(
        _ code: Int32, _ attempt: LoadAttempt, _ state: MachineState, log: [String] = []
    ) -> [RefusalReason] {
        LoadFailure(errno: code, attempt: attempt, state: state, log: log).causes.map(\.reason)
    }

    @Test func knowsNothingAgainstAMachineThatMayLoad() throws {
        #expect(attempt().refusals(on: try machine()) == [])
        #expect(attempt(Self.bzImage).refusals(on: try x86()) == [])
    }

    @Test func knowsBeforeWhatBothCallsAreRefusedFor() throws {
        let disabled = try machine(["proc/sys/kernel/kexec_load_disabled": "1"])
        #expect(attempt().refusals(on: disabled).map(\.reason) == [.loadingDisabled])
        var without = try machine()
        without.systemCalls = [.kexecLoad]
        #expect(
            attempt().refusals(on: without).map(\.reason)
                == [.notBuiltIn(.kexecFileLoad, other: .kexecLoad)])
    }

    /// Lockdown takes a signed kernel, and LoadPin a file where it should be: that is not known before.
    @Test func leavesSignaturesToTheKernel() throws {
        let state = try machine([
            "sys/kernel/security/lockdown": "none [integrity] confidentiality",
            "sys/kernel/security/lsm": "loadpin", "proc/sys/kernel/loadpin/enforce": "1",
        ])
        #expect(attempt().refusals(on: state) == [])
        #expect(
            causes(EPERM, attempt(), state)
                == [.file(.otherFileSystem(.sealed)), .file(.lockedDown(mode: "integrity"))])
        #expect(
            causes(
                EPERM, attempt(), state,
                log: ["[1.0] Lockdown: kplan: kexec of unsigned images is restricted"])
                == [.file(.lockedDown(mode: "integrity"))])
    }

    @Test func namesFilesThatNoKernelTakes() throws {
        let limit: UInt64 = 4 << 30
        let large = attempt(kernelSize: limit + 1).refusals(on: try machine())
        #expect(large.map(\.reason) == [.file(.tooLarge(.kernel, size: limit + 1, limit: limit))])
        let empty = attempt(initrdSize: 0).refusals(on: try machine())
        #expect(empty.map(\.reason) == [.file(.empty(.initrd))])
        let half: UInt64 = 2_013_020 * 512
        let heavy = attempt(initrdSize: half).refusals(on: try machine())
        #expect(heavy.map(\.reason) == [.moreThanHalfOfMemory(needed: half + 0x1aa_0000, limit: half)])
        #expect((large + empty + heavy).map(\.reason.isOfPlan) == [true, true, true])
    }

    /// What x86 calls ENOEXEC arm64 calls EINVAL.
    @Test func explainsAKernelThatIsNotTaken() throws {
        #expect(
            causes(EINVAL, attempt(), try machine())
                == [.file(.pageSizeUnsupported(.pages4K)), .file(.byteOrder), .file(.notAKernel(.arm64))])
        #expect(causes(ENOEXEC, attempt(), try machine()) == [])
        #expect(causes(ENOEXEC, attempt(Self.bzImage), try x86()) == [.file(.notAKernel(.x86))])
        #expect(causes(EINVAL, attempt(Self.bzImage), try x86()) == [])
    }

    /// Distributions have newer flags in older kernels too, so the kernel is asked.
    @Test func knowsWhichFlagsAreNewer() throws {
        let old = try machine(["proc/sys/kernel/osrelease": "6.1.0-50"])
        let new = try machine(["proc/sys/kernel/osrelease": "6.18.0"])
        let newer: [(FileLoadFlags, KernelVersion)] = [
            (.debug, KernelVersion(6, 8)), (.noCMA, KernelVersion(6, 17)), (.forceDTB, KernelVersion(6, 18)),
        ]
        for (flag, since) in newer {
            let attempt = attempt(flags: [flag, .noInitramfs])
            let reason = RefusalReason.unknownFileFlag(flag, since: since)
            #expect(attempt.refusals(on: old) == [])
            for (state, certainty) in [(old, Certainty.likely), (new, .possible)] {
                let causes = LoadFailure(errno: EINVAL, attempt: attempt, state: state).causes
                #expect(causes.first { $0.reason == reason }?.certainty == certainty)
            }
            // Another plan would do without it; `--debug` is none of the plan's.
            #expect(reason.isOfPlan == (flag != .debug))
        }
    }

    @Test func saysHowMuchRoomThereIs() throws {
        var state = try machine()
        state.largestFreeMemory = 1 << 24
        #expect(
            causes(EADDRNOTAVAIL, attempt(), state)
                == [.file(.noRoom(needed: 0x1aa_0000 + (1 << 20), largest: 1 << 24))])
        let none = try machine(["sys/kernel/kexec_crash_size": "0"])
        #expect(
            attempt(flags: .onCrash).refusals(on: none).map(\.reason) == [.outsideCrashMemory(size: 0)])
    }

    @Test(
        arguments: [
            (EBADF, FileRefusal.unreadable), (EIO, .unreadable), (ETXTBSY, .openForWriting),
            (EKEYREJECTED, .signatureRejected), (ENOKEY, .keyUnknown), (ENOPKG, .algorithmMissing),
            (EBADMSG, .signatureDamaged), (EMSGSIZE, .signatureDamaged), (ENODATA, .unsigned),
            (ELIBBAD, .unsigned), (EACCES, .notAppraised(.original)),
        ] as [(Int32, FileRefusal)])
    func explainsFilesAndSignatures(code: Int32, refusal: FileRefusal) throws {
        #expect(causes(code, attempt(files: .original), try machine()).first == .file(refusal))
    }

    @Test func explainsWhyNothingIsUnloaded() throws {
        let locked = try machine(["sys/kernel/security/lockdown": "none [integrity] confidentiality"])
        #expect(causes(EPERM, .unload(.kexecLoad, .normal), locked) == [.lockedDown(mode: "integrity")])
        #expect(causes(EPERM, .unload(.kexecFileLoad, .normal), locked) == [])
        let used = try machine(["proc/sys/kernel/kexec_load_limit_panic": "0"])
        #expect(causes(EPERM, .unload(.kexecFileLoad, .crash), used) == [.limitReached])
        #expect(causes(EBUSY, .unload(.kexecFileLoad, .normal), locked) == [.otherLoad])
        #expect(LoadAttempt.unload(.kexecFileLoad, .crash).method == .kexecFileLoad)
    }
}
