import Arm64
import Glibc
import KexecPlan
import Testing

@testable import Executor

struct LoadFailureTests {
    let request = LoadRequest(
        entry: PhysicalAddress(0x5400_0000),
        segments: [
            segment(.kernel, 0x5000_0000, 0x20_0000, content: 100),
            segment(.purgatory, 0x5400_0000, 0x5000),
        ])

    /// The reasons in order, each with how sure it is.
    private func explain(
        _ code: Int32, _ request: LoadRequest, _ state: MachineState, log: [String]? = nil
    ) -> [Reason] {
        LoadFailure(errno: code, request: request, state: state, log: log).causes
            .map { Reason($0.reason, $0.certainty) }
    }

    private func explain(_ code: Int32, _ state: MachineState) -> [Reason] {
        explain(code, request, state)
    }

    struct Reason: Equatable {
        var reason: RefusalReason
        var certainty: Certainty

        init(_ reason: RefusalReason, _ certainty: Certainty) {
            self.reason = reason
            self.certainty = certainty
        }
    }

    @Test func findsNothingThatForbidsOnAMachineThatMayLoad() throws {
        #expect(explain(EPERM, try machine()) == [])
    }

    /// The file of lockdown's mode is there even where the module doesn't decide.
    @Test func aModuleThatIsNotActiveForbidsNothing() throws {
        let state = try machine([
            "sys/kernel/security/lockdown": "none [integrity] confidentiality",
            "sys/kernel/security/lsm": "capability",
        ])
        #expect(explain(EPERM, state) == [])
    }

