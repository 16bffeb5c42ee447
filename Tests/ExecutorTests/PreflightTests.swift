import Arm64
import KexecPlan
import Testing

@testable import Executor

/// What is known before the call.
struct PreflightTests {
    private func refusals(
        _ changes: [String: String?] = [:], flags: LoadFlags = [],
        segments: [SegmentsAttempt.Extent] = [extent(.kernel, 0x5000_0000, 0x20_0000)],
        change: (inout MachineState) -> Void = { _ in }
    ) throws -> [RefusalReason] {
        var state = try machine(changes)
        change(&state)
        return LoadAttempt.segments(SegmentsAttempt(flags: flags, segments: segments))
            .refusals(on: state).map(\.reason)
    }

    @Test func knowsNothingAgainstAMachineThatMayLoad() throws {
        #expect(try refusals() == [])
    }

    @Test func knowsNothingWhereNothingCanBeRead() throws {
        let state = MachineState(root: try MachineFolder().path, architecture: "aarch64", pageSize: 4096)
        let attempt = SegmentsAttempt(flags: [], segments: [extent(.kernel, 0x5000_0000, 0x20_0000)])
        #expect(LoadAttempt.segments(attempt).refusals(on: state) == [])
    }

    @Test(arguments: [
        (["proc/self/status": "CapEff:\t0000000000000000\nSeccomp:\t0\n"], RefusalReason.noCapability),
        (["proc/self/uid_map": "0 100000 65536\n"], .inUserNamespace),
        (["proc/sys/kernel/kexec_load_disabled": "1\n"], .loadingDisabled),
        (["proc/sys/kernel/kexec_load_limit_reboot": "0\n"], .limitReached),
        (
            ["sys/kernel/security/lockdown": "none integrity [confidentiality]\n"],
            .lockedDown(mode: "confidentiality")
        ),
        (
            [
                "sys/kernel/security/lsm": "capability,loadpin\n",
                "proc/sys/kernel/loadpin/enforce": "1\n",
            ], .loadPin
        ),
        (
            ["sys/kernel/security/ima/policy": "appraise func=KEXEC_KERNEL_CHECK appraise_type=imasig \n"],
            .signatureRequired
        ),
        (
            [
                "sys/kernel/security/ima/policy": "appraise func=KEXEC_KERNEL_CHECK\n",
                "proc/cmdline": "ima_appraise=log ima_appraise_tcb ima_appraise=enforce",
            ], .signatureRequired
        ),
        (
            [
                "sys/firmware/devicetree/base/cpus/cpu@0/enable-method": "spin-table\0",
                "sys/firmware/devicetree/base/cpus/cpu@1/enable-method": "spin-table\0",
            ], .processorsStuck(enableMethods: ["spin-table"])
        ),
    ])
    func namesWhatIsSure(changes: [String: String], reason: RefusalReason) throws {
        #expect(try refusals(changes) == [reason])
    }

    /// What is only likely is the kernel's to decide.
    @Test(arguments: [
        ["proc/self/status": "CapEff:\t000001ffffffffff\nSeccomp:\t2\n"],
        ["proc/cmdline": "kvm-arm.mode=protected\n"],
        ["proc/meminfo": "MemTotal: 2013020 kB\nMemAvailable: 1 kB\n"],
        ["sys/firmware/devicetree/base/cpus/cpu@1/enable-method": "spin-table\0"],
        ["sys/kernel/security/lsm": "loadpin,selinux,ipe,ima", "proc/sys/kernel/loadpin/enforce": "0"],
        [
            "sys/kernel/security/lsm": "loadpin", "proc/sys/kernel/loadpin/enforce": "1",
            "proc/cmdline": "loadpin.exclude=kexec-initramfs,kexec-image",
        ],
        ["sys/kernel/security/ima/policy": "measure func=KEXEC_KERNEL_CHECK\nappraise func=MODULE_CHECK\n"],
        [
            "sys/kernel/security/ima/policy": "appraise func=KEXEC_KERNEL_CHECK\n",
            "proc/cmdline": "ima_appraise=log",
        ],
    ])
    func leavesTheRestToTheKernel(changes: [String: String]) throws {
        #expect(try refusals(changes) == [])
    }

    @Test func namesASystemCallThatTheKernelLacks() throws {
        let lacking = try refusals { $0.systemCalls = [.kexecFileLoad] }
        #expect(lacking == [.notBuiltIn(.kexecLoad, other: .kexecFileLoad)])
        let none = try refusals { $0.systemCalls = [.kexecLoad] }
        #expect(none == [])
    }

    @Test func knowsWhichKernelsCantKnowTheDebugFlag() throws {
        let since = KernelVersion(7, 3)
        #expect(try refusals(flags: .debug) == [.unknownFlags(.debug, since: since)])
        for release in ["7.3.0-rc1", "8.0"] {
            #expect(try refusals(["proc/sys/kernel/osrelease": release], flags: .debug) == [])
        }
    }

    @Test func namesEverythingThatIsWrongWithThePlan() throws {
        let segments = [
            extent(.kernel, 0x5000_0000, 0x20_0000, content: 0x20_0001), extent(.initrd, 0x5000_1800, 0x1000),
        ]
        let reasons = try refusals(segments: segments)
        #expect(
            reasons == [
                .overlap(.kernel, .initrd),
                .contentTooLarge(.kernel, content: 0x20_0001, memorySize: 0x20_0000),
                .notPageAligned(
                    .initrd, start: PhysicalAddress(0x5000_1800), memorySize: 0x1000, pageSize: 4096),
            ])
        #expect(reasons.map(\.isOfPlan) == [true, true, true])
        #expect(!RefusalReason.loadingDisabled.isOfPlan)
    }

    @Test func unloadingNeedsNoMemory() throws {
        #expect(try refusals(["proc/meminfo": nil], segments: []) == [])
    }

    @Test(
        arguments: [
            ("6.12.107-cloud-arm64", KernelVersion(6, 12)), ("7.2", KernelVersion(7, 2)), ("", nil),
            ("6", nil),
            (".12", nil), ("x.y", nil), ("99999999999999999999.1", nil), ("6.1-rc2", KernelVersion(6, 1)),
        ] as [(String, KernelVersion?)])
    func readsReleases(release: String, version: KernelVersion?) {
        #expect(KernelVersion(release: release) == version)
    }

    @Test func asksThisKernelWithoutATryThatCounts() throws {
        let before = MachineState()
        let found = SystemCallProbe.found()
        #expect(MachineState().mayReboot == before.mayReboot)
        #expect(MachineState().loadLimit == before.loadLimit)
        // A filter of system calls, as a container has it, may say something else.
        if let found, before.isLoaded == false { #expect(!found.isEmpty) }
    }
}

private func extent(
    _ role: SegmentRole, _ address: UInt64, _ memorySize: UInt64, content: UInt64 = 1
) -> SegmentsAttempt.Extent {
    SegmentsAttempt.Extent(
        role: role, address: PhysicalAddress(address), memorySize: memorySize, contentSize: content)
}
