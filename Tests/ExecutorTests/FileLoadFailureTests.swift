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
        _ code: Int32, _ attempt: LoadAttempt, _ state: MachineState, log: [String]? = nil
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

    /// A sealed copy is nowhere, and must not become what LoadPin pins: one of a file system that is none of a disk's.
    @Test func sealsNothingForLoadPin() throws {
        func refusals(
            _ files: FilePassing, enforce: String, _ more: [String: String?] = [:], isPinned: Bool? = nil
        ) throws -> [RefusalReason] {
            var state = try machine(
                ["sys/kernel/security/lsm": "loadpin", "proc/sys/kernel/loadpin/enforce": enforce]
                    .merging(more) { $1 })
            state.isLoadPinPinned = isPinned
            return attempt(files: files).refusals(on: state).map(\.reason)
        }
        let refused = [RefusalReason.file(.otherFileSystem(.sealed))]
        #expect(try refusals(.sealed, enforce: "1") == refused)
        #expect(try refusals(.sealed, enforce: "0") == refused)
        #expect(try refusals(.sealed, enforce: "0", isPinned: true) == [])
        #expect(try refusals(.original, enforce: "1") == [])
        let image = ["proc/cmdline": "loadpin.exclude=kexec-image"]
        #expect(try refusals(.sealed, enforce: "1", image) == refused)
        let both = ["proc/cmdline": "loadpin.exclude=kexec-image,kexec-initramfs"]
        #expect(try refusals(.sealed, enforce: "1", both) == [])
        #expect(try refusals(.sealed, enforce: "1", ["sys/kernel/security/lsm": "yama"]) == [])
    }

    /// What LoadPin lets through it logs too.
    @Test func takesOnlyADenialForADenial() throws {
        let state = try machine([
            "sys/kernel/security/lsm": "loadpin,lockdown", "proc/sys/kernel/loadpin/enforce": "1",
            "sys/kernel/security/lockdown": "none [integrity] confidentiality",
        ])
        let allowed = ["[1.0] LoadPin: kexec-image pinning-excluded obj=\"/boot/Image\" pid=1"]
        #expect(causes(EPERM, attempt(files: .original), state, log: allowed).count == 2)
        let denied = ["[1.0] LoadPin: kexec-image denied obj=\"/boot/Image\" pid=1"]
        #expect(
            causes(EPERM, attempt(files: .original), state, log: denied)
                == [.file(.otherFileSystem(.original))])
    }

    /// The kernel frees a crash kernel before it reads the files of the next.
    @Test func risksNoCrashKernel() throws {
        let demand = [
            "sys/kernel/security/ima/policy": "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig\n"
        ]
        let loaded = try machine(demand.merging(["sys/kernel/kexec_crash_loaded": "1"]) { $1 })
        func risks(_ attempt: LoadAttempt, _ state: MachineState) -> [RefusalReason] {
            attempt.risks(on: state).map(\.reason)
        }
        #expect(risks(attempt(flags: .onCrash), loaded) == [.file(.notAppraised(.sealed))])
        #expect(risks(attempt(flags: .onCrash, files: .original), loaded) == [])
        #expect(risks(attempt(), loaded) == [])
        #expect(
            risks(
                attempt(flags: .onCrash),
                try machine(demand.merging(["sys/kernel/kexec_crash_loaded": "0"]) { $1 })) == [])
        var small = try machine()
        small.crashMemory = 0x1aa_0000
        #expect(
            attempt(flags: .onCrash).refusals(on: small).map(\.reason)
                == [
                    .file(
                        .noRoom(
                            kernel: 0x1aa_0000, initrd: 1 << 20, alignment: 2 << 20, .crash,
                            largest: 0x1aa_0000))
                ])
        #expect(attempt(flags: .onCrash, files: .original).refusals(on: try machine()) == [])
    }

    /// Lockdown takes a signed kernel, and LoadPin a file where it should be: that is not known before.
    @Test func leavesSignaturesToTheKernel() throws {
        let state = try machine([
            "sys/kernel/security/lockdown": "none [integrity] confidentiality",
            "sys/kernel/security/lsm": "loadpin", "proc/sys/kernel/loadpin/enforce": "1",
        ])
        let original = attempt(files: .original)
        #expect(original.refusals(on: state) == [])
        #expect(
            causes(EPERM, original, state)
                == [
                    .file(.otherFileSystem(.original)), .file(.lockedDown(mode: "integrity", isSigned: nil)),
                ])
        #expect(
            causes(
                EPERM, original, state,
                log: ["[1.0] Lockdown: kplan: kexec of unsigned images is restricted"])
                == [.file(.lockedDown(mode: "integrity", isSigned: nil))])
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
                == [.file(.deviceTreeNotMade)])
        #expect(
            causes(EINVAL, attempt(), try machine(pageSize: 0x10000))
                == [.file(.pageSizeUnsupported(.pages4K)), .file(.deviceTreeNotMade)])
        #expect(causes(EINVAL, attempt(), try machine(), log: ["[1.0] something else"]) == [])
        #expect(causes(ENOEXEC, attempt(), try machine()) == [])
        #expect(causes(ENOEXEC, attempt(Self.bzImage), try x86()) == [.file(.notAKernel(.x86))])
        #expect(causes(EINVAL, attempt(Self.bzImage), try x86()) == [])
        #expect(causes(EOPNOTSUPP, attempt(Self.bzImage), try x86()) == [.file(.poisonedByTDX)])
        #expect(causes(EOPNOTSUPP, attempt(), try machine()) == [])
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
            causes(EADDRNOTAVAIL, attempt(), state, log: [])
                == [
                    .file(
                        .noRoom(
                            kernel: 0x1aa_0000, initrd: 1 << 20, alignment: 2 << 20, .normal,
                            largest: 1 << 24))
                ])
        // Where no device tree can be made the kernel goes on looking for room.
        #expect(
            causes(EADDRNOTAVAIL, attempt(), state, log: ["[1.0] kexec_file: Preparing for new dtb failed"])
                == [.file(.deviceTreeNotMade)])
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

    /// LoadPin says of files that it let through, too.
    @Test func readsWhatLoadPinDenied() throws {
        let state = try machine(["sys/kernel/security/lockdown": nil, "sys/kernel/security/lsm": nil])
        let locked = "[1.0] Lockdown: kplan: kexec of unsigned images is restricted"
        let passed = "[1.0] LoadPin: kexec-image pinning-ignored obj=\"/k\""
        #expect(
            causes(EPERM, attempt(), state, log: [passed, locked])
                == [.file(.lockedDown(mode: nil, isSigned: nil))])
        for denied in [
            "[1.0] LoadPin: kexec-image denied obj=", "[1.0] LoadPin: kexec-initramfs denied obj=",
        ] {
            #expect(
                causes(EPERM, attempt(), state, log: [denied]) == [.file(.otherFileSystem(.sealed))])
        }
    }

    /// "Digest mismatch" is in the log where the signature is good, and the file isn't what was signed.
    @Test func tellsADamagedKernelFromABadSignature() throws {
        let state = try machine()
        #expect(
            causes(EKEYREJECTED, attempt(), state)
                == [.file(.signatureRejected), .file(.signatureDamaged)])
        #expect(
            causes(EKEYREJECTED, attempt(), state, log: ["[1.0] PEFILE: Digest mismatch"])
                == [.file(.signatureDamaged)])
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