    @Test func putsWhatIsSeenBeforeWhatMayBe() throws {
        let state = try machine([
            "proc/self/status": nil,
            "sys/kernel/security/lockdown": "none [integrity] confidentiality",
            "sys/kernel/security/lsm": "lockdown,capability,loadpin",
        ])
        #expect(
            explain(EPERM, state) == [
                Reason(.lockedDown(mode: "integrity"), .certain), Reason(.noCapability, .possible),
                Reason(.loadPin, .possible), Reason(.filtered, .possible),
            ])
    }

    @Test func asksForTheLimitOfItsKind() throws {
        let state = try machine(["proc/sys/kernel/kexec_load_limit_panic": "0"])
        #expect(explain(EPERM, state) == [])
        let crash = LoadRequest(entry: .zero, flags: .onCrash, segments: [])
        #expect(explain(EPERM, crash, state) == [Reason(.limitReached, .certain)])
    }

    @Test func explainsAPolicy() throws {
        #expect(explain(EACCES, try machine()) == [Reason(.signatureRequired, .possible)])
        let state = try machine(["sys/kernel/security/lsm": "capability,selinux,ima"])
        #expect(
            explain(EACCES, state) == [
                Reason(.signatureRequired, .possible),
                Reason(.forbiddenByPolicy(modules: ["selinux"]), .possible),
            ])
    }

    @Test func explainsAMachineThatIsBusy() throws {
        #expect(
            explain(EBUSY, try machine()) == [
                Reason(.otherLoad, .possible), Reason(.processorsStuck(enableMethods: ["psci"]), .possible),
            ])
        let one = try machine(["sys/devices/system/cpu/possible": "0"])
        #expect(explain(EBUSY, one) == [Reason(.otherLoad, .possible)])
        let table = try machine([
            "sys/firmware/devicetree/base/cpus/cpu@0/enable-method": "spin-table\0",
            "sys/firmware/devicetree/base/cpus/cpu@1/enable-method": "spin-table\0",
        ])
        #expect(
            explain(EBUSY, table) == [
                Reason(.processorsStuck(enableMethods: ["spin-table"]), .certain),
                Reason(.otherLoad, .possible),
            ])
        let crash = LoadRequest(entry: .zero, flags: .onCrash, segments: [])
        #expect(explain(EBUSY, crash, table) == [Reason(.otherLoad, .possible)])
        let protected = try machine(["proc/cmdline": "kvm-arm.mode=protected"])
        #expect(explain(EBUSY, protected).first == Reason(.protectedKVM, .likely))

        // Both leave the same line, and neither refuses without it.
        let stuck = ["[1.0] Can't kexec: CPUs are stuck in the kernel."]
        #expect(
            explain(EBUSY, request, protected, log: stuck) == [
                Reason(.protectedKVM, .likely), Reason(.processorsStuck(enableMethods: ["psci"]), .possible),
            ])
        #expect(
            explain(EBUSY, request, try machine(), log: stuck) == [
                Reason(.processorsStuck(enableMethods: ["psci"]), .certain)
            ])
        #expect(explain(EBUSY, request, protected, log: []) == [Reason(.otherLoad, .possible)])
    }

    @Test func namesTheSegmentThatIsNotOnAPage() throws {
        let state = try machine(pageSize: 0x10000)
        #expect(
            explain(EADDRNOTAVAIL, state) == [
                Reason(
                    .notPageAligned(
                        .purgatory, start: PhysicalAddress(0x5400_0000), memorySize: 0x5000,
                        pageSize: 0x10000), .certain)
            ])
        #expect(explain(EADDRNOTAVAIL, try machine()) == [])
    }

    @Test func namesTheSegmentThatLeavesTheAddressSpace() throws {
        let request = LoadRequest(
            entry: .zero, segments: [segment(.initrd, 0xffff_ffff_ffff_f000, 0x2000)])
        #expect(
            explain(EADDRNOTAVAIL, request, try machine()) == [
                Reason(
                    .beyondAddressSpace(
                        .initrd, start: PhysicalAddress(0xffff_ffff_ffff_f000), memorySize: 0x2000), .certain)
            ])
    }

    @Test func knowsWhereCrashKernelsBelong() throws {
        let request = LoadRequest(entry: .zero, flags: .onCrash, segments: [])
        #expect(
            explain(EADDRNOTAVAIL, request, try machine())
                == [Reason(.outsideCrashMemory(size: 256 << 20), .possible)])
        let none = try machine(["sys/kernel/kexec_crash_size": "0\n"])
        #expect(
            explain(EADDRNOTAVAIL, request, none) == [Reason(.outsideCrashMemory(size: 0), .certain)])
    }

    @Test func namesWhatIsMalformed() throws {
        let half: UInt64 = 2_013_020 * 1024 / 2
        let cases: [(LoadRequest, RefusalReason)] = [
            (
                LoadRequest(
                    entry: .zero, segments: (0..<17).map { segment(.dtb, $0 * 0x1000, 0x1000) }),
                .tooManySegments(count: 17, limit: 16)
            ),
            (
                LoadRequest(
                    entry: .zero,
                    segments: [segment(.kernel, 0, 0x2000), segment(.initrd, 0x1000, 0x1000)]),
                .overlap(.kernel, .initrd)
            ),
            (
                LoadRequest(entry: .zero, segments: [segment(.dtb, 0, 0x1000, content: 0x1001)]),
                .contentTooLarge(.dtb, content: 0x1001, memorySize: 0x1000)
            ),
            (
                LoadRequest(entry: .zero, segments: [segment(.initrd, 0, half + 1)]),
                .moreThanHalfOfMemory(needed: half + 1, limit: half)
            ),
            (
                // KEXEC_PRESERVE_CONTEXT, which no arm64 kernel knows.
                LoadRequest(entry: .zero, flags: LoadFlags(rawValue: 1 << 1), segments: []),
                .unknownFlags(LoadFlags(rawValue: 1 << 1), since: nil)
            ),
        ]
        let state = try machine()
        for (request, reason) in cases {
            #expect(explain(EINVAL, request, state) == [Reason(reason, .certain)])
        }
        #expect(explain(EINVAL, state) == [])
    }

    @Test func countsAllSegmentsAgainstTheHalf() throws {
        let request = LoadRequest(
            entry: .zero, segments: [segment(.kernel, 0, .max), segment(.initrd, 0, .max)])
        let state = try machine()
        #expect(
            explain(EINVAL, request, state).contains(
                Reason(.moreThanHalfOfMemory(needed: .max, limit: 2_013_020 * 512), .certain)))
    }

    @Test func saysWhereNewFlagsMayBeUnknown() throws {
        let request = LoadRequest(entry: .zero, flags: [.onCrash, .debug], segments: [])
        let reason = RefusalReason.unknownFlags(.debug, since: KernelVersion(7, 3))
        let newer = try machine(["proc/sys/kernel/osrelease": "7.3.0"])
        #expect(explain(EINVAL, request, newer) == [Reason(reason, .possible)])
        #expect(explain(EINVAL, request, try machine()) == [Reason(reason, .certain)])
    }

    @Test func knowsAnotherArchitecture() throws {
        let state = try machine(architecture: "x86_64")
        #expect(
            explain(EINVAL, state) == [Reason(.otherArchitecture(running: "x86_64", due: .arm64), .certain)])
    }

    @Test func weighsMemory() throws {
        let needed: UInt64 = 0x20_5000
        #expect(
            explain(ENOMEM, try machine())
                == [Reason(.outOfMemory(needed: needed, available: 1_890_000 * 1024), .possible)])
        let short = try machine(["proc/meminfo": "MemAvailable: 2000 kB"])
        #expect(
            explain(ENOMEM, short)
                == [Reason(.outOfMemory(needed: needed, available: 2000 * 1024), .likely)])
    }

    @Test func knowsAKernelWithoutTheCall() throws {
        #expect(explain(ENOSYS, try machine()) == [Reason(.notBuiltIn(.kexecLoad, other: nil), .possible)])
        var without = try machine(["sys/kernel/kexec_loaded": nil])
        #expect(explain(ENOSYS, without) == [Reason(.notBuiltIn(.kexecLoad, other: nil), .likely)])
        without.systemCalls = []
        #expect(explain(ENOSYS, without) == [Reason(.notBuiltIn(.kexecLoad, other: nil), .certain)])
    }

    @Test func explainsNothingItDoesNotKnow() throws {
        #expect(explain(EFAULT, try machine()) == [Reason(.contentUnreadable, .possible)])
        #expect(explain(ENOTTY, try machine()) == [])
    }

    /// Whatever the errno, a reason names where to look, but for what leaves no trace.
    @Test func saysWhereToLook() throws {
        let unknown = MachineState(root: try MachineFolder().path, architecture: "x86_64", pageSize: 4096)
        for code in [EPERM, EACCES, EBUSY, EADDRNOTAVAIL, EINVAL, ENOMEM, ENOSYS] {
            let causes = LoadFailure(errno: code, request: request, state: unknown).causes
            for cause in causes where cause.evidence.isEmpty {
                #expect(
                    [.otherLoad, .otherArchitecture(running: "x86_64", due: .arm64)].contains(cause.reason))
            }
        }
    }
}
